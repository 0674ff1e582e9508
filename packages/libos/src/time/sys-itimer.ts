import { IntervalTimer } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, itimerval } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from '../process/process-caller.js';
import type { ExpiryTimer } from './expiry-timer.js';
import type { IntervalTimers } from './interval-timers.js';
import { SECOND_NS, nanosecondsOfTimeval, timevalOf } from './time-units.js';

type Itimerval = ReturnType<typeof itimerval.decode>;

const MICROSECOND_NS = 1000n;

/** What `setitimer` without a new value sets. Source: setitimer(2), "BUGS". */
const DISARMED: Itimerval = { it_interval: { tv_sec: 0n, tv_usec: 0n }, it_value: { tv_sec: 0n, tv_usec: 0n } };

/**
 * `setitimer(2)`: arms or disarms one of the three timers of a process.
 *
 * Errors, in the order Linux checks them: `EFAULT` the new value; `EINVAL` it is no time, or no such timer; `EFAULT` the old one.
 *
 * Source: linux/kernel/time/itimer.c, `SYSCALL_DEFINE3(setitimer)`.
 */
export function setitimer(
  timers: IntervalTimers,
): Handler<ProcessCaller, [NamedScalar, DataArgument<'input', Itimerval>, DataArgument<'output', Itimerval>]> {
  return (context, which, value, old) => {
    const wanted = value.isNull ? DISARMED : value.value();
    if (wanted === undefined) return -Errno.EFAULT;
    const first = nanosecondsOfTimeval(wanted.it_value);
    const interval = nanosecondsOfTimeval(wanted.it_interval);
    const timer = timers.of(context, which);
    if (first === undefined || interval === undefined || timer === undefined) return -Errno.EINVAL;
    const before = remaining(timer);
    timer.arm({ valueNs: first, intervalNs: interval });
    return old.isNull || old.put(before) ? 0 : -Errno.EFAULT;
  };
}

/**
 * `getitimer(2)`: tells what is left of one of the three timers.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such timer; `EFAULT`.
 *
 * Source: linux/kernel/time/itimer.c, `SYSCALL_DEFINE2(getitimer)`.
 */
export function getitimer(timers: IntervalTimers): Handler<ProcessCaller, [NamedScalar, DataArgument<'output', Itimerval>]> {
  return (context, which, out) => {
    const timer = timers.of(context, which);
    if (timer === undefined) return -Errno.EINVAL;
    return out.put(remaining(timer)) ? 0 : -Errno.EFAULT;
  };
}

/** `alarm(2)`: arms the real timer; tells the seconds that were left, at least 1 of an armed one. Source: linux/kernel/time/itimer.c, `alarm_setitimer`. */
export function alarm(timers: IntervalTimers): Handler<ProcessCaller, ['uint']> {
  return (context, seconds) => {
    const timer = timers.of(context, IntervalTimer.ITIMER_REAL);
    const left = timer?.remaining.valueNs ?? 0n;
    timer?.arm({ valueNs: BigInt(seconds) * SECOND_NS, intervalNs: 0n });
    const rounded = Number((left + SECOND_NS / 2n) / SECOND_NS);
    return left > 0n ? Math.max(1, rounded) : 0;
  };
}

/** An armed timer never shows 0. Source: linux/kernel/time/itimer.c, `itimer_get_remtime`. */
function remaining(timer: ExpiryTimer): Itimerval {
  const { valueNs, intervalNs } = timer.remaining;
  const shown = valueNs > 0n && valueNs < MICROSECOND_NS ? MICROSECOND_NS : valueNs;
  return { it_value: timevalOf(shown), it_interval: timevalOf(intervalNs) };
}
