import { ClockId } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, timespec, timeval, timezone, tms } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from '../process/process-caller.js';
import { cpuClockOf } from './clock-id.js';
import type { TimeSources } from './time-sources.js';
import { SECOND_NS, nanosecondsOf, nanosecondsOfTimeval, timespecOf } from './time-units.js';

type Timespec = ReturnType<typeof timespec.decode>;
type Timeval = ReturnType<typeof timeval.decode>;
type Timezone = ReturnType<typeof timezone.decode>;
type Tms = ReturnType<typeof tms.decode>;

/** Clock ticks in a second, `USER_HZ`. Source: times(2), time(7). */
const TICKS = 100;
const TICK_NS = SECOND_NS / BigInt(TICKS);
const TICK_US = 1_000_000 / TICKS;

/**
 * `clock_gettime(2)` of clocks that name a process or thread; the runtime tells the others.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such clock, process or thread; `EFAULT`.
 *
 * Source: linux/kernel/time/posix-timers.c, `SYSCALL_DEFINE2(clock_gettime)`; linux/kernel/time/posix-cpu-timers.c, `posix_cpu_clock_get`.
 */
export function clockGettime(sources: TimeSources): Handler<ProcessCaller, [NamedScalar, DataArgument<'output', Timespec>]> {
  return (context, clock, out) => {
    const cpuClock = cpuClockOf(clock);
    const ns = cpuClock === undefined ? undefined : sources.cpuTime(context, cpuClock);
    if (ns === undefined) return -Errno.EINVAL;
    return out.put(timespecOf(ns)) ? 0 : -Errno.EFAULT;
  };
}

/**
 * `clock_getres(2)` of clocks that name a process or thread.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such clock, process or thread; `EFAULT`.
 *
 * Source: linux/kernel/time/posix-cpu-timers.c, `posix_cpu_clock_getres`.
 */
export function clockGetres(sources: TimeSources): Handler<ProcessCaller, [NamedScalar, DataArgument<'output', Timespec>]> {
  return (context, clock, out) => {
    const cpuClock = cpuClockOf(clock);
    if (cpuClock === undefined || sources.subject(context, cpuClock, 'timer') === undefined) return -Errno.EINVAL;
    const resolution = cpuClock.count === 'exact' ? 1n : TICK_NS;
    return out.isNull || out.put(timespecOf(resolution)) ? 0 : -Errno.EFAULT;
  };
}

/**
 * `clock_nanosleep(2)` of clocks that name a process or thread: there is no such sleep here.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such clock; `EFAULT`; `EINVAL` no time; `EINVAL` the caller's own
 * thread, or no such process; else `EOPNOTSUPP`, where Linux sleeps.
 *
 * Source: linux/kernel/time/posix-timers.c, `SYSCALL_DEFINE4(clock_nanosleep)`.
 */
export function clockNanosleep(
  sources: TimeSources,
): Handler<ProcessCaller, [NamedScalar, NamedScalar, DataArgument<'input', Timespec>, DataArgument<'output', Timespec>]> {
  return (context, clock, _flags, value) => {
    const cpuClock = cpuClockOf(clock);
    if (cpuClock === undefined) return -Errno.EINVAL;
    const wanted = value.value();
    if (wanted === undefined) return -Errno.EFAULT;
    const subject = sources.subject(context, cpuClock, 'timer');
    return nanosecondsOf(wanted) === undefined || subject === undefined || subject === context.thread ? -Errno.EINVAL : -Errno.EOPNOTSUPP;
  };
}

/**
 * `clock_settime(2)`: the host's clock is not a guest's to set.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such clock, or one that cannot be set; `EFAULT`; `EINVAL` no time, no
 * such process or thread; `EPERM`.
 *
 * Source: linux/kernel/time/posix-timers.c, `SYSCALL_DEFINE2(clock_settime)`.
 */
export function clockSettime(sources: TimeSources): Handler<ProcessCaller, [NamedScalar, DataArgument<'input', Timespec>]> {
  return (context, clock, value) => {
    if (clock > ClockId.CLOCK_REALTIME) return -Errno.EINVAL;
    const wanted = value.value();
    if (wanted === undefined) return -Errno.EFAULT;
    if (clock === ClockId.CLOCK_REALTIME) return nanosecondsOf(wanted) === undefined ? -Errno.EINVAL : -Errno.EPERM;
    const cpuClock = cpuClockOf(clock);
    return cpuClock === undefined || sources.subject(context, cpuClock, 'timer') === undefined ? -Errno.EINVAL : -Errno.EPERM;
  };
}

/**
 * `settimeofday(2)`: the host's clock is not a guest's to set.
 *
 * Errors, in the order Linux checks them: `EFAULT` the time; `EINVAL` it is none; `EFAULT` the zone; `EPERM`.
 *
 * Source: linux/kernel/time/time.c, `SYSCALL_DEFINE2(settimeofday)`.
 */
export const settimeofday: Handler<ProcessCaller, [DataArgument<'input', Timeval>, DataArgument<'input', Timezone>]> = (_context, value, zone) => {
  const wanted = value.isNull ? undefined : value.value();
  if (wanted === undefined && !value.isNull) return -Errno.EFAULT;
  if (wanted !== undefined && nanosecondsOfTimeval({ ...wanted, tv_sec: 0n }) === undefined) return -Errno.EINVAL;
  if (!zone.isNull && zone.value() === undefined) return -Errno.EFAULT;
  return wanted !== undefined && wanted.tv_sec < 0n ? -Errno.EINVAL : -Errno.EPERM;
};

/**
 * `times(2)`: tells the CPU time of the caller and of the children it waited for, in ticks, and ticks since some time in the past.
 *
 * Errors: `EFAULT`.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE1(times)`.
 */
export function times(sources: TimeSources): Handler<ProcessCaller, [DataArgument<'output', Tms>]> {
  return ({ process }, out) => {
    const own = sources.cpu.usage(process);
    const children = process.childrenUsage;
    const value = {
      tms_utime: ticksOf(own.userUs),
      tms_stime: ticksOf(own.systemUs),
      tms_cutime: ticksOf(children.userUs),
      tms_cstime: ticksOf(children.systemUs),
    };
    if (!out.isNull && !out.put(value)) return -Errno.EFAULT;
    return Number((sources.hostTime(ClockId.CLOCK_MONOTONIC) ?? 0n) / TICK_NS);
  };
}

function ticksOf(us: number): bigint {
  return BigInt(Math.trunc(us / TICK_US));
}
