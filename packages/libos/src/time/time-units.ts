import type { timespec, timeval } from '@occlum/abi';

type Timespec = ReturnType<typeof timespec.decode>;
type Timeval = ReturnType<typeof timeval.decode>;

export const SECOND_NS = 1_000_000_000n;
export const SECOND_US = 1_000_000n;
const MICROSECOND_NS = 1000n;

/** Nanoseconds of a `timespec`; `undefined` where it is no time. Source: linux/include/linux/time64.h, `timespec64_valid`. */
export function nanosecondsOf({ tv_sec, tv_nsec }: Timespec): bigint | undefined {
  return tv_sec < 0n || tv_nsec < 0n || tv_nsec >= SECOND_NS ? undefined : tv_sec * SECOND_NS + tv_nsec;
}

/** Nanoseconds of a `timeval`; `undefined` where it is no time. Source: linux/kernel/time/itimer.c, `get_itimerval`. */
export function nanosecondsOfTimeval({ tv_sec, tv_usec }: Timeval): bigint | undefined {
  return tv_sec < 0n || tv_usec < 0n || tv_usec >= SECOND_US ? undefined : tv_sec * SECOND_NS + tv_usec * MICROSECOND_NS;
}

/** A `timespec` of nanoseconds. */
export function timespecOf(ns: bigint): Timespec {
  return { tv_sec: ns / SECOND_NS, tv_nsec: ns % SECOND_NS };
}

/** A `timeval` of nanoseconds. */
export function timevalOf(ns: bigint): Timeval {
  return { tv_sec: ns / SECOND_NS, tv_usec: (ns % SECOND_NS) / MICROSECOND_NS };
}
