import type { BufferArgument, DataArgument, Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from '../process/process-caller.js';
import type { Process } from '../process/process.js';
import type { HostCpus } from './host-cpus.js';

/** Highest priorities by policy: SCHED_OTHER, FIFO, RR, BATCH, then IDLE, DEADLINE and EXT. Source: linux/include/uapi/linux/sched.h; sched(7). */
const PRIORITY_MAX: ReadonlyMap<number, number> = new Map([[0, 0], [1, 99], [2, 99], [3, 0], [5, 0], [6, 0], [7, 0]]);

/** The policy that everything has. */
const SCHED_OTHER = 0;

const LONG_BYTES = 8;

/**
 * `sched_getaffinity(2)`: tells the CPUs that a thread may run on: those of its process on the host.
 *
 * Errors, in the order Linux checks them: `EINVAL` room for fewer CPUs than there are, or no multiple of 8 bytes; `ESRCH`;
 * `EFAULT`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE3(sched_getaffinity)`.
 */
export function getAffinity(cpus: HostCpus): Handler<ProcessCaller, ['pid', 'uint', BufferArgument<'outputBuffer'>]> {
  return (context, pid, size, out) => {
    if (size * 8 < cpus.possible || size % LONG_BYTES !== 0) return -Errno.EINVAL;
    const process = processOf(context, pid);
    if (process === undefined) return -Errno.ESRCH;
    const mask = cpus.allowed(process.hostPid).subarray(0, size);
    return out.write(mask) ? mask.length : -Errno.EFAULT;
  };
}

/**
 * `sched_getscheduler(2)`: tells a thread's policy, which is always SCHED_OTHER.
 *
 * Errors, in the order Linux checks them: `EINVAL` a negative id; `ESRCH`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE1(sched_getscheduler)`.
 */
export const getScheduler: Handler<ProcessCaller, ['pid']> = (context, pid) => {
  if (pid < 0) return -Errno.EINVAL;
  return processOf(context, pid) === undefined ? -Errno.ESRCH : SCHED_OTHER;
};

/**
 * `sched_getparam(2)`: tells a thread's static priority, which is 0 in its policy.
 *
 * Errors, in the order Linux checks them: `EINVAL` nowhere to tell, or a negative id; `ESRCH`; `EFAULT`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE2(sched_getparam)`.
 */
export const getParam: Handler<ProcessCaller, ['pid', DataArgument<'output', Uint8Array>]> = (context, pid, out) => {
  if (out.isNull || pid < 0) return -Errno.EINVAL;
  if (processOf(context, pid) === undefined) return -Errno.ESRCH;
  return out.write(new Uint8Array(4)) ? 0 : -Errno.EFAULT;
};

/** `sched_get_priority_max(2)`. Errors: `EINVAL` no such policy. Source: linux/kernel/sched/syscalls.c. */
export const getPriorityMax: Handler<ProcessCaller, ['int']> = (_context, policy) => PRIORITY_MAX.get(policy) ?? -Errno.EINVAL;

/** `sched_get_priority_min(2)`. Errors: `EINVAL` no such policy. Source: linux/kernel/sched/syscalls.c. */
export const getPriorityMin: Handler<ProcessCaller, ['int']> = (_context, policy) => {
  const highest = PRIORITY_MAX.get(policy);
  return highest === undefined ? -Errno.EINVAL : Math.min(1, highest);
};

function processOf({ process, kernel }: ProcessCaller, pid: number): Process | undefined {
  return pid === 0 ? process : kernel.processes.thread(pid)?.process;
}
