import { OpenFlags } from '@occlum/abi';
import type { InputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { SignalDescriptor, SignalMask, openSignals } from './signal-descriptor.js';
import { UNBLOCKABLE } from './signal-set.js';
import { SET_SIZE } from './sys-wait-signal.js';

/** Flags of `signalfd4(2)`; `SFD_*` are the same bits. Source: linux/include/uapi/linux/signalfd.h. */
const FLAGS = OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK;

/**
 * `signalfd4(2)`: makes a descriptor that is read for signals, or changes which.
 *
 * Errors, in the order Linux checks them: `EINVAL` a set of another size; `EFAULT`; `EINVAL` an unknown flag; `EBADF` not open;
 * `EINVAL` a descriptor of another kind.
 *
 * Source: linux/fs/signalfd.c, `do_signalfd4`.
 */
export function signalfd4(kernel: EnclaveKernel) {
  return (context: SyscallContext, fd: number, set: InputArgument, size: number, flags: number): number => {
    if (size !== SET_SIZE) return -Errno.EINVAL;
    const bytes = set.read();
    if (bytes === undefined) return -Errno.EFAULT;
    if ((flags & ~FLAGS) !== 0) return -Errno.EINVAL;
    const mask = new DataView(bytes.buffer, bytes.byteOffset, SET_SIZE).getBigUint64(0, true) & ~UNBLOCKABLE;
    return fd === -1 ? make(kernel, context, mask, flags) : change(context, fd, mask);
  };
}

/** `signalfd(2)`. Errors as {@link signalfd4}. */
export function signalfd(kernel: EnclaveKernel) {
  const make4 = signalfd4(kernel);
  return (context: SyscallContext, fd: number, set: InputArgument, size: number): number => make4(context, fd, set, size, 0);
}

function make(kernel: EnclaveKernel, context: SyscallContext, mask: bigint, flags: number): number {
  const opened = openSignals(kernel.host, context.process, new SignalMask(mask), flags);
  if (typeof opened === 'number') return opened;
  return context.install(opened.hostFd, opened.description, FdKind.mediated, { cloexec: (flags & OpenFlags.O_CLOEXEC) !== 0 });
}

function change(context: SyscallContext, fd: number, mask: bigint): number {
  if (context.fdKind(0) === FdKind.none) return -Errno.EBADF;
  const object = context.object(0)?.object;
  if (!(object instanceof SignalDescriptor)) return -Errno.EINVAL;
  object.mask.change(mask);
  return fd;
}
