import { Capability, ResourceLimit, SchedFlags, SchedPolicy } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { SchedAttributes } from '@occlum/sched';

import type { Process } from '../process/process.js';
import type { Thread } from '../process/thread.js';
import { isSameOwner } from './task-selection.js';

/** What nice values are taken from as limits. Source: linux/include/linux/sched/prio.h, `nice_to_rlimit`. */
const NICE_BASE = 20;
/** Highest static priority. Source: linux/include/linux/sched/prio.h, `MAX_RT_PRIO`. */
const PRIORITY_MAX = 99;
/** Least running time of a deadline, in nanoseconds. Source: linux/kernel/sched/deadline.c, `__checkparam_dl`. */
const RUNTIME_MIN = 1n << 10n;
const TOP_BIT = 1n << 63n;

const KNOWN_FLAGS = BigInt(Object.values(SchedFlags).reduce((all, flag) => all | flag, 0));
const KNOWN_POLICIES = new Set<number>(Object.values(SchedPolicy));

/** Policies that have a static priority. */
export function isRealTime(policy: number): boolean {
  return policy === SchedPolicy.SCHED_FIFO || policy === SchedPolicy.SCHED_RR;
}

/** Policies of which nice values are. */
export function isFair(policy: number): boolean {
  return policy === SchedPolicy.SCHED_OTHER || policy === SchedPolicy.SCHED_BATCH;
}

/** Whether a nice value is one that a process may have by its limit. Source: linux/kernel/sched/syscalls.c, `is_nice_reduction`. */
export function isWithinNiceLimit({ limits }: Process, nice: number): boolean {
  return BigInt(NICE_BASE - nice) <= limits.get(ResourceLimit.RLIMIT_NICE).soft;
}

/**
 * What is wrong with attributes, whoever asks for them. Source: linux/kernel/sched/syscalls.c, `__sched_setscheduler`.
 *
 * @returns 0 or `-EINVAL`.
 */
export function checkAttributes({ sched_policy: policy, sched_flags: flags, ...attributes }: SchedAttributes): number {
  if (!KNOWN_POLICIES.has(policy) || (flags & ~KNOWN_FLAGS) !== 0n) return -Errno.EINVAL;
  const { sched_priority: priority } = attributes;
  if (priority > PRIORITY_MAX || isRealTime(policy) !== (priority !== 0)) return -Errno.EINVAL;
  return policy === SchedPolicy.SCHED_DEADLINE && !isDeadline(attributes) ? -Errno.EINVAL : 0;
}

/** Source: linux/kernel/sched/deadline.c, `__checkparam_dl`. The bounds of the period are the host's settings, and the host's to check. */
function isDeadline({ sched_runtime: runtime, sched_deadline: deadline, sched_period: period }: Pick<SchedAttributes, 'sched_runtime' | 'sched_deadline' | 'sched_period'>): boolean {
  if (deadline === 0n || runtime < RUNTIME_MIN || (deadline & TOP_BIT) !== 0n || (period & TOP_BIT) !== 0n) return false;
  return (period === 0n || period >= deadline) && deadline >= runtime;
}

/**
 * Whether a process may give a thread those attributes. Source: linux/kernel/sched/syscalls.c, `user_check_sched_setscheduler`.
 *
 * @param now - What the thread has.
 * @returns 0 or `-EPERM`.
 */
export function checkPermission(caller: Process, { process: target }: Thread, now: SchedAttributes, wanted: SchedAttributes): number {
  return caller.credentials.hasCapability(Capability.CAP_SYS_NICE) || !needsPrivilege(caller, target, now, wanted) ? 0 : -Errno.EPERM;
}

function needsPrivilege(caller: Process, target: Process, now: SchedAttributes, wanted: SchedAttributes): boolean {
  const { sched_policy: policy, sched_nice: nice, sched_priority: priority } = wanted;
  if (isFair(policy) && nice < now.sched_nice && !isWithinNiceLimit(target, nice)) return true;
  if (isRealTime(policy)) {
    const limit = target.limits.get(ResourceLimit.RLIMIT_RTPRIO).soft;
    if (policy !== now.sched_policy && limit === 0n) return true;
    if (priority > now.sched_priority && BigInt(priority) > limit) return true;
  }
  if (policy === SchedPolicy.SCHED_DEADLINE) return true;
  const leavesIdle = now.sched_policy === SchedPolicy.SCHED_IDLE && policy !== SchedPolicy.SCHED_IDLE;
  if (leavesIdle && !isWithinNiceLimit(target, now.sched_nice)) return true;
  if (!isSameOwner(caller.credentials, target.credentials)) return true;
  const reset = BigInt(SchedFlags.SCHED_FLAG_RESET_ON_FORK);
  return (now.sched_flags & reset) !== 0n && (wanted.sched_flags & reset) === 0n;
}
