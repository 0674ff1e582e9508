import { beforeEach, describe, expect, it } from 'vitest';

import { timespec, timeval, tms } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ThreadSlot, hostBinding } from '@occlum/native';

import type { Process } from '../../src/process/process.js';
import { timex } from '../../src/time/sys-adjtimex.js';
import { timeSyscalls } from '../../src/time/syscalls.js';
import { TimeSources } from '../../src/time/time-sources.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';
import { FakeClock } from './fake-clock.js';

const EXACT = 2;
const USER = 1;
const THREAD = 4;
const HOST_PID = 77;

let clock: FakeClock;
let kernel: FakeKernel;
let process: Process;
let table: ReturnType<typeof timeSyscalls>;

beforeEach(() => {
  clock = new FakeClock();
  kernel = new FakeKernel();
  process = kernel.spawn();
  process.hostPid = HOST_PID;
  process.arena!.setSlotWord(0, ThreadSlot.host_tid, 78);
  clock.cpuNs.set(HOST_PID, 3_500_000_000n);
  clock.files.set(`/proc/${HOST_PID}/stat`, `${HOST_PID} (a) b) R ${Array.from({ length: 10 }, () => 0).join(' ')} 300 100 0 0`);
  clock.files.set(`/proc/${HOST_PID}/task/78/schedstat`, '1000000007 5 6\n');
  table = timeSyscalls(new TimeSources(clock), clock.schedule);
});

const call = (name: string, ...given: Given[]): Promise<number> => guestCall(table, kernel.caller(process), name, ...given);
const of = (id: number, kind: number): number => (~id << 3) | kind;
const time = (sec: bigint, nsec: bigint): Uint8Array => timespec.encode({ tv_sec: sec, tv_nsec: nsec });

async function told(which: number): Promise<unknown> {
  const room = new Room();
  const result = await call('clock_gettime', which, room);
  if (result < 0) return result;
  const { tv_sec, tv_nsec } = timespec.decode(room.bytes);
  return Number(tv_sec) + Number(tv_nsec) / 1e9;
}

describe('clock_gettime of a process or thread', () => {
  it.each([
    ['the caller as a process', () => of(0, EXACT), 3.5],
    ['the caller by its pid', () => of(process.pid, EXACT), 3.5],
    ['its time in user mode', () => of(process.pid, USER), 2.625],
    ['its thread', () => of(0, EXACT | THREAD), 1.000000007],
    ['its thread by its tid', () => of(process.pid, EXACT | THREAD), 1.000000007],
    ['no such process', () => of(999, EXACT), -Errno.EINVAL],
    ['an unknown count', () => of(0, 3 | THREAD), -Errno.EINVAL],
    ['the clock of a descriptor', () => -5, -Errno.EINVAL],
    ['a clock past the last', () => 12, -Errno.EINVAL],
  ])('%s', async (_title, which, expected) => {
    expect(await told(which())).toBe(expected);
  });

  it('tells of any process, and of threads of the own one only', async () => {
    const other = kernel.spawn();
    other.hostPid = 90;
    clock.cpuNs.set(90, 7n);
    expect(await told(of(other.pid, EXACT))).toBe(7e-9);
    expect(await told(of(other.pid, EXACT | THREAD))).toBe(-Errno.EINVAL);
  });

  it('tells nothing of what ended', async () => {
    clock.cpuNs.clear();
    expect(await told(of(process.pid, EXACT))).toBe(-Errno.EINVAL);
  });

  it('is right on the real host', async () => {
    process.hostPid = globalThis.process.pid;
    table = timeSyscalls(new TimeSources(hostBinding()), clock.schedule);
    const before = globalThis.process.cpuUsage();
    const seconds = await told(of(process.pid, EXACT));
    expect(seconds).toBeGreaterThanOrEqual((before.user + before.system) / 1e6 - 0.1);
    expect(seconds).toBeLessThan((before.user + before.system) / 1e6 + 5);
  });
});

describe('clock_getres of a process or thread', () => {
  it('is a nanosecond, or a tick', async () => {
    const room = new Room();
    expect(await call('clock_getres', of(0, EXACT), room)).toBe(0);
    expect(timespec.decode(room.bytes)).toEqual({ tv_sec: 0n, tv_nsec: 1n });
    expect(await call('clock_getres', of(0, USER), room)).toBe(0);
    expect(timespec.decode(room.bytes)).toEqual({ tv_sec: 0n, tv_nsec: 10_000_000n });
    expect(await call('clock_getres', of(999, EXACT), room)).toBe(-Errno.EINVAL);
  });
});

// Seen on Linux 6.18 x86-64 as user nobody.
describe('setting clocks', () => {
  it.each<[string, string, Given[], number]>([
    ['clock_settime', 'of a clock that none can set, before the time', [1, FAULT], -Errno.EINVAL],
    ['clock_settime', 'of the wall clock from nowhere', [0, FAULT], -Errno.EFAULT],
    ['clock_settime', 'of the wall clock to no time', [0, time(-1n, 0n)], -Errno.EINVAL],
    ['clock_settime', 'of the wall clock', [0, time(1n, 0n)], -Errno.EPERM],
    ['clock_settime', 'of CPU time', [of(0, EXACT), time(-1n, 0n)], -Errno.EPERM],
    ['clock_settime', 'of CPU time of nobody', [of(999, EXACT), time(1n, 0n)], -Errno.EINVAL],
    ['settimeofday', 'from nowhere', [FAULT, null], -Errno.EFAULT],
    ['settimeofday', 'to no time', [timeval.encode({ tv_sec: 1n, tv_usec: 1_000_000n }), null], -Errno.EINVAL],
    ['settimeofday', 'to a time', [timeval.encode({ tv_sec: 1n, tv_usec: 1n }), null], -Errno.EPERM],
    ['settimeofday', 'to a zone outside memory', [null, FAULT], -Errno.EFAULT],
    ['settimeofday', 'to nothing', [null, null], -Errno.EPERM],
    ['adjtimex', 'from nowhere', [FAULT], -Errno.EFAULT],
    ['clock_adjtime', 'of a clock that cannot be adjusted', [1, new Room(new Uint8Array(timex.size))], -Errno.EOPNOTSUPP],
    ['clock_adjtime', 'of no clock', [10, new Room(new Uint8Array(timex.size))], -Errno.EINVAL],
    ['clock_nanosleep', 'on no clock', [12, 0, time(0n, 1n), null], -Errno.EINVAL],
    ['clock_nanosleep', 'on the own thread', [of(0, EXACT | THREAD), 0, time(0n, 1n), null], -Errno.EINVAL],
    ['clock_nanosleep', 'on a process', [of(1, EXACT), 0, time(0n, 1n), null], -Errno.EOPNOTSUPP],
  ])('%s %s', async (name, _title, given, result) => {
    expect(await call(name, ...given)).toBe(result);
  });

  it('is refused, and reading tells a clock that nobody disciplines', async () => {
    const read = new Room(new Uint8Array(timex.size));
    expect(await call('adjtimex', read)).toBe(5);
    const { status, time: now, tick } = timex.decode(read.bytes);
    expect([status, Number(now.tv_sec), Number(tick)]).toEqual([0x40, 1005, 10000]);
    const write = new Uint8Array(timex.size);
    write[0] = 2;
    expect(await call('adjtimex', new Room(write))).toBe(-Errno.EPERM);
  });

  it('has the size of the struct of Linux', () => {
    expect(timex.size).toBe(208);
  });
});

describe('times', () => {
  it('tells ticks of the caller and its children, and of the clock', async () => {
    process.childrenUsage = { userUs: 1_230_000, systemUs: 40_000, maxRssKb: 0 };
    const room = new Room();
    expect(await call('times', room)).toBe(500);
    expect(tms.decode(room.bytes)).toEqual({ tms_utime: 262n, tms_stime: 87n, tms_cutime: 123n, tms_cstime: 4n });
    expect(await call('times', null)).toBe(500);
  });
});
