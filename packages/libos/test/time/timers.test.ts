import { beforeEach, describe, expect, it } from 'vitest';

import { Signal, itimerspec, itimerval, sigevent, siginfo, siginfoTimer } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Location } from '../../src/fs/location.js';
import type { Process } from '../../src/process/process.js';
import { timeSyscalls } from '../../src/time/syscalls.js';
import { TimeSources } from '../../src/time/time-sources.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';
import { FakeClock } from './fake-clock.js';

const MS = 1_000_000n;
const HANDLER = 0x1000;
const REALTIME = 0;
const MONOTONIC = 1;

let clock: FakeClock;
let kernel: FakeKernel;
let process: Process;
let table: ReturnType<typeof timeSyscalls>;

beforeEach(() => {
  clock = new FakeClock();
  kernel = new FakeKernel();
  process = kernel.spawn();
  process.hostPid = 77;
  for (const signal of [Signal.SIGALRM, Signal.SIGUSR1, 34]) {
    kernel.setAction(process, signal, HANDLER);
  }
  table = timeSyscalls(new TimeSources(clock), clock.schedule);
});

const call = (name: string, ...given: Given[]): Promise<number> => guestCall(table, kernel.caller(process), name, ...given);
const spec = (valueNs: bigint, intervalNs = 0n): Uint8Array =>
  itimerspec.encode({ it_value: { tv_sec: 0n, tv_nsec: valueNs }, it_interval: { tv_sec: 0n, tv_nsec: intervalNs } });
const val = (valueUs: bigint, intervalUs = 0n): Uint8Array =>
  itimerval.encode({ it_value: { tv_sec: 0n, tv_usec: valueUs }, it_interval: { tv_sec: 0n, tv_usec: intervalUs } });

function event(signal: number, notify = 0, tid = 0): Uint8Array {
  const target = new Uint8Array(48);
  new DataView(target.buffer).setInt32(0, tid, true);
  return sigevent.encode({ sigev_value: 99n, sigev_signo: signal, sigev_notify: notify, _sigev_un: target });
}

async function created(which: number, given: Given): Promise<number> {
  const room = new Room();
  expect(await call('timer_create', which, given, room)).toBe(0);
  return room.view().getInt32(0, true);
}

/** What the next signal of the process says of its timer. */
function taken(from = process.pending): unknown {
  const info = from.take(~0n);
  if (info === undefined) return undefined;
  const { si_timerid, si_overrun, si_value } = siginfoTimer.decode(siginfo.decode(info.bytes)._sifields);
  return [info.signal, info.code, si_timerid, si_overrun, Number(si_value)];
}

// Seen on Linux 6.18 x86-64.
describe('timer_create', () => {
  it.each<[string, Given[], number]>([
    ['an event outside memory, before the clock', [99, FAULT, new Room()], -Errno.EFAULT],
    ['no such clock', [10, null, new Room()], -Errno.EINVAL],
    ['a coarse clock, before the event', [6, event(0), new Room()], -Errno.EOPNOTSUPP],
    ['a clock that wakes the machine', [8, null, new Room()], -Errno.EOPNOTSUPP],
    ['a clock that wakes the machine, after the event', [8, event(0), new Room()], -Errno.EINVAL],
    ['the clock of a device', [-5, null, new Room()], -Errno.EOPNOTSUPP],
    ['the clock of no process', [(~999 << 3) | 2, null, new Room()], -Errno.EINVAL],
    ['signal 0', [REALTIME, event(0), new Room()], -Errno.EINVAL],
    ['signal 65', [REALTIME, event(65), new Room()], -Errno.EINVAL],
    ['signal 64', [REALTIME, event(64), new Room()], 0],
    ['an unknown way to tell', [REALTIME, event(10, 3), new Room()], -Errno.EINVAL],
    ['not to tell, and signal 99', [REALTIME, event(99, 1), new Room()], 0],
    ['the caller as the thread', [REALTIME, event(10, 4, 1), new Room()], 0],
    ['a thread of nobody', [REALTIME, event(10, 4, 9), new Room()], -Errno.EINVAL],
    ['an id outside memory', [REALTIME, null, null], -Errno.EFAULT],
  ])('%s', async (_title, given, result) => {
    expect(await call('timer_create', ...given)).toBe(result);
  });

  it('counts ids from 0', async () => {
    expect([await created(REALTIME, null), await created(MONOTONIC, null)]).toEqual([0, 1]);
  });
});

describe('timer_settime', () => {
  it.each<[string, Given[], number]>([
    ['no new time', [0, 0, null, null], -Errno.EINVAL],
    ['a time outside memory, before the id', [9, 0, FAULT, null], -Errno.EFAULT],
    ['no time', [0, 0, spec(1_000_000_000n), null], -Errno.EINVAL],
    ['no such timer', [9, 0, spec(1n), null], -Errno.EINVAL],
    ['a timer', [0, 0, spec(1n), null], 0],
  ])('%s', async (_title, given, result) => {
    await created(MONOTONIC, null);
    expect(await call('timer_settime', ...given)).toBe(result);
  });

  it('sends SIGALRM with the id once', async () => {
    const id = await created(MONOTONIC, null);
    await call('timer_settime', id, 0, spec(20n * MS), null);
    clock.advance(19);
    expect(taken()).toBeUndefined();
    clock.advance(2);
    expect(taken()).toEqual([Signal.SIGALRM, -2, id, 0, id]);
    clock.advance(1000);
    expect(taken()).toBeUndefined();
  });

  it('takes an absolute time of its own clock', async () => {
    const id = await created(REALTIME, event(Signal.SIGUSR1));
    const due = itimerspec.encode({ it_value: { tv_sec: 1005n, tv_nsec: 10n * MS }, it_interval: { tv_sec: 0n, tv_nsec: 0n } });
    await call('timer_settime', id, 1, due, null);
    clock.advance(9);
    expect(taken()).toBeUndefined();
    clock.advance(2);
    expect(taken()).toEqual([Signal.SIGUSR1, -2, id, 0, 99]);
  });

  it('counts what expires while its signal waits', async () => {
    const id = await created(MONOTONIC, event(34));
    await call('timer_settime', id, 0, spec(10n * MS, 10n * MS), null);
    clock.advance(35);
    expect(taken()).toEqual([34, -2, id, 2, 99]);
    expect(taken()).toBeUndefined();
    expect(await call('timer_getoverrun', id)).toBe(2);
    clock.advance(10);
    expect(taken()).toEqual([34, -2, id, 0, 99]);
    clock.stall(50);
    clock.advance(1);
    expect(taken()).toEqual([34, -2, id, 4, 99]);
  });

  it('queues real-time signals of two timers apart', async () => {
    const ids = [await created(MONOTONIC, event(34)), await created(MONOTONIC, event(34))];
    for (const id of ids) await call('timer_settime', id, 0, spec(MS), null);
    clock.advance(5);
    expect([taken(), taken()]).toEqual(ids.map((id) => [34, -2, id, 0, 99]));
  });

  it('tells what is left, and what there was before', async () => {
    const id = await created(MONOTONIC, null);
    await call('timer_settime', id, 0, spec(20n * MS, 3n * MS), null);
    clock.advance(5);
    const old = new Room();
    await call('timer_gettime', id, old);
    expect(itimerspec.decode(old.bytes)).toEqual({ it_value: { tv_sec: 0n, tv_nsec: 15n * MS }, it_interval: { tv_sec: 0n, tv_nsec: 3n * MS } });
    await call('timer_settime', id, 0, spec(0n), old);
    expect(itimerspec.decode(old.bytes).it_value.tv_nsec).toBe(15n * MS);
    expect(clock.waiting).toBe(0);
  });

  it('signals the thread that was named', async () => {
    const thread = kernel.thread(process);
    const id = await created(MONOTONIC, event(Signal.SIGUSR1, 4, thread.tid));
    await call('timer_settime', id, 0, spec(MS), null);
    clock.advance(2);
    expect(taken()).toBeUndefined();
    expect(taken(thread.pending)).toEqual([Signal.SIGUSR1, -2, id, 0, 99]);
  });

  it('counts in CPU time of the process', async () => {
    clock.cpuNs.set(77, 0n);
    const id = await created(2, event(Signal.SIGUSR1));
    await call('timer_settime', id, 0, spec(20n * MS), null);
    clock.advance(100);
    expect(taken()).toBeUndefined();
    clock.cpuNs.set(77, 30n * MS);
    clock.advance(100);
    expect(taken()).toEqual([Signal.SIGUSR1, -2, id, 0, 99]);
  });

  it('ends with exec and with the process', async () => {
    const id = await created(MONOTONIC, event(Signal.SIGUSR1));
    await call('timer_settime', id, 0, spec(MS, MS), null);
    process.executable = {} as unknown as Location;
    clock.advance(5);
    expect(taken()).toBeUndefined();
    expect(clock.waiting).toBe(0);
    expect(await call('timer_delete', id)).toBe(-Errno.EINVAL);

    await call('timer_settime', await created(MONOTONIC, null), 0, spec(MS, MS), null);
    kernel.zombie(process);
    clock.advance(5);
    expect(clock.waiting).toBe(0);
  });
});

describe('timer_delete', () => {
  it('disarms, and frees the id', async () => {
    const id = await created(MONOTONIC, null);
    await call('timer_settime', id, 0, spec(MS), null);
    expect(await call('timer_delete', id)).toBe(0);
    expect(clock.waiting).toBe(0);
    expect(await call('timer_delete', id)).toBe(-Errno.EINVAL);
    expect(await call('timer_getoverrun', id)).toBe(-Errno.EINVAL);
    expect(await call('timer_gettime', id, null)).toBe(-Errno.EINVAL);
  });
});

describe('setitimer', () => {
  it.each<[string, Given[], number]>([
    ['a value outside memory, before the number', [3, FAULT, null], -Errno.EFAULT],
    ['no such timer', [3, null, null], -Errno.EINVAL],
    ['no time', [0, val(1_000_000n), null], -Errno.EINVAL],
    ['no value, which disarms', [0, null, null], 0],
  ])('%s', async (_title, given, result) => {
    expect(await call('setitimer', ...given)).toBe(result);
  });

  it('sends SIGALRM again and again, also over exec', async () => {
    await call('setitimer', 0, val(10_000n, 10_000n), null);
    process.executable = {} as unknown as Location;
    for (let i = 0; i < 3; i++) {
      clock.advance(10);
      expect(process.pending.take(~0n)?.signal).toBe(Signal.SIGALRM);
    }
    const left = new Room();
    expect(await call('getitimer', 0, left)).toBe(0);
    expect(itimerval.decode(left.bytes)).toEqual({ it_value: { tv_sec: 0n, tv_usec: 10_000n }, it_interval: { tv_sec: 0n, tv_usec: 10_000n } });
  });

  it('is not a child\'s', async () => {
    await call('setitimer', 0, val(10_000n), null);
    const child = kernel.spawn(process);
    const left = new Room();
    await guestCall(table, kernel.caller(child), 'getitimer', 0, left);
    expect(itimerval.decode(left.bytes).it_value.tv_usec).toBe(0n);
  });
});

describe('alarm', () => {
  it('tells the seconds that were left, rounded, but at least one', async () => {
    expect(await call('alarm', 10)).toBe(0);
    clock.advance(1400);
    expect(await call('alarm', 10)).toBe(9);
    clock.advance(9900);
    expect(await call('alarm', 0)).toBe(1);
    expect(clock.waiting).toBe(0);
  });
});
