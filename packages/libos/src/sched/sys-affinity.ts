import { Capability } from '@occlum/abi';
import type { BufferArgument, Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { CpuSet } from '@occlum/sched';

import type { ProcessCaller } from '../process/process-caller.js';
import type { HostCpus } from './host-cpus.js';
import type { Scheduling } from './scheduling.js';
import { isSameOwner, threadOf } from './task-selection.js';

const LONG_BYTES = 8;

/**
 * `sched_getaffinity(2)`: tells the CPUs that a thread may run on.
 *
 * Errors, in the order Linux checks them: `EINVAL` room for fewer CPUs than there are, or no multiple of 8 bytes; `ESRCH`;
 * `EFAULT`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE3(sched_getaffinity)`.
 */
export function getAffinity(scheduling: Scheduling, cpus: HostCpus): Handler<ProcessCaller, ['pid', 'uint', BufferArgument<'outputBuffer'>]> {
  return (context, pid, size, out) => {
    if (size * 8 < cpus.possible || size % LONG_BYTES !== 0) return -Errno.EINVAL;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    const mask = scheduling.cpus(thread).toMask(Math.min(size, cpus.maskSize));
    return out.write(mask) ? mask.length : -Errno.EFAULT;
  };
}

/**
 * `sched_setaffinity(2)`: moves a thread to CPUs. Of those, it gets the ones that its process was given.
 *
 * Errors, in the order Linux checks them: `EFAULT`; `ESRCH`; `EPERM` another user's without CAP_SYS_NICE; `EINVAL` none of the CPUs is
 * one of them.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE3(sched_setaffinity)`, `sched_setaffinity`.
 */
export function setAffinity(scheduling: Scheduling): Handler<ProcessCaller, ['pid', 'uint', BufferArgument<'inputBuffer'>]> {
  return (context, pid, size, input) => {
    const mask = size === 0 ? new Uint8Array(0) : input.read();
    if (mask === undefined) return -Errno.EFAULT;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    const { credentials } = context.process;
    if (!isSameOwner(credentials, thread.process.credentials) && !credentials.hasCapability(Capability.CAP_SYS_NICE)) return -Errno.EPERM;
    const cpus = CpuSet.fromMask(mask).intersection(scheduling.ceiling(thread.process));
    return cpus.isEmpty ? -Errno.EINVAL : scheduling.set(thread, { kind: 'affinity', cpus });
  };
}
