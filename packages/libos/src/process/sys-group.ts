import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { Process } from './process.js';

/**
 * `setpgid(2)`: moves a process to a group of its session.
 *
 * Errors, in the order Linux checks them: `EINVAL` a negative group; `ESRCH` neither the caller nor a child of it; `EPERM` a
 * child in another session; `EACCES` a child that has executed a program; `EPERM` a session leader, or no such group in the
 * session.
 *
 * Source: linux/kernel/sys.c, `setpgid`.
 */
export function setpgid(kernel: EnclaveKernel) {
  return ({ process: caller }: SyscallContext, pid: number, pgid: number): number => {
    const id = pid === 0 ? caller.pid : pid;
    const wanted = pgid === 0 ? id : pgid;
    if (wanted < 0) return -Errno.EINVAL;
    const process = alive(kernel, id);
    if (process === undefined) return -Errno.ESRCH;
    if (process !== caller) {
      if (process.parent !== caller) return -Errno.ESRCH;
      if (process.session !== caller.session) return -Errno.EPERM;
      if (process.hasExecuted) return -Errno.EACCES;
    }
    if (process.session.sid === process.pid) return -Errno.EPERM;
    const group = kernel.processes.group(wanted);
    if (group === undefined && wanted !== id) return -Errno.EPERM;
    if (group !== undefined && group.session !== caller.session) return -Errno.EPERM;
    if (group !== process.group) kernel.processes.move(process, group ?? kernel.processes.newGroup(wanted, process.session));
    return 0;
  };
}

/** `getpgid(2)`: group of a process, 0 being the caller. Errors: `ESRCH` no such process. */
export function getpgid(kernel: EnclaveKernel) {
  return ({ process }: SyscallContext, pid: number): number => (pid === 0 ? process : kernel.processes.get(pid))?.group.pgid ?? -Errno.ESRCH;
}

/** `getsid(2)`: session of a process, 0 being the caller. Errors: `ESRCH` no such process. */
export function getsid(kernel: EnclaveKernel) {
  return ({ process }: SyscallContext, pid: number): number => (pid === 0 ? process : kernel.processes.get(pid))?.session.sid ?? -Errno.ESRCH;
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
    kernel.processes.move(process, kernel.processes.newSession(process.pid));
    return process.pid;
  };
}

function alive(kernel: EnclaveKernel, pid: number): Process | undefined {
  const process = kernel.processes.get(pid);
  return process?.state === 'zombie' ? undefined : process;
}
