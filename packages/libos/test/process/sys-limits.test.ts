import { beforeEach, describe, expect, it } from 'vitest';

import { Capability, ResourceLimit, rlimit } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ProcessPage } from '@occlum/native';

import { capabilitySet } from '../../src/process/credential-change.js';
import { Credentials } from '../../src/process/credentials.js';
import { DESCRIPTOR_MAX, UNLIMITED } from '../../src/process/limits.js';
import type { Process } from '../../src/process/process.js';
import { limitSyscalls } from '../../src/process/sys-limits.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from './fake-kernel.js';

const { RLIMIT_NOFILE, RLIMIT_STACK, RLIMIT_AS, RLIMIT_CORE, RLIMIT_DATA } = ResourceLimit;

let kernel: FakeKernel;
let process: Process;
let other: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  process = kernel.spawn();
  other = kernel.spawn(undefined, Credentials.of(2000, 2000));
});

const call = (name: string, ...given: Given[]): Promise<number> => guestCall(limitSyscalls(), kernel.caller(process), name, ...given);
const limit = (soft: bigint | number, hard: bigint | number): Uint8Array => rlimit.encode({ rlim_cur: BigInt(soft), rlim_max: BigInt(hard) });

describe('limits', () => {
  it.each<[string, string, Given[], number]>([
    ['no such resource', 'getrlimit', [16, FAULT], -Errno.EINVAL],
    ['a negative resource', 'getrlimit', [-1, new Room()], -Errno.EINVAL],
    ['no room', 'getrlimit', [RLIMIT_NOFILE, null], -Errno.EFAULT],
    ['a bad address, before the resource', 'setrlimit', [16, FAULT], -Errno.EFAULT],
    ['no such resource', 'setrlimit', [16, limit(0, 0)], -Errno.EINVAL],
    ['soft above hard, before the right', 'setrlimit', [RLIMIT_NOFILE, limit(UNLIMITED, 9000)], -Errno.EINVAL],
    ['more descriptors than there are', 'setrlimit', [RLIMIT_NOFILE, limit(1, DESCRIPTOR_MAX + 1n)], -Errno.EPERM],
    ['the highest number of descriptors', 'setrlimit', [RLIMIT_NOFILE, limit(DESCRIPTOR_MAX, DESCRIPTOR_MAX)], 0],
    ['a lower hard limit', 'setrlimit', [RLIMIT_CORE, limit(0, 0)], 0],
    ['a bad address, before the process', 'prlimit64', [999, RLIMIT_CORE, FAULT, null], -Errno.EFAULT],
    ['no such process, before the resource', 'prlimit64', [999, 16, null, null], -Errno.ESRCH],
    ['a process of another user, before the resource', 'prlimit64', [2, 16, null, null], -Errno.EPERM],
    ['no such resource', 'prlimit64', [0, 16, null, FAULT], -Errno.EINVAL],
    ['nothing to set and nothing to tell', 'prlimit64', [0, RLIMIT_CORE, null, null], 0],
    ['a lower limit of its own', 'prlimit64', [1, RLIMIT_CORE, limit(0, 0), new Room()], 0],
  ])('%s: %s', async (_title, name, given, result) => {
    expect(await call(name, ...given)).toBe(result);
  });

  it('cannot be raised again without CAP_SYS_RESOURCE', async () => {
    expect(await call('setrlimit', RLIMIT_CORE, limit(0, 10))).toBe(0);
    expect(await call('setrlimit', RLIMIT_CORE, limit(0, 11))).toBe(-Errno.EPERM);
    process.credentials = process.credentials.with({ effective: capabilitySet(Capability.CAP_SYS_RESOURCE) });
    expect(await call('setrlimit', RLIMIT_CORE, limit(0, 11))).toBe(0);
    expect(await call('prlimit64', other.pid, RLIMIT_CORE, limit(3, 4), null)).toBe(0);
    expect(other.limits.get(RLIMIT_CORE)).toEqual({ soft: 3n, hard: 4n });
  });

  it('tells the old limit of what it sets', async () => {
    const room = new Room();
    expect(await call('prlimit64', 0, RLIMIT_NOFILE, limit(10, 20), room)).toBe(0);
    expect(rlimit.decode(room.bytes)).toEqual({ rlim_cur: 1024n, rlim_max: DESCRIPTOR_MAX });
    await call('getrlimit', RLIMIT_NOFILE, room);
    expect(rlimit.decode(room.bytes)).toEqual({ rlim_cur: 10n, rlim_max: 20n });
  });

  it('shows its runtime those that the runtime keeps', async () => {
    await call('setrlimit', RLIMIT_NOFILE, limit(10, 20));
    await call('setrlimit', RLIMIT_STACK, limit(1 << 20, UNLIMITED));
    await call('setrlimit', RLIMIT_DATA, limit(UNLIMITED, UNLIMITED));
    const { arena } = process;
    expect(arena?.pageWord(ProcessPage.fd_soft_limit)).toBe(10);
    expect(arena?.pageWide(ProcessPage.stack_limit)).toBe(1n << 20n);
    expect(arena?.pageWide(ProcessPage.data_limit)).toBe(UNLIMITED);
  });

  it('leaves to the host what only the process itself can have set, and never raised', async () => {
    process.credentials = process.credentials.with({ effective: capabilitySet(Capability.CAP_SYS_RESOURCE) });
    expect(await call('setrlimit', RLIMIT_AS, limit(1 << 20, 1 << 30))).toBe(0);
    expect(await call('setrlimit', RLIMIT_AS, limit(1 << 29, 1 << 30))).toBe(0);
    expect(await call('setrlimit', RLIMIT_AS, limit(1 << 20, (1n << 30n) + 1n))).toBe(-Errno.EPERM);
    expect(await call('prlimit64', other.pid, RLIMIT_AS, limit(1, UNLIMITED), null)).toBe(-Errno.EPERM);
    expect(await call('prlimit64', other.pid, RLIMIT_AS, limit(UNLIMITED, UNLIMITED), null)).toBe(0);
  });
});
