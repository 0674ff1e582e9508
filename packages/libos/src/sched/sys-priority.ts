import { Capability, PriorityWho } from '@occlum/abi';
import type { Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Process } from '../process/process.js';
import type { ProcessCaller } from '../process/process-caller.js';
import type { Thread } from '../process/thread.js';
import { isWithinNiceLimit } from './policy-rules.js';
import type { Scheduling } from './scheduling.js';
import { isSameOwner, threadOf, threadsOfGroup, threadsOfUser } from './task-selection.js';

/** Range of nice values. Source: linux/include/linux/sched/prio.h. */
const NICE_MIN = -20;
const NICE_MAX = 19;

/** What a nice value is taken from, so that no result looks like an error. Source: getpriority(2), "C library/kernel differences". */
const NICE_BASE = 20;

/**
 * `getpriority(2)`: the highest priority among some threads, as 20 less the nice value.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such kind; `ESRCH` no such thread.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE2(getpriority)`.
 */
export function getPriority(scheduling: Scheduling): Handler<ProcessCaller, [NamedScalar, 'int']> {
  return (context, which, who) => {
    const threads = select(context, which, who);
    if (threads === undefined) return -Errno.EINVAL;
    return threads.reduce((highest, thread) => Math.max(highest, NICE_BASE - scheduling.nice(thread)), -Errno.ESRCH);
  };
}

/**
 * `setpriority(2)`: sets the nice value of some threads; out of range it is cut.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such kind; of the threads, the last of `EPERM` another user's
 * without CAP_SYS_NICE, and `EACCES` a lower value than RLIMIT_NICE allows; `ESRCH` no such thread.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE3(setpriority)`, `set_one_prio`.
 */
export function setPriority(scheduling: Scheduling): Handler<ProcessCaller, [NamedScalar, 'int', 'int']> {
  return async (context, which, who, value) => {
    const threads = select(context, which, who);
    if (threads === undefined) return -Errno.EINVAL;
    const nice = Math.min(NICE_MAX, Math.max(NICE_MIN, value));
    let result: number = -Errno.ESRCH;
    for (const thread of threads) {
      const refused = refusal(context.process, thread.process, nice, scheduling.nice(thread));
      const one = refused === 0 ? await scheduling.set(thread, { kind: 'nice', nice }) : refused;
      // One that ended meanwhile is as if it had not been there.
      if (one < 0 && one !== -Errno.ESRCH) result = one;
      else if (one >= 0 && result === -Errno.ESRCH) result = 0;
    }
    return result;
  };
}

/** The threads that are meant; `undefined` for no such kind. */
function select(context: ProcessCaller, which: number, who: number): Thread[] | undefined {
  switch (which) {
    case PriorityWho.PRIO_PROCESS: {
      const thread = threadOf(context, who);
      return thread === undefined ? [] : [thread];
    }
    case PriorityWho.PRIO_PGRP: return threadsOfGroup(context, who);
    case PriorityWho.PRIO_USER: return threadsOfUser(context, who === 0 ? context.process.credentials.uid : who >>> 0);
    default: return undefined;
  }
}

function refusal({ credentials }: Process, target: Process, nice: number, now: number): number {
  const isCapable = credentials.hasCapability(Capability.CAP_SYS_NICE);
  if (!isSameOwner(credentials, target.credentials) && !isCapable) return -Errno.EPERM;
  return nice < now && !isWithinNiceLimit(target, nice) && !isCapable ? -Errno.EACCES : 0;
}
