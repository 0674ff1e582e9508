import { SCHED_RESET_ON_FORK, SchedFlags } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, timespec } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { USUAL_ATTRIBUTES } from '@occlum/sched';
import type { SchedAttributes } from '@occlum/sched';

import type { ProcessCaller } from '../process/process-caller.js';
import type { Thread } from '../process/thread.js';
import { checkAttributes, checkPermission } from './policy-rules.js';
import type { Scheduling } from './scheduling.js';
import { threadOf } from './task-selection.js';

type Param = DataArgument<'input', { sched_priority: number }>;
type ParamRoom = DataArgument<'output', { sched_priority: number }>;
type Timespec = ReturnType<typeof timespec.decode>;

/**
 * Gives a thread other attributes: the rules are those of Linux, then the host is asked.
 *
 * @param wanted - What is asked for, made of what the thread has.
 * @param granted - What it then gets of that; all of it when left out.
 */
export async function change(
  scheduling: Scheduling,
  { process }: ProcessCaller,
  thread: Thread,
  wanted: (now: SchedAttributes) => SchedAttributes,
  granted: (wanted: SchedAttributes, now: SchedAttributes) => SchedAttributes = (all) => all,
): Promise<number> {
  const now = scheduling.attributes(thread);
  const attributes = wanted(now);
  const refused = checkAttributes(attributes) || checkPermission(process, thread, now, attributes);
  return refused === 0 ? scheduling.set(thread, { kind: 'attributes', attributes: granted(attributes, now) }) : refused;
}

/**
 * `sched_setscheduler(2)`: sets policy and static priority of a thread.
 *
 * Errors, in the order Linux checks them: `EINVAL` a negative policy or id, or no priority; `EFAULT`; `ESRCH`; `EINVAL` no such policy, or a
 * priority that it does not have; `EPERM`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE3(sched_setscheduler)`, `do_sched_setscheduler`.
 */
export function setScheduler(scheduling: Scheduling): Handler<ProcessCaller, ['pid', NamedScalar, Param]> {
  return (context, pid, policy, param) => {
    if ((policy | 0) < 0 || param.isNull || pid < 0) return -Errno.EINVAL;
    const value = param.value();
    if (value === undefined) return -Errno.EFAULT;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    const reset = (policy & SCHED_RESET_ON_FORK) !== 0 ? SchedFlags.SCHED_FLAG_RESET_ON_FORK : 0;
    return change(scheduling, context, thread, ({ sched_nice }) => ({
      ...USUAL_ATTRIBUTES, sched_policy: policy & ~SCHED_RESET_ON_FORK, sched_flags: BigInt(reset), sched_nice, sched_priority: value.sched_priority >>> 0,
    }));
  };
}

/**
 * `sched_setparam(2)`: sets the static priority of a thread.
 *
 * Errors, in the order Linux checks them: `EINVAL` a negative id, or no priority; `EFAULT`; `ESRCH`; `EINVAL` its policy has no such priority;
 * `EPERM`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE2(sched_setparam)`.
 */
export function setParam(scheduling: Scheduling): Handler<ProcessCaller, ['pid', Param]> {
  return (context, pid, param) => {
    if (param.isNull || pid < 0) return -Errno.EINVAL;
    const value = param.value();
    if (value === undefined) return -Errno.EFAULT;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    return change(scheduling, context, thread, ({ sched_policy, sched_nice, sched_flags }) => ({
      ...USUAL_ATTRIBUTES, sched_policy, sched_nice, sched_priority: value.sched_priority >>> 0,
      sched_flags: sched_flags & BigInt(SchedFlags.SCHED_FLAG_RESET_ON_FORK),
    }));
  };
}

/**
 * `sched_getscheduler(2)`: tells a thread's policy.
 *
 * Errors, in the order Linux checks them: `EINVAL` a negative id; `ESRCH`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE1(sched_getscheduler)`.
 */
export function getScheduler(scheduling: Scheduling): Handler<ProcessCaller, ['pid']> {
  return (context, pid) => {
    if (pid < 0) return -Errno.EINVAL;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    const { sched_policy, sched_flags } = scheduling.attributes(thread);
    return sched_policy | ((sched_flags & BigInt(SchedFlags.SCHED_FLAG_RESET_ON_FORK)) === 0n ? 0 : SCHED_RESET_ON_FORK);
  };
}

/**
 * `sched_getparam(2)`: tells a thread's static priority.
 *
 * Errors, in the order Linux checks them: `EINVAL` nowhere to tell, or a negative id; `ESRCH`; `EFAULT`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE2(sched_getparam)`.
 */
export function getParam(scheduling: Scheduling): Handler<ProcessCaller, ['pid', ParamRoom]> {
  return (context, pid, out) => {
    if (out.isNull || pid < 0) return -Errno.EINVAL;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    return out.put({ sched_priority: scheduling.attributes(thread).sched_priority }) ? 0 : -Errno.EFAULT;
  };
}

/** `sched_get_priority_max(2)`. Errors: `EINVAL` the host has no such policy. */
export function getPriorityMax({ host }: Scheduling): Handler<ProcessCaller, [NamedScalar]> {
  return (_context, policy) => host.schedPriorityMax(policy);
}

/** `sched_get_priority_min(2)`. Errors: `EINVAL` the host has no such policy. */
export function getPriorityMin({ host }: Scheduling): Handler<ProcessCaller, [NamedScalar]> {
  return (_context, policy) => host.schedPriorityMin(policy);
}

/**
 * `sched_rr_get_interval(2)`: tells for how long the host lets a thread run.
 *
 * Errors, in the order Linux checks them: `EINVAL` a negative id; `ESRCH`; `EFAULT`.
 *
 * Source: linux/kernel/sched/syscalls.c, `sched_rr_get_interval`.
 */
export function getInterval(scheduling: Scheduling): Handler<ProcessCaller, ['pid', DataArgument<'output', Timespec>]> {
  return (context, pid, out) => {
    if (pid < 0) return -Errno.EINVAL;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    const [seconds, nanoseconds] = scheduling.interval(thread);
    return out.put({ tv_sec: BigInt(seconds), tv_nsec: BigInt(nanoseconds) }) ? 0 : -Errno.EFAULT;
  };
}
