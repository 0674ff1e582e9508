import { Capability, IoPriorityClass, IoPriorityWho, SchedPolicy } from '@occlum/abi';
import type { Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ioPriority, ioPriorityClass } from '@occlum/sched';

import type { Credentials } from '../process/credentials.js';
import type { ProcessCaller } from '../process/process-caller.js';
import type { Thread } from '../process/thread.js';
import { isRealTime } from './policy-rules.js';
import type { Scheduling } from './scheduling.js';
import { threadOf, threadsOfGroup, threadsOfUser } from './task-selection.js';

/** Bits that are the level within a class. Source: linux/include/uapi/linux/ioprio.h, `IOPRIO_LEVEL_MASK`. */
const LEVEL_MASK = 7;

/** Nice values that make one level. Source: linux/include/linux/ioprio.h, `task_nice_ioprio`. */
const NICE_A_LEVEL = 5;
const NICE_MIN = -20;

/**
 * `ioprio_get(2)`: the highest I/O priority among some threads.
 *
 * Errors, in the order Linux checks them: `ESRCH` no such thread; `EINVAL` no such kind.
 *
 * Source: linux/block/ioprio.c, `SYSCALL_DEFINE2(ioprio_get)`.
 */
export function getIoPriority(scheduling: Scheduling): Handler<ProcessCaller, [NamedScalar, 'int']> {
  return (context, which, who) => {
    const threads = select(context, which, who);
    if (threads === undefined) return -Errno.EINVAL;
    const [first, ...rest] = threads;
    if (first === undefined) return -Errno.ESRCH;
    if (which === IoPriorityWho.IOPRIO_WHO_PROCESS) return scheduling.ioPriority(first);
    // The lower number is the higher priority: `ioprio_best`.
    return rest.reduce((best, thread) => Math.min(best, effective(scheduling, thread)), effective(scheduling, first));
  };
}

/**
 * `ioprio_set(2)`: sets the I/O priority of some threads.
 *
 * Errors, in the order Linux checks them: `EPERM` a real-time class without CAP_SYS_NICE or CAP_SYS_ADMIN; `EINVAL` no such class, a level in
 * a class that has none, or no such kind; `ESRCH` no such thread; `EPERM` another user's without CAP_SYS_NICE, which ends it.
 *
 * Source: linux/block/ioprio.c, `SYSCALL_DEFINE3(ioprio_set)`, `ioprio_check_cap`, `set_task_ioprio`.
 */
export function setIoPriority(scheduling: Scheduling): Handler<ProcessCaller, [NamedScalar, 'int', 'int']> {
  return async (context, which, who, priority) => {
    const { credentials } = context.process;
    const refused = checkPriority(credentials, priority);
    if (refused !== 0) return refused;
    const threads = select(context, which, who);
    if (threads === undefined) return -Errno.EINVAL;
    let result: number = -Errno.ESRCH;
    for (const thread of threads) {
      if (!isOwner(credentials, thread) && !credentials.hasCapability(Capability.CAP_SYS_NICE)) return -Errno.EPERM;
      const one = await scheduling.set(thread, { kind: 'ioPriority', ioPriority: priority });
      if (one < 0 && one !== -Errno.ESRCH) return one;
      if (one >= 0) result = 0;
    }
    return result;
  };
}

function checkPriority(credentials: Credentials, priority: number): number {
  switch (ioPriorityClass(priority)) {
    case IoPriorityClass.IOPRIO_CLASS_RT:
      return credentials.hasCapability(Capability.CAP_SYS_ADMIN) || credentials.hasCapability(Capability.CAP_SYS_NICE) ? 0 : -Errno.EPERM;
    case IoPriorityClass.IOPRIO_CLASS_BE:
    case IoPriorityClass.IOPRIO_CLASS_IDLE:
      return 0;
    case IoPriorityClass.IOPRIO_CLASS_NONE:
      return (priority & LEVEL_MASK) === 0 ? 0 : -Errno.EINVAL;
    default:
      return -Errno.EINVAL;
  }
}

function isOwner({ euid, uid }: Credentials, { process: { credentials: owner } }: Thread): boolean {
  return owner.uid === euid || owner.uid === uid;
}

/** What counts where none was set: it follows from the nice value. Source: linux/include/linux/ioprio.h, `__get_task_ioprio`. */
function effective(scheduling: Scheduling, thread: Thread): number {
  const priority = scheduling.ioPriority(thread);
  if (ioPriorityClass(priority) !== IoPriorityClass.IOPRIO_CLASS_NONE) return priority;
  const { sched_policy: policy } = scheduling.attributes(thread);
  const name = policy === SchedPolicy.SCHED_IDLE ? 'IOPRIO_CLASS_IDLE' : isRealTime(policy) ? 'IOPRIO_CLASS_RT' : 'IOPRIO_CLASS_BE';
  return ioPriority(name, Math.floor((scheduling.nice(thread) - NICE_MIN) / NICE_A_LEVEL));
}

/** The threads that are meant; `undefined` for no such kind. User 0 is user 0, not the caller. */
function select(context: ProcessCaller, which: number, who: number): Thread[] | undefined {
  switch (which) {
    case IoPriorityWho.IOPRIO_WHO_PROCESS: {
      const thread = threadOf(context, who);
      return thread === undefined ? [] : [thread];
    }
    case IoPriorityWho.IOPRIO_WHO_PGRP: return threadsOfGroup(context, who);
    case IoPriorityWho.IOPRIO_WHO_USER: return threadsOfUser(context, who >>> 0);
    default: return undefined;
  }
}
