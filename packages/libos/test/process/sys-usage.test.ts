import { beforeEach, describe, expect, it } from 'vitest';

import { RusageWho, rusage } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Process } from '../../src/process/process.js';
import { usageSyscalls } from '../../src/process/sys-usage.js';
import { Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from './fake-kernel.js';

const table = usageSyscalls({
  usage: () => ({ userUs: 2_500_000, systemUs: 1, maxRssKb: 640 }),
  ofThread: () => 1_000_000_999n,
});

let kernel: FakeKernel;
let process: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  process = kernel.spawn();
  process.childrenUsage = { userUs: 0, systemUs: 7, maxRssKb: 3 };
});

const call = (...given: Given[]): Promise<number> => guestCall(table, kernel.caller(process), 'getrusage', ...given);

describe('getrusage', () => {
  it.each<[string, Given[], number]>([
    ['of both, which only the kernel asks for', [-2, null], -Errno.EINVAL],
    ['no room', [RusageWho.RUSAGE_SELF, null], -Errno.EFAULT],
  ])('%s', async (_title, given, result) => {
    expect(await call(...given)).toBe(result);
  });

  it.each([
    ['the process', RusageWho.RUSAGE_SELF, [2n, 500_000n, 0n, 1n, 640n]],
    ['its children', RusageWho.RUSAGE_CHILDREN, [0n, 0n, 0n, 7n, 3n]],
    ['its thread', RusageWho.RUSAGE_THREAD, [1n, 0n, 0n, 0n, 640n]],
  ])('tells of %s', async (_title, who, expected) => {
    const room = new Room();
    expect(await call(who, room)).toBe(0);
    const { ru_utime: user, ru_stime: system, ru_maxrss: peak } = rusage.decode(room.bytes);
    expect([user.tv_sec, user.tv_usec, system.tv_sec, system.tv_usec, peak]).toEqual(expected);
  });
});
