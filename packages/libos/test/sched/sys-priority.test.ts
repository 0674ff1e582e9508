import { beforeEach, describe, expect, it } from 'vitest';

import { ResourceLimit } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { schedSyscalls } from '../../src/sched/syscalls.js';
import { guestCall } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';
import { FakeClock } from '../time/fake-clock.js';
import { FakeScheduling } from './fake-scheduling.js';

const [PROCESS, GROUP, USER] = [0, 1, 2];

let kernel: FakeKernel;
let fake: FakeScheduling;
let process: Process;
let child: Process;
let stranger: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  fake = new FakeScheduling();
  process = kernel.spawn();
  child = kernel.spawn(process);
  stranger = kernel.spawn(process, Credentials.of(7, 7));
  for (const { leader } of [process, child, stranger]) fake.start(leader!);
});

const call = (name: string, ...given: number[]): Promise<number> => guestCall(schedSyscalls(fake.scheduling, new FakeClock()), kernel.caller(process), name, ...given);

describe('priorities', () => {
  it.each<[string, string, number[], number]>([
    ['no such kind', 'getpriority', [3, 0], -Errno.EINVAL],
    ['no such process', 'getpriority', [PROCESS, 999], -Errno.ESRCH],
    ['no such group', 'getpriority', [GROUP, 999], -Errno.ESRCH],
    ['a user without processes', 'getpriority', [USER, 999], -Errno.ESRCH],
    ['the caller', 'getpriority', [PROCESS, 0], 20],
    ['no such kind', 'setpriority', [-1, 0, 0], -Errno.EINVAL],
    ['no such process', 'setpriority', [PROCESS, 999, 0], -Errno.ESRCH],
    ['a process of another user', 'setpriority', [PROCESS, 3, 5], -Errno.EPERM],
    ['a lower value', 'setpriority', [PROCESS, 0, -1], -Errno.EACCES],
    ['the same value', 'setpriority', [PROCESS, 0, 0], 0],
    ['a group with a process of another user', 'setpriority', [GROUP, 0, 5], -Errno.EPERM],
    ['the processes of the user', 'setpriority', [USER, 0, 5], 0],
  ])('%s: %s', async (_title, name, args, result) => {
    expect(await call(name, ...args)).toBe(result);
  });

  it('are the highest of those asked for, and cut to their range', async () => {
    expect(await call('setpriority', PROCESS, child.pid, 100)).toBe(0);
    expect(await call('getpriority', PROCESS, child.pid)).toBe(1);
    expect(await call('getpriority', USER, 1000)).toBe(20);
    expect(fake.scheduling.nice(stranger.leader!)).toBe(0);
  });

  it('belong to one thread', async () => {
    const second = kernel.thread(process);
    fake.start(second);
    expect(await call('setpriority', PROCESS, second.tid, 4)).toBe(0);
    expect([fake.task(second).nice, fake.task(process.leader!).nice]).toEqual([4, 0]);
  });

  it('go down as far as RLIMIT_NICE says, and as the host lets them', async () => {
    process.limits.set(ResourceLimit.RLIMIT_NICE, { soft: 25n, hard: 25n });
    expect(await call('setpriority', PROCESS, 0, -5)).toBe(0);
    expect(await call('setpriority', PROCESS, 0, -6)).toBe(-Errno.EACCES);
    fake.refusal = -Errno.EACCES;
    expect(await call('setpriority', PROCESS, 0, -5)).toBe(-Errno.EACCES);
  });
});
