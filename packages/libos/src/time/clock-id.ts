import { ClockId } from '@occlum/abi';

/** What a clock that is no number of `clock_gettime(2)`'s list counts. Source: linux/include/linux/posix-timers_types.h. */
export type CpuCount = 'both' | 'user' | 'exact';

/** CPU time of a process or thread, by its id in the LibOS; 0 is the caller. */
export interface CpuClock {
  readonly whose: 'process' | 'thread';
  readonly id: number;
  readonly count: CpuCount;
}

/** `CPUCLOCK_PROF`, `CPUCLOCK_VIRT`, `CPUCLOCK_SCHED`; the fourth value is the clock of a descriptor. */
const COUNTS: readonly (CpuCount | undefined)[] = ['both', 'user', 'exact', undefined];

const THREAD_BIT = 4;

/**
 * The CPU clock that a number names.
 *
 * @param clock - `clockid_t`.
 * @returns `undefined` for a clock of another kind, also for one that does not exist.
 *
 * Source: linux/kernel/time/posix-timers.c, `clockid_to_kclock`; linux/include/linux/posix-timers_types.h.
 */
export function cpuClockOf(clock: number): CpuClock | undefined {
  if (clock === ClockId.CLOCK_PROCESS_CPUTIME_ID) return { whose: 'process', id: 0, count: 'exact' };
  if (clock === ClockId.CLOCK_THREAD_CPUTIME_ID) return { whose: 'thread', id: 0, count: 'exact' };
  if (clock >= 0) return undefined;
  const count = COUNTS[clock & 3];
  if (count === undefined) return undefined;
  return { whose: (clock & THREAD_BIT) === 0 ? 'process' : 'thread', id: ~(clock >> 3), count };
}

/** Whether a number stands for the clock of a descriptor; no guest has such a device. Source: linux/kernel/time/posix-clock.c, `CLOCKFD`. */
export function isDeviceClock(clock: number): boolean {
  return clock < 0 && (clock & 7) === 3;
}

/** Number of the host's clock of a process's CPU time. */
export function hostCpuClock(hostPid: number): number {
  return (~hostPid << 3) | COUNTS.indexOf('exact');
}
