import { Capability, ResourceLimit, kernel, partial } from '@occlum/abi';
import type { Handler, SyscallTable } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from './process-caller.js';
import type { Process } from './process.js';

/** Whose priority is meant. Source: linux/include/uapi/linux/resource.h. */
const Priority = { PRIO_PROCESS: 0, PRIO_PGRP: 1, PRIO_USER: 2 } as const;

/** Range of nice values. Source: linux/include/linux/sched/prio.h. */
const NICE_MIN = -20;
const NICE_MAX = 19;

/** What a nice value is taken from, so that no result looks like an error. Source: getpriority(2), "C library/kernel differences". */
const NICE_BASE = 20;

/**
 * `getpriority(2)`: the highest priority among some processes, as 20 less the nice value.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such kind; `ESRCH` no such process.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE2(getpriority)`.
 */
const getpriority: Handler<ProcessCaller, ['int', 'int']> = (context, which, who) => {
  const processes = select(context, which, who);
  if (processes === undefined) return -Errno.EINVAL;
  return processes.reduce((highest, { nice }) => Math.max(highest, NICE_BASE - nice), -Errno.ESRCH);
};

/**
 * `setpriority(2)`: sets the nice value of some processes; out of range it is cut.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such kind; of the processes, the last of `EPERM` another user's
 * without CAP_SYS_NICE, and `EACCES` a lower value than RLIMIT_NICE allows; `ESRCH` no such process.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE3(setpriority)`, `set_one_prio`.
 */
const setpriority: Handler<ProcessCaller, ['int', 'int', 'int']> = (context, which, who, value) => {
  const processes = select(context, which, who);
  if (processes === undefined) return -Errno.EINVAL;
  const nice = Math.min(NICE_MAX, Math.max(NICE_MIN, value));
  return processes.reduce((result, process) => {
    const refused = refusal(context.process, process, nice);
    if (refused !== 0) return refused;
    process.nice = nice;
    return result === -Errno.ESRCH ? 0 : result;
  }, -Errno.ESRCH);
};

/** The rows of priorities. */
export const prioritySyscalls: SyscallTable<ProcessCaller> = {
  getpriority: kernel(140, ['int', 'int'], getpriority),
  setpriority: partial(kernel(141, ['int', 'int', 'int'], setpriority), 'Kept for each process, not each thread; the host schedules without regard to it.'),
};

/** The processes that are meant; `undefined` for no such kind. */
function select({ process: caller, kernel: { processes } }: ProcessCaller, which: number, who: number): Process[] | undefined {
  switch (which) {
    case Priority.PRIO_PROCESS: {
      const process = who === 0 ? caller : (processes.get(who) ?? processes.thread(who)?.process);
      return process === undefined ? [] : [process];
    }
    case Priority.PRIO_PGRP:
      return [...((who === 0 ? caller.group : processes.group(who))?.members ?? [])];
    case Priority.PRIO_USER: {
      const uid = who === 0 ? caller.credentials.uid : who >>> 0;
      return [...processes.processes.values()].filter(({ state, credentials }) => state === 'running' && credentials.uid === uid);
    }
    default:
      return undefined;
  }
}

function refusal({ credentials }: Process, process: Process, nice: number): number {
  const isCapable = credentials.hasCapability(Capability.CAP_SYS_NICE);
  const isOwn = process.credentials.uid === credentials.euid || process.credentials.euid === credentials.euid;
  if (!isOwn && !isCapable) return -Errno.EPERM;
  const lowest = NICE_BASE - Number(process.limits.get(ResourceLimit.RLIMIT_NICE).soft);
  return nice < process.nice && nice < lowest && !isCapable ? -Errno.EACCES : 0;
}
