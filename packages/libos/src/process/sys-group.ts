import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { Process } from './process.js';

/**
 * `setpgid(2)`: moves a process to a group of its session, or makes one of its number. A pid of 0 is the caller, a group
 * of 0 that pid.
 *
 * Errors, in the order Linux checks them: `EINVAL` a negative group; `ESRCH` no such process; `EINVAL` a thread that is not
 * the first; `ESRCH` neither the caller nor a child of it; `EPERM` a child in another session; `EACCES` a child that has
 * executed a program; `EPERM` a session leader; `EPERM` no such group in the session.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE2(setpgid)`.
 */
export function setpgid(kernel: EnclaveKernel) {
  return ({ process: caller }: SyscallContext, pid: number, pgid: number): number => {
    if (pgid < 0) return -Errno.EINVAL;
    const process = find(kernel, caller, pid);
    if (process === undefined) return -Errno.ESRCH;
    if (pid !== 0 && process.pid !== pid) return -Errno.EINVAL;
    if (process !== caller) {
      if (process.parent !== caller) return -Errno.ESRCH;
      if (process.session !== caller.session) return -Errno.EPERM;
      if (process.hasExecuted) return -Errno.EACCES;
    }
    if (process.session.sid === process.pid) return -Errno.EPERM;
    const wanted = pgid === 0 ? process.pid : pgid;
    const group = kernel.processes.group(wanted);
    if (group === undefined && wanted !== process.pid) return -Errno.EPERM;
    if (group !== undefined && group.session !== caller.session) return -Errno.EPERM;
    if (group !== process.group) kernel.processes.move(process, group ?? kernel.processes.newGroup(wanted, process.session));
    return 0;
  };
}

/** `getpgid(2)`: group of a process, 0 being the caller. Errors: `ESRCH` no such process. */
export function getpgid(kernel: EnclaveKernel) {
  return ({ process }: SyscallContext, pid: number): number => find(kernel, process, pid)?.group.pgid ?? -Errno.ESRCH;
}

/** `getsid(2)`: session of a process, 0 being the caller. Errors: `ESRCH` no such process. */
export function getsid(kernel: EnclaveKernel) {
  return ({ process }: SyscallContext, pid: number): number => find(kernel, process, pid)?.session.sid ?? -Errno.ESRCH;
}

/**
 * `setsid(2)`: makes the caller the leader of a new session and group, without a terminal.
 *
 * Errors: `EPERM` a group of that number exists, so the caller leads one.
 *
 * Source: linux/kernel/sys.c, `ksys_setsid`.
 */
export function setsid(kernel: EnclaveKernel) {
  return ({ process }: SyscallContext): number => {
    if (process.session.sid === process.pid || kernel.processes.group(process.pid) !== undefined) return -Errno.EPERM;
    process.terminal = undefined;
    kernel.processes.move(process, kernel.processes.newSession(process.pid));
    return process.pid;
  };
}

/** A process or zombie by its number, or by that of any of its threads. */
function find({ processes }: EnclaveKernel, caller: Process, pid: number): Process | undefined {
  return pid === 0 ? caller : (processes.get(pid) ?? processes.thread(pid)?.process);
}
