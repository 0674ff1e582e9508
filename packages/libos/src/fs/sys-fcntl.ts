import { FcntlCommand, OpenFlags, struct } from '@occlum/abi';
import type { DataArgument, flock, Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import type { FileDescription } from './file-description.js';
import { openDescription } from './path-argument.js';
import { isError } from './result.js';
import { recordLock } from './sys-lock.js';
import type { Vfs } from './vfs.js';

/** `O_LARGEFILE`, which Linux shows on every file that was opened by a path. Source: linux/include/uapi/asm-generic/fcntl.h. */
const O_LARGEFILE = 0o100000;

/** Whom `F_SETOWN_EX` means. Source: linux/include/uapi/asm-generic/fcntl.h. */
const F_OWNER_TID = 0;
const F_OWNER_PID = 1;
const F_OWNER_PGRP = 2;
const ownerStruct = struct('f_owner_ex', { type: 'i32', pid: 'i32' });

/** Whom descriptions signal. */
export interface SignalOwners {
  /** A process, or below 0 a group, that is signalled for a descriptor argument; 0 for nobody. */
  owner(context: SyscallContext): number;
  /** Has a process or group signalled; 0 or a negative error number. */
  setOwner(context: SyscallContext, owner: number): number;
}

/** Nobody can be signalled. */
export const NO_OWNERS: SignalOwners = { owner: () => 0, setOwner: () => -Errno.EINVAL };

/**
 * `fcntl(2)` as far as the runtime does not answer it: record locks, seals, and the flags of what has no data path.
 *
 * Errors, in the order Linux checks them: `EBADF`, also for most commands on `O_PATH`; then those of {@link recordLock};
 * `EINVAL` for a command that is not there.
 */
export function fcntl(vfs: Vfs, owners: SignalOwners): Handler<SyscallContext, ['fd', NamedScalar, DataArgument<'inoutput', ReturnType<typeof flock.decode>>]> {
  return (context, _fd, command, argument) => {
    const description = openDescription(context, 0);
    if (isError(description)) return description;
    const isPath = context.fdKind(0) === FdKind.path;
    if (command === FcntlCommand.F_GETFL) return shownFlags(description, isPath);
    if (isPath) return -Errno.EBADF;
    switch (command) {
      // Neither append nor non-blocking mode means anything for a directory.
      case FcntlCommand.F_SETFL: return 0;
      case FcntlCommand.F_GETLK:
      case FcntlCommand.F_SETLK:
      case FcntlCommand.F_SETLKW:
      case FcntlCommand.F_OFD_GETLK:
      case FcntlCommand.F_OFD_SETLK:
      case FcntlCommand.F_OFD_SETLKW: return recordLock(vfs, context, { command, argument, description });
      case FcntlCommand.F_GET_SEALS:
      case FcntlCommand.F_ADD_SEALS: return seals(vfs, context, command, argument.address);
      case FcntlCommand.F_GETSIG: return 0;
      case FcntlCommand.F_GETOWN: return owners.owner(context);
      case FcntlCommand.F_SETOWN: return Number.isFinite(argument.address) ? owners.setOwner(context, argument.address | 0) : -Errno.EINVAL;
      case FcntlCommand.F_GETOWN_EX: return argument.write(ownerStruct.encode(ownerOf(owners.owner(context)))) ? 0 : -Errno.EFAULT;
      case FcntlCommand.F_SETOWN_EX: return setOwner(context, owners, argument.read());
      default: return -Errno.EINVAL;
    }
  };
}

/** Source: linux/fs/fcntl.c, `f_setown_ex`. A thread stands for its process. */
function setOwner(context: SyscallContext, owners: SignalOwners, bytes: Uint8Array | undefined): number {
  if (bytes === undefined || bytes.length < ownerStruct.size) return -Errno.EFAULT;
  const { type, pid } = ownerStruct.decode(bytes);
  if (type !== F_OWNER_TID && type !== F_OWNER_PID && type !== F_OWNER_PGRP) return -Errno.EINVAL;
  return owners.setOwner(context, type === F_OWNER_PGRP ? -pid : pid);
}

function ownerOf(owner: number): ReturnType<typeof ownerStruct.decode> {
  return owner < 0 ? { type: F_OWNER_PGRP, pid: -owner } : { type: F_OWNER_PID, pid: owner };
}

/** Seals are the host's: a sealed file is one of its memory. */
function seals(vfs: Vfs, context: SyscallContext, command: number, value: number): number {
  const hostFd = context.hostFd(0);
  return hostFd < 0 ? hostFd : vfs.binding.fcntl(hostFd, command, value);
}

function shownFlags(description: FileDescription | undefined, isPath: boolean): number {
  const flags = description?.flags ?? OpenFlags.O_RDWR;
  return isPath || description?.location === undefined ? flags : flags | O_LARGEFILE;
}
