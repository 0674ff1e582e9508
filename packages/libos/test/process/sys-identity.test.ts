import { beforeEach, describe, expect, it } from 'vitest';

import { Capability, capabilityData, capabilityHeader } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ProcessPage } from '@occlum/native';

import { SecureBits, capabilitySet, credentialsAfterExec } from '../../src/process/credential-change.js';
import { ALL_CAPABILITIES, Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { identitySyscalls } from '../../src/process/sys-identity.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from './fake-kernel.js';

let kernel: FakeKernel;
let root: Process;
let user: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  root = kernel.spawn(undefined, Credentials.of(0, 0));
  user = kernel.spawn(root, Credentials.of(1000, 1000).with({ euid: 1001, suid: 1002, egid: 1001, sgid: 1002 }));
});

const call = (process: Process, name: string, ...given: Given[]): Promise<number> => guestCall(identitySyscalls, kernel.caller(process), name, ...given);
const users = ({ credentials: { uid, euid, suid, fsuid } }: Process): number[] => [uid, euid, suid, fsuid];
const groups = ({ credentials: { gid, egid, sgid, fsgid } }: Process): number[] => [gid, egid, sgid, fsgid];

describe('a process that is not privileged', () => {
  it.each<[string, string, number[], number]>([
    ['the effective id', 'setuid', [1001], -Errno.EPERM],
    ['the real id', 'setuid', [1000], 0],
    ['the saved id', 'setuid', [1002], 0],
    ['an id of another', 'setuid', [0], -Errno.EPERM],
    ['no id, before the right is looked at', 'setuid', [-1], -Errno.EINVAL],
    ['the effective id', 'setgid', [1001], -Errno.EPERM],
    ['no id', 'setgid', [-1], -Errno.EINVAL],
    ['the saved id as the real one', 'setreuid', [1002, -1], -Errno.EPERM],
    ['the saved id as the effective one', 'setreuid', [-1, 1002], 0],
    ['two of -1', 'setreuid', [-1, -1], 0],
    ['the saved id as the real one', 'setregid', [1002, -1], -Errno.EPERM],
    ['ids of its own in any order', 'setresuid', [1002, 1000, 1001], 0],
    ['one id of another', 'setresuid', [1002, 1000, 7], -Errno.EPERM],
    ['one id of another', 'setresgid', [7, -1, -1], -Errno.EPERM],
    ['a list, before its size and address are looked at', 'setgroups', [-1], -Errno.EPERM],
  ])('%s: %s', async (_title, name, args, result) => {
    expect(await call(user, name, ...args)).toBe(result);
  });

  it('saves the effective id where the real one changes', async () => {
    expect(await call(user, 'setreuid', 1001, 1000)).toBe(0);
    expect(users(user)).toEqual([1001, 1000, 1000, 1000]);
  });

  it('keeps the saved id where the effective one becomes the real one', async () => {
    expect(await call(user, 'setregid', -1, 1000)).toBe(0);
    expect(groups(user)).toEqual([1000, 1000, 1002, 1000]);
  });

  it('is told the file system id before the call, also where it may not change', async () => {
    const before = user.credentials.fsuid;
    expect(await call(user, 'setfsuid', 0)).toBe(before);
    expect(await call(user, 'setfsuid', -1)).toBe(before);
    expect(await call(user, 'setfsuid', 1002)).toBe(before);
    expect(await call(user, 'setfsuid', 1002)).toBe(1002);
    expect(await call(user, 'setfsgid', 1002)).toBe(1000);
    expect(user.credentials.fsgid).toBe(1002);
  });
});

describe('a process of user 0', () => {
  it('gives up all ids and capabilities by setuid', async () => {
    expect(await call(root, 'setuid', 33)).toBe(0);
    expect(users(root)).toEqual([33, 33, 33, 33]);
    expect(root.credentials).toMatchObject({ permitted: 0n, effective: 0n });
    expect(root.dumpable).toBe(0);
    expect(await call(root, 'setuid', 0)).toBe(-Errno.EPERM);
  });

  it('gets its effective capabilities back with its effective id', async () => {
    expect(await call(root, 'setresuid', -1, 33, -1)).toBe(0);
    expect(root.credentials).toMatchObject({ euid: 33, permitted: ALL_CAPABILITIES, effective: 0n });
    expect(await call(root, 'setresuid', -1, 0, -1)).toBe(0);
    expect(root.credentials.effective).toBe(ALL_CAPABILITIES);
  });

  it('keeps what it is permitted with SECBIT_KEEP_CAPS', async () => {
    root.credentials = root.credentials.with({ secureBits: SecureBits.SECBIT_KEEP_CAPS });
    await call(root, 'setuid', 33);
    expect(root.credentials).toMatchObject({ permitted: ALL_CAPABILITIES, effective: 0n });
  });

  it('loses the capabilities of files with setfsuid alone', async () => {
    expect(await call(root, 'setfsuid', 33)).toBe(0);
    expect(root.credentials.hasCapability(Capability.CAP_DAC_OVERRIDE)).toBe(false);
    expect(root.credentials.hasCapability(Capability.CAP_SETUID)).toBe(true);
    await call(root, 'setfsuid', 0);
    expect(root.credentials.effective).toBe(ALL_CAPABILITIES);
  });

  it('shows its runtime the ids it has', async () => {
    await call(root, 'setresgid', 1, 2, 3);
    await call(root, 'setresuid', 4, 5, 6);
    const shown = (['uid', 'euid', 'suid', 'fsuid', 'gid', 'egid', 'sgid', 'fsgid'] as const).map((id) => root.arena?.pageWord(ProcessPage[id]));
    expect(shown).toEqual([4, 5, 6, 5, 1, 2, 3, 2]);
  });
});

describe('groups', () => {
  const list = (...gids: number[]): Uint8Array => new Uint8Array(Uint32Array.from(gids).buffer);

  it('are kept in order and told', async () => {
    expect(await call(root, 'setgroups', 3, list(30, 4, 200))).toBe(0);
    expect(root.credentials.groups).toEqual([4, 30, 200]);
    const room = new Room();
    expect(await call(root, 'getgroups', 3, room)).toBe(3);
    expect(room.bytes).toEqual(list(4, 30, 200));
  });

  it.each<[string, string, Given[], number]>([
    ['a negative size', 'getgroups', [-1, new Room()], -Errno.EINVAL],
    ['a size of 0, at no address', 'getgroups', [0, null], 2],
    ['too small a size, before the address', 'getgroups', [1, null], -Errno.EINVAL],
    ['no address', 'getgroups', [2, null], -Errno.EFAULT],
    ['a negative size', 'setgroups', [-1, null], -Errno.EINVAL],
    ['too many', 'setgroups', [65_537, null], -Errno.EINVAL],
    ['a bad address', 'setgroups', [1, FAULT], -Errno.EFAULT],
    ['a group of -1', 'setgroups', [1, list(0xffff_ffff)], -Errno.EINVAL],
    ['none at all', 'setgroups', [0, null], 0],
  ])('%s: %s', async (_title, name, given, result) => {
    root.credentials = root.credentials.with({ groups: [5, 6] });
    expect(await call(root, name, ...given)).toBe(result);
  });
});

describe('capabilities', () => {
  const header = (version = 0x2008_0522, pid = 0): Room => new Room(capabilityHeader.encode({ version, pid }));
  const sets = (effective: number, permitted: number, inheritable: number): Uint8Array =>
    Uint8Array.of(...capabilityData.encode({ effective, permitted, inheritable }), ...new Uint8Array(capabilityData.size));

  it.each<[string, string, Given[], number]>([
    ['no header', 'capget', [FAULT, new Room()], -Errno.EFAULT],
    ['an unknown version', 'capget', [header(1), new Room()], -Errno.EINVAL],
    ['a question for the version', 'capget', [header(1), null], 0],
    ['a negative pid', 'capget', [header(undefined, -1), new Room()], -Errno.EINVAL],
    ['no such process', 'capget', [header(undefined, 999), new Room()], -Errno.ESRCH],
    ['another process', 'capget', [header(undefined, 1), new Room()], 0],
    ['an unknown version', 'capset', [header(1), FAULT], -Errno.EINVAL],
    ['another process, before the data', 'capset', [header(undefined, 1), FAULT], -Errno.EPERM],
    ['no data', 'capset', [header(), FAULT], -Errno.EFAULT],
    ['more than is permitted', 'capset', [header(), sets(0, 1, 0)], -Errno.EPERM],
    ['more effective than permitted', 'capset', [header(), sets(1, 0, 0)], -Errno.EPERM],
    ['inheritable ones that are not permitted', 'capset', [header(), sets(0, 0, 1)], -Errno.EPERM],
    ['none', 'capset', [header(), sets(0, 0, 0)], 0],
  ])('%s: %s', async (_title, name, given, result) => {
    expect(await call(user, name, ...given)).toBe(result);
  });

  it('tells the version it knows', async () => {
    const asked = header(1);
    await call(user, 'capget', asked, null);
    expect(capabilityHeader.decode(asked.bytes).version).toBe(0x2008_0522);
  });

  it('tells as many words as the version has', async () => {
    const [one, two] = [new Room(), new Room()];
    await call(root, 'capget', header(0x1998_0330), one);
    await call(root, 'capget', header(), two);
    expect(one.bytes).toHaveLength(12);
    expect(capabilityData.decode(two.bytes.subarray(12)).permitted).toBe(Number(ALL_CAPABILITIES >> 32n));
  });

  it('are dropped by capset and stay dropped', async () => {
    expect(await call(root, 'capset', header(), sets(1 << Capability.CAP_KILL, 1 << Capability.CAP_KILL, 0))).toBe(0);
    expect(root.credentials.permitted).toBe(capabilitySet(Capability.CAP_KILL));
    expect(await call(root, 'capset', header(), sets(1, 1, 0))).toBe(-Errno.EPERM);
  });
});

describe('credentialsAfterExec', () => {
  it('gives user 0 what the bounding set has', () => {
    const { permitted, effective } = credentialsAfterExec(Credentials.of(0, 0).with({ permitted: 0n, effective: 0n, bounding: 5n }));
    expect([permitted, effective]).toEqual([5n, 5n]);
  });

  it('leaves others the ambient ones, and saves their effective ids', () => {
    const fresh = credentialsAfterExec(Credentials.of(1, 1).with({ euid: 2, egid: 3, ambient: 4n, permitted: 7n, secureBits: SecureBits.SECBIT_KEEP_CAPS }));
    expect(fresh).toMatchObject({ suid: 2, fsuid: 2, sgid: 3, fsgid: 3, permitted: 4n, effective: 4n, secureBits: 0 });
  });
});
