import type { FlagTable } from '../flags.js';

/**
 * Clocks of `clock_gettime(2)`.
 *
 * Source: linux/include/uapi/linux/time.h.
 */
export const ClockId = {
  CLOCK_REALTIME: 0,
  CLOCK_MONOTONIC: 1,
  CLOCK_PROCESS_CPUTIME_ID: 2,
  CLOCK_THREAD_CPUTIME_ID: 3,
  CLOCK_MONOTONIC_RAW: 4,
  CLOCK_REALTIME_COARSE: 5,
  CLOCK_MONOTONIC_COARSE: 6,
  CLOCK_BOOTTIME: 7,
  CLOCK_REALTIME_ALARM: 8,
  CLOCK_BOOTTIME_ALARM: 9,
  CLOCK_TAI: 11,
} as const satisfies FlagTable;

/**
 * Flags of `timer_settime(2)` and `clock_nanosleep(2)`.
 *
 * Source: linux/include/uapi/linux/time.h.
 */
export const TimerFlags = {
  TIMER_ABSTIME: 1,
} as const satisfies FlagTable;

/**
 * Flags of `timerfd_create(2)` and `timerfd_settime(2)`.
 *
 * Source: linux/include/uapi/linux/timerfd.h.
 */
export const TimerfdFlags = {
  TFD_TIMER_ABSTIME: 1,
  TFD_TIMER_CANCEL_ON_SET: 2,
  TFD_NONBLOCK: 0x800,
  TFD_CLOEXEC: 0x80000,
} as const satisfies FlagTable;

/**
 * `sigev_notify` of a timer.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
export const SigevNotify = {
  SIGEV_SIGNAL: 0,
  SIGEV_NONE: 1,
  SIGEV_THREAD: 2,
  SIGEV_THREAD_ID: 4,
} as const satisfies FlagTable;
