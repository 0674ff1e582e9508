import { ClockId, bytes, struct, timeval } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from '../process/process-caller.js';
import { isDeviceClock } from './clock-id.js';
import type { TimeSources } from './time-sources.js';
import { timevalOf } from './time-units.js';

/** State of the clock's discipline. Source: linux/include/uapi/linux/timex.h, `struct __kernel_timex`. */
export const timex = struct('timex', {
  modes: 'u32',
  offset: 'i64',
  freq: 'i64',
  maxerror: 'i64',
  esterror: 'i64',
  status: 'i32',
  constant: 'i64',
  precision: 'i64',
  tolerance: 'i64',
  time: timeval,
  tick: 'i64',
  ppsfreq: 'i64',
  jitter: 'i64',
  shift: 'i32',
  stabil: 'i64',
  jitcnt: 'i64',
  calcnt: 'i64',
  errcnt: 'i64',
  stbcnt: 'i64',
  tai: 'i32',
  reserved: bytes(44),
});

type Timex = ReturnType<typeof timex.decode>;

/** Bit of `modes` that with no other one but ADJ_OFFSET_READONLY's reads only. Source: linux/include/uapi/linux/timex.h. */
const ADJ_OFFSET_SS_READ = 0xa001;
const STA_UNSYNC = 0x40;

/** The clock is not synchronised, as far as the LibOS knows. */
const TIME_ERROR = 5;

/** What Linux tells of a clock that nobody disciplines. Source: linux/kernel/time/ntp.c. */
const UNDISCIPLINED = { maxerror: 16_000_000n, esterror: 16_000_000n, status: STA_UNSYNC, constant: 2n, precision: 1n, tolerance: 32_768_000n, tick: 10_000n };

/**
 * `adjtimex(2)`: tells that nobody disciplines the clock; it is the host's to adjust.
 *
 * Errors, in the order Linux checks them: `EFAULT`; `EPERM` anything but reading; `EFAULT` the result.
 *
 * Source: linux/kernel/time/time.c, `SYSCALL_DEFINE1(adjtimex)`; linux/kernel/time/timekeeping.c, `timekeeping_validate_timex`.
 */
export function adjtimex(sources: TimeSources): Handler<ProcessCaller, [DataArgument<'inoutput', Timex>]> {
  return (_context, value) => {
    const wanted = value.value();
    if (wanted === undefined) return -Errno.EFAULT;
    if (wanted.modes !== 0 && wanted.modes !== ADJ_OFFSET_SS_READ) return -Errno.EPERM;
    const now = sources.hostTime(ClockId.CLOCK_REALTIME) ?? 0n;
    const told = { ...timex.decode(new Uint8Array(timex.size)), ...UNDISCIPLINED, modes: wanted.modes, time: timevalOf(now) };
    return value.put(told) ? TIME_ERROR : -Errno.EFAULT;
  };
}

/**
 * `clock_adjtime(2)`: {@link adjtimex} for CLOCK_REALTIME.
 *
 * Errors, in the order Linux checks them: `EFAULT`; `EINVAL` no such clock; `EOPNOTSUPP` one that cannot be adjusted; then
 * as {@link adjtimex}.
 *
 * Source: linux/kernel/time/posix-timers.c, `do_clock_adjtime`.
 */
export function clockAdjtime(sources: TimeSources): Handler<ProcessCaller, [NamedScalar, DataArgument<'inoutput', Timex>]> {
  const adjust = adjtimex(sources);
  return (context, clock, value) => {
    if (value.value() === undefined) return -Errno.EFAULT;
    if (clock === ClockId.CLOCK_REALTIME) return adjust(context, value);
    const isKnown = clock < 0 ? !isDeviceClock(clock) : (Object.values(ClockId) as number[]).includes(clock);
    return isKnown ? -Errno.EOPNOTSUPP : -Errno.EINVAL;
  };
}
