import { beforeEach, describe, expect, it } from 'vitest';

import { Capability, PrctlOption } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { capabilitySet } from '../../src/process/credential-change.js';
import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { prctlSyscalls } from '../../src/process/sys-prctl.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from './fake-kernel.js';

const {
  PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_GET_KEEPCAPS, PR_SET_KEEPCAPS, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP,
  PR_SET_SECCOMP, PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_GET_TSC, PR_GET_SECUREBITS, PR_SET_SECUREBITS, PR_SET_TIMERSLACK, PR_GET_TIMERSLACK,
  PR_SET_MM, PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_SET_VMA,
} = PrctlOption;
const [IS_SET, RAISE, LOWER, CLEAR_ALL] = [1, 2, 3, 4];
const { CAP_KILL, CAP_CHOWN } = Capability;

let kernel: FakeKernel;
let process: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  process = kernel.spawn();
});

const prctl = (...given: Given[]): Promise<number> => guestCall(prctlSyscalls, kernel.caller(process), 'prctl', ...given);
const readInt = async (option: number): Promise<number> => {
  const room = new Room(new Uint8Array(16));
  expect(await prctl(option, room)).toBe(0);
  expect(room.bytes).toHaveLength(4);
  return room.view().getInt32(0, true);
};
const name = (text: string): Uint8Array => Buffer.from(text.padEnd(16, '\0'), 'latin1');

describe('prctl', () => {
  it.each<[string, Given[], number]>([
    ['no such option', [9999], -Errno.EINVAL],
    ['a signal that is none', [PR_SET_PDEATHSIG, 65], -Errno.EINVAL],
    ['a negative signal', [PR_SET_PDEATHSIG, -1], -Errno.EINVAL],
    ['no signal', [PR_SET_PDEATHSIG, 0], 0],
    ['no room for the signal', [PR_GET_PDEATHSIG, null], -Errno.EFAULT],
    ['dumpable of 2', [PR_SET_DUMPABLE, 2], -Errno.EINVAL],
    ['dumpable at first', [PR_GET_DUMPABLE], 1],
    ['keeping capabilities of 2', [PR_SET_KEEPCAPS, 2], -Errno.EINVAL],
    ['a name nowhere', [PR_SET_NAME, FAULT], -Errno.EFAULT],
    ['no room for the name', [PR_GET_NAME, null], -Errno.EFAULT],
    ['seccomp', [PR_GET_SECCOMP], 0],
    ['a seccomp filter', [PR_SET_SECCOMP, 2], -Errno.EINVAL],
    ['a capability that is none', [PR_CAPBSET_READ, 63], -Errno.EINVAL],
    ['a bounding capability', [PR_CAPBSET_READ, CAP_KILL], 1],
    ['dropping one without the right, before its number', [PR_CAPBSET_DROP, 99], -Errno.EPERM],
    ['secure bits without the right', [PR_SET_SECUREBITS, 0], -Errno.EPERM],
    ['the timer slack', [PR_GET_TIMERSLACK], 50_000],
    ['changing the memory map', [PR_SET_MM, 1], -Errno.EPERM],
    ['new privileges allowed', [PR_SET_NO_NEW_PRIVS, 0], -Errno.EINVAL],
    ['a further argument', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 1], -Errno.EINVAL],
    ['a further argument', [PR_GET_NO_NEW_PRIVS, 0, 1], -Errno.EINVAL],
    ['naming a mapping', [PR_SET_VMA, 0, 1, 1], -Errno.EINVAL],
    ['no ambient operation', [PR_CAP_AMBIENT, 5, CAP_KILL], -Errno.EINVAL],
    ['no ambient capability', [PR_CAP_AMBIENT, IS_SET, 99], -Errno.EINVAL],
    ['a further ambient argument', [PR_CAP_AMBIENT, CLEAR_ALL, 0, 1], -Errno.EINVAL],
    ['clearing one ambient capability', [PR_CAP_AMBIENT, CLEAR_ALL, 1], -Errno.EINVAL],
    ['raising what is not permitted', [PR_CAP_AMBIENT, RAISE, CAP_KILL], -Errno.EPERM],
  ])('%s', async (_title, given, result) => {
    expect(await prctl(...given)).toBe(result);
  });

  it('keeps what it is given', async () => {
    await prctl(PR_SET_PDEATHSIG, 15);
    await prctl(PR_SET_CHILD_SUBREAPER, 2);
    expect(await readInt(PR_GET_PDEATHSIG)).toBe(15);
    expect(await readInt(PR_GET_CHILD_SUBREAPER)).toBe(1);
    expect(await readInt(PR_GET_TSC)).toBe(1);
    expect(await prctl(PR_SET_DUMPABLE, 0)).toBe(0);
    expect(await prctl(PR_GET_DUMPABLE)).toBe(0);
    expect(await prctl(PR_SET_NO_NEW_PRIVS, 1)).toBe(0);
    expect(await prctl(PR_GET_NO_NEW_PRIVS)).toBe(1);
  });

  it('names a thread, cut at 15 bytes', async () => {
    expect(await prctl(PR_SET_NAME, name('sixteen bytes at'))).toBe(0);
    expect(process.leader?.name).toBe('sixteen bytes a');
    expect(await prctl(PR_SET_NAME, name('bash\0rest'))).toBe(0);
    const room = new Room(new Uint8Array(16));
    await prctl(PR_GET_NAME, room);
    expect(room.bytes).toEqual(new Uint8Array(name('bash')));
  });

  it('resets the timer slack with 0', async () => {
    await prctl(PR_SET_TIMERSLACK, 7);
    expect(await prctl(PR_GET_TIMERSLACK)).toBe(7);
    await prctl(PR_SET_TIMERSLACK, 0);
    expect(await prctl(PR_GET_TIMERSLACK)).toBe(50_000);
  });

  it('locks secure bits', async () => {
    process.credentials = Credentials.of(0, 0);
    expect(await prctl(PR_SET_KEEPCAPS, 1)).toBe(0);
    expect(await prctl(PR_GET_KEEPCAPS)).toBe(1);
    expect(await prctl(PR_SET_SECUREBITS, 0x100)).toBe(-Errno.EPERM);
    expect(await prctl(PR_SET_SECUREBITS, 0x30)).toBe(0);
    expect(await prctl(PR_GET_SECUREBITS)).toBe(0x30);
    expect(await prctl(PR_SET_KEEPCAPS, 0)).toBe(-Errno.EPERM);
    expect(await prctl(PR_SET_SECUREBITS, 0x10)).toBe(-Errno.EPERM);
  });

  it('raises ambient capabilities that are permitted and inheritable', async () => {
    process.credentials = process.credentials.with({ permitted: capabilitySet(CAP_KILL, CAP_CHOWN), inheritable: capabilitySet(CAP_KILL) });
    expect(await prctl(PR_CAP_AMBIENT, RAISE, CAP_CHOWN)).toBe(-Errno.EPERM);
    expect(await prctl(PR_CAP_AMBIENT, RAISE, CAP_KILL)).toBe(0);
    expect(await prctl(PR_CAP_AMBIENT, IS_SET, CAP_KILL)).toBe(1);
    expect(await prctl(PR_CAP_AMBIENT, LOWER, CAP_KILL)).toBe(0);
    expect(await prctl(PR_CAP_AMBIENT, IS_SET, CAP_KILL)).toBe(0);
  });

  it('drops from the bounding set for ever', async () => {
    process.credentials = Credentials.of(0, 0);
    expect(await prctl(PR_CAPBSET_DROP, 99)).toBe(-Errno.EINVAL);
    expect(await prctl(PR_CAPBSET_DROP, CAP_KILL)).toBe(0);
    expect(await prctl(PR_CAPBSET_READ, CAP_KILL)).toBe(0);
  });
});

describe('personality', () => {
  it.each([
    ['the question', 0xffff_ffff, 0],
    ['Linux', 0, 0],
    ['addresses that are not random', 0x40000, -Errno.EINVAL],
  ])('%s', async (_title, persona, result) => {
    expect(await guestCall(prctlSyscalls, kernel.caller(process), 'personality', persona)).toBe(result);
  });
});
