import type { FlagTable } from '../flags.js';

/**
 * Scheduling policies.
 *
 * Source: linux/include/uapi/linux/sched.h.
 */
export const SchedPolicy = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RR: 2,
  SCHED_BATCH: 3,
  SCHED_IDLE: 5,
  SCHED_DEADLINE: 6,
} as const satisfies FlagTable;

/** Bit that `sched_setscheduler(2)` takes beside a policy. Source: linux/include/uapi/linux/sched.h. */
export const SCHED_RESET_ON_FORK = 0x4000_0000;

/**
 * Flags of `struct sched_attr`.
 *
 * Source: linux/include/uapi/linux/sched.h.
 */
export const SchedFlags = {
  SCHED_FLAG_RESET_ON_FORK: 1,
  SCHED_FLAG_RECLAIM: 2,
  SCHED_FLAG_DL_OVERRUN: 4,
  SCHED_FLAG_KEEP_POLICY: 8,
  SCHED_FLAG_KEEP_PARAMS: 0x10,
  SCHED_FLAG_UTIL_CLAMP_MIN: 0x20,
  SCHED_FLAG_UTIL_CLAMP_MAX: 0x40,
} as const satisfies FlagTable;

/**
 * Whose nice value `getpriority(2)` means.
 *
 * Source: linux/include/uapi/linux/resource.h.
 */
export const PriorityWho = { PRIO_PROCESS: 0, PRIO_PGRP: 1, PRIO_USER: 2 } as const satisfies FlagTable;

/**
 * Whose I/O priority `ioprio_get(2)` means.
 *
 * Source: linux/include/uapi/linux/ioprio.h.
 */
export const IoPriorityWho = { IOPRIO_WHO_PROCESS: 1, IOPRIO_WHO_PGRP: 2, IOPRIO_WHO_USER: 3 } as const satisfies FlagTable;

/**
 * Classes of I/O priorities, which are above the low 13 bits.
 *
 * Source: linux/include/uapi/linux/ioprio.h.
 */
export const IoPriorityClass = { IOPRIO_CLASS_NONE: 0, IOPRIO_CLASS_RT: 1, IOPRIO_CLASS_BE: 2, IOPRIO_CLASS_IDLE: 3 } as const satisfies FlagTable;
