import { ClockId, SIGNAL_MAX, SigevNotify, Signal, TimerFlags } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, itimerspec, sigevent } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from '../process/process-caller.js';
import type { Thread } from '../process/thread.js';
import { isDeviceClock } from './clock-id.js';
import type { PosixTimerTable, TimerNotice } from './posix-timers.js';
import type { TimeSources } from './time-sources.js';
import { nanosecondsOf, timespecOf } from './time-units.js';

type Itimerspec = ReturnType<typeof itimerspec.decode>;
type Sigevent = ReturnType<typeof sigevent.decode>;

/** Clocks that are the host's to tell and that wake no timer. */
const WITHOUT_TIMERS: ReadonlySet<number> = new Set([
  ClockId.CLOCK_MONOTONIC_RAW, ClockId.CLOCK_REALTIME_COARSE, ClockId.CLOCK_MONOTONIC_COARSE,
]);

/** Clocks that would wake the machine. */
const ALARMS: ReadonlySet<number> = new Set([ClockId.CLOCK_REALTIME_ALARM, ClockId.CLOCK_BOOTTIME_ALARM]);

/**
 * `timer_create(2)`: makes a timer that sends a signal.
 *
 * Errors, in the order Linux checks them: `EFAULT` the event; `EOPNOTSUPP` a clock without timers; `EINVAL` no such signal
 * or thread, or way to tell; `EINVAL` no such clock; `EOPNOTSUPP` a clock that would wake the machine, as on one that cannot;
 * `EAGAIN` too many timers; `EFAULT` the id.
 *
 * Source: linux/kernel/time/posix-timers.c, `do_timer_create` and `good_sigevent`.
 */
export function timerCreate(
  sources: TimeSources,
  timers: PosixTimerTable,
): Handler<ProcessCaller, [NamedScalar, DataArgument<'input', Sigevent>, DataArgument<'output', Uint8Array>]> {
  return (context, clock, event, out) => {
    const wanted = event.isNull ? undefined : event.value();
    if (wanted === undefined && !event.isNull) return -Errno.EFAULT;
    if (WITHOUT_TIMERS.has(clock) || isDeviceClock(clock)) return -Errno.EOPNOTSUPP;
    const notice = noticeOf(context, wanted);
    if (notice === undefined) return -Errno.EINVAL;
    if (ALARMS.has(clock)) return -Errno.EOPNOTSUPP;
    const source = sources.source(context, clock);
    if (source === undefined) return -Errno.EINVAL;

    const timer = timers.create(context, source, notice);
    if (timer === undefined) return -Errno.EAGAIN;
    if (out.write(new Uint8Array(Int32Array.of(timer.id).buffer))) return 0;
    timers.delete(context.process, timer);
    return -Errno.EFAULT;
  };
}

/**
 * `timer_settime(2)`: arms or disarms a timer.
 *
 * Errors, in the order Linux checks them: `EINVAL` no new time; `EFAULT` it is not readable; `EINVAL` it is no time, or no
 * such timer; `EFAULT` the old one.
 *
 * Source: linux/kernel/time/posix-timers.c, `SYSCALL_DEFINE4(timer_settime)`.
 */
export function timerSettime(
  timers: PosixTimerTable,
): Handler<ProcessCaller, ['int', NamedScalar, DataArgument<'input', Itimerspec>, DataArgument<'output', Itimerspec>]> {
  return ({ process }, id, flags, value, old) => {
    if (value.isNull) return -Errno.EINVAL;
    const wanted = value.value();
    if (wanted === undefined) return -Errno.EFAULT;
    const first = nanosecondsOf(wanted.it_value);
    const interval = nanosecondsOf(wanted.it_interval);
    if (first === undefined || interval === undefined) return -Errno.EINVAL;
    const timer = timers.get(process, id);
    if (timer === undefined) return -Errno.EINVAL;

    const before = remaining(timer.expiry);
    if ((flags & TimerFlags.TIMER_ABSTIME) === 0) timer.expiry.arm({ valueNs: first, intervalNs: interval });
    else timer.expiry.armAt(first, interval);
    return old.isNull || old.put(before) ? 0 : -Errno.EFAULT;
  };
}

/**
 * `timer_gettime(2)`: tells what is left of a timer.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such timer; `EFAULT`.
 *
 * Source: linux/kernel/time/posix-timers.c, `SYSCALL_DEFINE2(timer_gettime)`.
 */
export function timerGettime(timers: PosixTimerTable): Handler<ProcessCaller, ['int', DataArgument<'output', Itimerspec>]> {
  return ({ process }, id, out) => {
    const timer = timers.get(process, id);
    if (timer === undefined) return -Errno.EINVAL;
    return out.put(remaining(timer.expiry)) ? 0 : -Errno.EFAULT;
  };
}

/** `timer_getoverrun(2)`: expiries that no signal told of. Errors: `EINVAL` no such timer. Source: linux/kernel/time/posix-timers.c. */
export function timerGetoverrun(timers: PosixTimerTable): Handler<ProcessCaller, ['int']> {
  return ({ process }, id) => timers.get(process, id)?.overrun ?? -Errno.EINVAL;
}

/** `timer_delete(2)`. Errors: `EINVAL` no such timer. Source: linux/kernel/time/posix-timers.c. */
export function timerDelete(timers: PosixTimerTable): Handler<ProcessCaller, ['int']> {
  return ({ process }, id) => {
    const timer = timers.get(process, id);
    if (timer === undefined) return -Errno.EINVAL;
    timers.delete(process, timer);
    return 0;
  };
}

function noticeOf({ process }: ProcessCaller, event: Sigevent | undefined): TimerNotice | undefined {
  if (event === undefined) return { notify: SigevNotify.SIGEV_SIGNAL, signal: Signal.SIGALRM, thread: undefined, value: undefined };
  const { sigev_notify: notify, sigev_signo: signal, sigev_value: value } = event;
  const isToThread = notify === (SigevNotify.SIGEV_SIGNAL | SigevNotify.SIGEV_THREAD_ID);
  const thread = isToThread ? threadOf(process.threads, event) : undefined;
  if (isToThread && thread === undefined) return undefined;
  if (notify === SigevNotify.SIGEV_NONE) return { notify, signal: 0, thread, value };
  if (!isToThread && notify !== SigevNotify.SIGEV_SIGNAL && notify !== SigevNotify.SIGEV_THREAD) return undefined;
  return signal > 0 && signal <= SIGNAL_MAX ? { notify, signal, thread, value } : undefined;
}

function threadOf(threads: ReadonlyMap<number, Thread>, { _sigev_un: target }: Sigevent): Thread | undefined {
  return threads.get(new DataView(target.buffer, target.byteOffset).getInt32(0, true));
}

function remaining(expiry: { readonly remaining: { valueNs: bigint; intervalNs: bigint } }): Itimerspec {
  const { valueNs, intervalNs } = expiry.remaining;
  return { it_value: timespecOf(valueNs), it_interval: timespecOf(intervalNs) };
}
