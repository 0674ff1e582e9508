import { PidfdFlags, SignalCode } from '@occlum/abi';
import type { StructInput } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { signalProcess } from '../signal/sys-kill.js';
import { queued, sentBy } from '../signal/signal-info.js';
import { openProcess, ProcessDescriptor } from './process-descriptor.js';

const { PIDFD_NONBLOCK } = PidfdFlags;

/**
 * `pidfd_open(2)`: a descriptor of a process, which is readable once that has ended. It is always closed on exec.
 *
 * Errors, in the order Linux checks them: `EINVAL` an unknown flag, or no process id; `ESRCH` nobody has it; `EINVAL` it is
 * a thread's.
 *
 * Source: linux/kernel/pid.c, `SYSCALL_DEFINE2(pidfd_open)`.
 */
export function pidfdOpen(kernel: EnclaveKernel) {
  return (context: SyscallContext, pid: number, flags: number): number => {
    if ((flags & ~PIDFD_NONBLOCK) !== 0 || pid <= 0) return -Errno.EINVAL;
    const process = kernel.processes.get(pid);
    if (process === undefined) return kernel.processes.thread(pid) === undefined ? -Errno.ESRCH : -Errno.EINVAL;
    const opened = openProcess(kernel.host, process, (flags & PIDFD_NONBLOCK) !== 0);
    if (typeof opened === 'number') return opened;
    return context.install(opened.hostFd, opened.description, FdKind.mediated, { cloexec: true });
  };
}

/**
 * `pidfd_send_signal(2)`: sends a signal to the process that a descriptor stands for.
 *
 * Errors, in the order Linux checks them: `EINVAL` a flag; `EBADF` not open, or no descriptor of a process; `EFAULT`;
 * `EINVAL` information of another signal; `EPERM` information that pretends to come from the kernel or `kill(2)`; `ESRCH` it
 * has been waited for; `EINVAL` no signal of that number; `EPERM`; `EAGAIN`.
 *
 * Source: linux/kernel/signal.c, `SYSCALL_DEFINE4(pidfd_send_signal)`.
 */
export function pidfdSendSignal(kernel: EnclaveKernel) {
  return (context: SyscallContext, _fd: number, signal: number, information: StructInput<unknown>, flags: number): number => {
    if (flags !== 0) return -Errno.EINVAL;
    const object = context.object(0)?.object;
    if (!(object instanceof ProcessDescriptor)) return -Errno.EBADF;
    const { process: sender } = context;
    let info = sentBy({ pid: sender.pid, uid: sender.credentials.uid }, signal);
    if (!information.isNull) {
      const bytes = information.read();
      if (bytes === undefined) return -Errno.EFAULT;
      info = queued(signal, bytes);
      if (new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true) !== signal) return -Errno.EINVAL;
      if ((info.code >= 0 || info.code === SignalCode.SI_TKILL) && object.process !== sender) return -Errno.EPERM;
    }
    return object.process.state === 'reaped' ? -Errno.ESRCH : signalProcess(kernel, sender, object.process, info, signal);
  };
}
