import { beforeEach, describe, expect, it } from 'vitest';

import { Capability, ResourceLimit, SCHED_RESET_ON_FORK, SchedFlags, schedAttr } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { CpuSet, USUAL_ATTRIBUTES } from '@occlum/sched';

import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { schedSyscalls } from '../../src/sched/syscalls.js';
import { FAULT, Room, guestCall, int } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';
import { FakeClock } from '../time/fake-clock.js';
import { FakeScheduling } from './fake-scheduling.js';

const NOBODY = 999;
const [OTHER, FIFO, BATCH, IDLE, DEADLINE] = [0, 1, 3, 5, 6];
const [RT, BE] = [1 << 13, 2 << 13];

let kernel: FakeKernel;
let fake: FakeScheduling;
let process: Process;
let child: Process;
let stranger: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  use(new FakeScheduling());
});

function use(scheduling: FakeScheduling): void {
  kernel = new FakeKernel();
  fake = scheduling;
  process = kernel.spawn();
  child = kernel.spawn(process);
  stranger = kernel.spawn(process, Credentials.of(7, 7));
  for (const { leader } of [process, child, stranger]) fake.start(leader!);
}

const call = (name: string, ...given: Given[]): Promise<number> => {
  const files = new FakeClock();
  files.files.set('/sys/devices/system/cpu/possible', '0-7\n');
  return guestCall(schedSyscalls(fake.scheduling, files), kernel.caller(process), name, ...given);
};
const mask = (list: string): Uint8Array => CpuSet.parse(list).toMask();
const attr = (change: Partial<ReturnType<typeof schedAttr.decode>>): Uint8Array => schedAttr.encode({ size: 56, ...USUAL_ATTRIBUTES, ...change });

// The errors, and their order, were seen on Linux 6.18 x86-64.
describe('errors, in their order', () => {
  it.each<[string, string, Given[], number]>([
    ['no room', 'sched_getaffinity', [NOBODY, 0, null], -Errno.EINVAL],
    ['room that is no multiple of 8', 'sched_getaffinity', [NOBODY, 12, new Room()], -Errno.EINVAL],
    ['no such thread', 'sched_getaffinity', [NOBODY, 8, null], -Errno.ESRCH],
    ['a negative thread', 'sched_getaffinity', [-1, 8, new Room()], -Errno.ESRCH],
    ['room nowhere', 'sched_getaffinity', [0, 8, null], -Errno.EFAULT],
    ['room that fits', 'sched_getaffinity', [0, 8, new Room()], 8],
    ['more room than there are CPUs', 'sched_getaffinity', [1, 128, new Room()], 8],

    ['a mask nowhere', 'sched_setaffinity', [NOBODY, 8, FAULT], -Errno.EFAULT],
    ['no such thread', 'sched_setaffinity', [NOBODY, 8, mask('')], -Errno.ESRCH],
    ['no such thread, no mask', 'sched_setaffinity', [NOBODY, 0, null], -Errno.ESRCH],
    ['another user\'s', 'sched_setaffinity', [3, 8, mask('')], -Errno.EPERM],
    ['no mask', 'sched_setaffinity', [0, 0, null], -Errno.EINVAL],
    ['no CPU that is there', 'sched_setaffinity', [0, 8, mask('4-9')], -Errno.EINVAL],
    ['a short mask', 'sched_setaffinity', [0, 1, mask('1').subarray(0, 1)], 0],

    ['a negative id', 'sched_getscheduler', [-1], -Errno.EINVAL],
    ['no such thread', 'sched_getscheduler', [NOBODY], -Errno.ESRCH],
    ['the caller', 'sched_getscheduler', [0], 0],
    ['room nowhere', 'sched_getparam', [NOBODY, null], -Errno.EINVAL],
    ['no such thread', 'sched_getparam', [NOBODY, new Room()], -Errno.ESRCH],
    ['a negative id', 'sched_getparam', [-1, new Room()], -Errno.EINVAL],
    ['the caller', 'sched_getparam', [0, new Room()], 0],
    ['a negative policy', 'sched_setscheduler', [NOBODY, -1, FAULT], -Errno.EINVAL],
    ['no priority', 'sched_setscheduler', [NOBODY, OTHER, null], -Errno.EINVAL],
    ['a negative id', 'sched_setscheduler', [-1, OTHER, int(0)], -Errno.EINVAL],
    ['a priority nowhere', 'sched_setscheduler', [NOBODY, OTHER, FAULT], -Errno.EFAULT],
    ['no such thread', 'sched_setscheduler', [NOBODY, 99, int(0)], -Errno.ESRCH],
    ['no such policy', 'sched_setscheduler', [0, 4, int(0)], -Errno.EINVAL],
    ['a priority where there is none', 'sched_setscheduler', [0, OTHER, int(1)], -Errno.EINVAL],
    ['no priority where there must be one', 'sched_setscheduler', [0, FIFO, int(0)], -Errno.EINVAL],
    ['a priority that is too high', 'sched_setscheduler', [0, FIFO, int(100)], -Errno.EINVAL],
    ['a priority below 0', 'sched_setscheduler', [0, FIFO, int(-1)], -Errno.EINVAL],
    ['a deadline, which it has no numbers for', 'sched_setscheduler', [0, DEADLINE, int(0)], -Errno.EINVAL],
    ['a real-time policy', 'sched_setscheduler', [0, FIFO, int(1)], -Errno.EPERM],
    ['another user\'s', 'sched_setscheduler', [3, BATCH, int(0)], -Errno.EPERM],
    ['a policy that needs nothing', 'sched_setscheduler', [0, BATCH | SCHED_RESET_ON_FORK, int(0)], 0],
    ['no priority', 'sched_setparam', [NOBODY, null], -Errno.EINVAL],
    ['a priority nowhere', 'sched_setparam', [NOBODY, FAULT], -Errno.EFAULT],
    ['no such thread', 'sched_setparam', [NOBODY, int(1)], -Errno.ESRCH],
    ['a priority where there is none', 'sched_setparam', [0, int(1)], -Errno.EINVAL],
    ['the same', 'sched_setparam', [0, int(0)], 0],
    ['no such policy', 'sched_get_priority_max', [4], -Errno.EINVAL],
    ['a policy', 'sched_get_priority_max', [FIFO], 99],
    ['a policy', 'sched_get_priority_min', [FIFO], 1],
    ['a negative id', 'sched_rr_get_interval', [-1, null], -Errno.EINVAL],
    ['no such thread', 'sched_rr_get_interval', [NOBODY, null], -Errno.ESRCH],
    ['room nowhere', 'sched_rr_get_interval', [0, null], -Errno.EFAULT],
    ['the caller', 'sched_rr_get_interval', [0, new Room()], 0],

    ['no attributes', 'sched_setattr', [NOBODY, null, 0], -Errno.EINVAL],
    ['a negative id', 'sched_setattr', [-1, FAULT, 0], -Errno.EINVAL],
    ['flags', 'sched_setattr', [0, FAULT, 1], -Errno.EINVAL],
    ['attributes nowhere', 'sched_setattr', [NOBODY, FAULT, 0], -Errno.EFAULT],
    ['a size below the first', 'sched_setattr', [NOBODY, new Uint8Array(4), 0], -Errno.E2BIG],
    ['what it does not know', 'sched_setattr', [NOBODY, Buffer.concat([attr({ size: 64 }), Buffer.alloc(8, 1)]), 0], -Errno.E2BIG],
    ['hints in a struct without them', 'sched_setattr', [NOBODY, attr({ size: 48, sched_flags: 0x20n }).subarray(0, 48), 0], -Errno.EINVAL],
    ['a negative policy', 'sched_setattr', [NOBODY, attr({ sched_policy: 0xffff_ffff }), 0], -Errno.EINVAL],
    ['no such thread', 'sched_setattr', [NOBODY, attr({ sched_policy: 99 }), 0], -Errno.ESRCH],
    ['flags that nobody knows', 'sched_setattr', [0, attr({ sched_flags: 0x100n }), 0], -Errno.EINVAL],
    ['a deadline', 'sched_setattr', [0, attr({ sched_policy: DEADLINE, sched_runtime: 10_000_000n, sched_deadline: 20_000_000n, sched_period: 30_000_000n }), 0], -Errno.EPERM],
    ['a deadline before its running time', 'sched_setattr', [0, attr({ sched_policy: DEADLINE, sched_runtime: 30_000_000n, sched_deadline: 20_000_000n }), 0], -Errno.EINVAL],
    ['a lower nice value', 'sched_setattr', [0, attr({ sched_nice: -1 }), 0], -Errno.EPERM],
    ['a higher nice value', 'sched_setattr', [0, attr({ sched_nice: 4 }), 0], 0],
    ['room nowhere', 'sched_getattr', [NOBODY, null, 48, 0], -Errno.EINVAL],
    ['too little room', 'sched_getattr', [NOBODY, new Room(), 47, 0], -Errno.EINVAL],
    ['too much room', 'sched_getattr', [NOBODY, new Room(), 4097, 0], -Errno.EINVAL],
    ['flags', 'sched_getattr', [NOBODY, new Room(), 48, 1], -Errno.EINVAL],
    ['no such thread', 'sched_getattr', [NOBODY, new Room(), 48, 0], -Errno.ESRCH],
    ['the caller', 'sched_getattr', [0, new Room(), 48, 0], 0],

    ['a real-time class', 'ioprio_set', [9, NOBODY, RT], -Errno.EPERM],
    ['no such class', 'ioprio_set', [9, NOBODY, 7 << 13], -Errno.EINVAL],
    ['a level without a class', 'ioprio_set', [1, NOBODY, 1], -Errno.EINVAL],
    ['no such kind', 'ioprio_set', [9, NOBODY, BE], -Errno.EINVAL],
    ['no such thread', 'ioprio_set', [1, NOBODY, BE], -Errno.ESRCH],
    ['no such group', 'ioprio_set', [2, NOBODY, BE], -Errno.ESRCH],
    ['another user\'s', 'ioprio_set', [1, 3, BE], -Errno.EPERM],
    ['the caller', 'ioprio_set', [1, 0, BE | 5], 0],
    ['no such kind', 'ioprio_get', [0, NOBODY], -Errno.EINVAL],
    ['no such thread', 'ioprio_get', [1, NOBODY], -Errno.ESRCH],
    ['no such user', 'ioprio_get', [3, NOBODY], -Errno.ESRCH],
    ['the caller', 'ioprio_get', [1, 0], 0],
    ['the best of a group, which follows from its nice values', 'ioprio_get', [2, 0], BE | 4],
  ])('%s: %s', async (_title, name, given, result) => {
    expect(await call(name, ...given)).toBe(result);
  });
});

describe('sched_setaffinity', () => {
  it('moves the thread that is meant, and tells so', async () => {
    expect(await call('sched_setaffinity', child.pid, 8, mask('1,3'))).toBe(0);
    expect([String(fake.task(child.leader!).cpus), String(fake.task(process.leader!).cpus)]).toEqual(['1,3', '0-3']);
    const room = new Room();
    await call('sched_getaffinity', child.pid, 8, room);
    expect([...room.bytes]).toEqual([0b1010, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('never leaves what the enclave, or the process, was given', async () => {
    use(new FakeScheduling(CpuSet.parse('1-2')));
    expect(await call('sched_setaffinity', 0, 8, mask('0-3'))).toBe(0);
    expect(String(fake.task(process.leader!).cpus)).toBe('1-2');
    expect(await call('sched_setaffinity', 0, 8, mask('0,3'))).toBe(-Errno.EINVAL);
    process.cpuset = CpuSet.of(1);
    expect(await call('sched_setaffinity', child.pid, 8, mask('0-3'))).toBe(0);
    expect(String(fake.task(child.leader!).cpus)).toBe('1');
  });

  it('is what the host says', async () => {
    fake.refusal = -Errno.EINVAL;
    expect(await call('sched_setaffinity', 0, 8, mask('1'))).toBe(-Errno.EINVAL);
    expect(String(process.leader!.sched.settings.cpus)).toBe('0-3');
  });

  it('waits for a thread that the host has not started', async () => {
    const fresh = kernel.thread(process);
    const result = call('sched_setaffinity', fresh.tid, 8, mask('2'));
    setImmediate(() => { fake.start(fresh); });
    expect(await result).toBe(0);
    expect(String(fake.task(fresh).cpus)).toBe('2');
  });

  it('names a thread of the host only where it is one of that process', async () => {
    const [, first] = [process.leader!, child.leader!];
    first.process.hostPid = 5;
    const room = new Room();
    expect(await call('sched_getaffinity', child.pid, 8, room)).toBe(8);
    expect([...room.bytes][0]).toBe(0b1111);
  });
});

describe('policies', () => {
  it('are kept with what belongs to them', async () => {
    expect(await call('sched_setscheduler', 0, BATCH | SCHED_RESET_ON_FORK, int(0))).toBe(0);
    expect(await call('sched_getscheduler', 0)).toBe(BATCH | SCHED_RESET_ON_FORK);
    expect(await call('sched_setparam', 0, int(0))).toBe(0);
    expect(await call('sched_getscheduler', 0)).toBe(BATCH | SCHED_RESET_ON_FORK);
    expect(await call('sched_setscheduler', 0, BATCH, int(0))).toBe(-Errno.EPERM);
  });

  it('of the lowest kind are not left without a privilege', async () => {
    expect(await call('sched_setscheduler', 0, IDLE, int(0))).toBe(0);
    expect(await call('sched_setscheduler', 0, OTHER, int(0))).toBe(-Errno.EPERM);
    process.limits.set(ResourceLimit.RLIMIT_NICE, { soft: 20n, hard: 20n });
    expect(await call('sched_setscheduler', 0, OTHER, int(0))).toBe(0);
  });

  it('of real time are for who has the limit, or the capability; the host has the last word', async () => {
    process.limits.set(ResourceLimit.RLIMIT_RTPRIO, { soft: 5n, hard: 5n });
    expect(await call('sched_setscheduler', 0, FIFO, int(6))).toBe(-Errno.EPERM);
    expect(await call('sched_setscheduler', 0, FIFO, int(5))).toBe(0);
    process.credentials = process.credentials.with({ effective: 1n << BigInt(Capability.CAP_SYS_NICE) });
    fake.refusal = -Errno.EPERM;
    expect(await call('sched_setscheduler', 3, FIFO, int(6))).toBe(-Errno.EPERM);
    expect(fake.asked.at(-1)).toMatchObject({ hostPid: 1003, hostTid: 1003 });
  });

  it('stay, or their parameters do, where the flags say so', async () => {
    const keep = (flags: number, change = {}): Promise<number> => call('sched_setattr', 0, attr({ sched_flags: BigInt(flags), ...change }), 0);
    await call('sched_setattr', 0, attr({ sched_policy: BATCH, sched_nice: 4 }), 0);
    expect(await keep(SchedFlags.SCHED_FLAG_KEEP_POLICY, { sched_policy: IDLE, sched_nice: 6 })).toBe(0);
    // As Linux does: with its parameters a thread keeps its policy, too.
    expect(await keep(SchedFlags.SCHED_FLAG_KEEP_PARAMS, { sched_policy: OTHER, sched_nice: 9 })).toBe(0);
    expect(await keep(SchedFlags.SCHED_FLAG_KEEP_PARAMS, { sched_policy: 99 })).toBe(-Errno.EINVAL);
    const room = new Room();
    await call('sched_getattr', 0, room, 56, 0);
    expect(schedAttr.decode(room.bytes)).toMatchObject({ size: 56, sched_policy: BATCH, sched_nice: 6, sched_flags: 0n });
  });

  it('are told to a struct of the first version', async () => {
    const room = new Room();
    await call('sched_getattr', 0, room, 48, 0);
    expect([room.bytes.length, room.view().getUint32(0, true)]).toEqual([48, 48]);
  });
});
