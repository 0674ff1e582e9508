import { FcntlCommand, OpenFlags, struct } from '@occlum/abi';
import type { DataArgument, flock, Handler, NamedScalar, StructInput, StructOutput } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { OwnerType, idOf } from '../signal/descriptor-owner.js';
import type { DescriptorOwner } from '../signal/descriptor-owner.js';
import type { DescriptorSignals } from '../signal/descriptor-signals.js';
import type { FileDescription } from './file-description.js';
import { InotifyInstance } from './inotify/inotify-instance.js';
import { openDescription } from './path-argument.js';
import { isError } from './result.js';
import { recordLock } from './sys-lock.js';
import type { Vfs } from './vfs.js';

/** `O_LARGEFILE`, which Linux shows on every file that was opened by a path. Source: linux/include/uapi/asm-generic/fcntl.h. */
const O_LARGEFILE = 0o100000;

const FLAG_COMMANDS: ReadonlySet<number> = new Set([FcntlCommand.F_GETFL, FcntlCommand.F_SETFL]);
const ownerStruct = struct('f_owner_ex', { type: 'i32', pid: 'i32' });

/** An id below 0 that no group can have. Source: linux/fs/fcntl.c, `f_setown`. */
const NO_GROUP = -(2 ** 31);

type Lock = ReturnType<typeof flock.decode>;
type Argument = StructInput<Lock> & StructOutput<Lock>;

/**
 * `fcntl(2)` as far as the runtime does not answer it: record locks, seals, whom descriptors signal, and the flags of what has no data path.
 *
 * Errors, in the order Linux checks them: `EBADF`, also for most commands on `O_PATH`; then those of {@link recordLock};
 * `EINVAL` for a command that is not there.
 */
export function fcntl(vfs: Vfs, descriptors: DescriptorSignals): Handler<SyscallContext, ['fd', NamedScalar, DataArgument<'inoutput', Lock>]> {
  return (context, fd, command, argument) => {
    const description = openDescription(context, 0);
    if (isError(description)) return description;
    const isPath = context.fdKind(0) === FdKind.path;
    if (description?.object instanceof InotifyInstance && FLAG_COMMANDS.has(command)) return command === FcntlCommand.F_GETFL ? flagsOfInotify(context, descriptors, description) : setFlagsOfInotify({ context, descriptors, description, fd }, argument.address);
    if (command === FcntlCommand.F_GETFL) return hasDataPath(context) ? flagsOf(context, descriptors) : shownFlags(description, isPath);
    if (isPath) return -Errno.EBADF;
    switch (command) {
      // Neither append nor non-blocking mode means anything for a directory.
      case FcntlCommand.F_SETFL: return hasDataPath(context) ? setFlags(context, descriptors, fd, argument.address) : 0;
      case FcntlCommand.F_GETLK:
      case FcntlCommand.F_SETLK:
      case FcntlCommand.F_SETLKW:
      case FcntlCommand.F_OFD_GETLK:
      case FcntlCommand.F_OFD_SETLK:
      case FcntlCommand.F_OFD_SETLKW: return recordLock(vfs, context, { command, argument, description });
      case FcntlCommand.F_GET_SEALS:
      case FcntlCommand.F_ADD_SEALS: return seals(vfs, context, command, argument.address);
      default: return ownerCommand(context, descriptors, command, argument);
    }
  };
}

/** Commands about whom a description signals, and how. Source: linux/fs/fcntl.c, `do_fcntl`, `f_setown`, `f_setown_ex`. */
function ownerCommand(context: SyscallContext, descriptors: DescriptorSignals, command: number, argument: Argument): number | Promise<number> {
  const value = Number.isFinite(argument.address) ? argument.address | 0 : 0;
  switch (command) {
    case FcntlCommand.F_SETSIG: return descriptors.setSignal(context, argument.address);
    case FcntlCommand.F_SETOWN: return setOwner(context, descriptors, value);
    case FcntlCommand.F_SETOWN_EX: return setOwnerBy(context, descriptors, argument.read());
    case FcntlCommand.F_GETSIG:
    case FcntlCommand.F_GETOWN:
    case FcntlCommand.F_GETOWN_EX: {
      const state = descriptors.of(context);
      if (typeof state === 'number') return state;
      if (command === FcntlCommand.F_GETSIG) return state.signal;
      if (command === FcntlCommand.F_GETOWN) return ownerNumber(state.owner);
      return argument.write(ownerStruct.encode({ type: state.owner.type, pid: idOf(state.owner) })) ? 0 : -Errno.EFAULT;
    }
    default: return -Errno.EINVAL;
  }
}

/** `F_SETOWN` and what `ioctl(2)` has of it: a group is a number below 0. `EINVAL` for one that none can have; `ESRCH`. */
export function setOwner(context: SyscallContext, descriptors: DescriptorSignals, id: number): number | Promise<number> {
  if (id === NO_GROUP) return -Errno.EINVAL;
  return descriptors.setOwner(context, id < 0 ? OwnerType.group : OwnerType.process, Math.abs(id));
}

/** An owner as `F_GETOWN` tells it. */
export function ownerNumber(owner: DescriptorOwner): number {
  return owner.type === OwnerType.group ? 0 - idOf(owner) : idOf(owner);
}

function setOwnerBy(context: SyscallContext, descriptors: DescriptorSignals, bytes: Uint8Array | undefined): number | Promise<number> {
  if (bytes === undefined || bytes.length < ownerStruct.size) return -Errno.EFAULT;
  const { type, pid } = ownerStruct.decode(bytes);
  if (type !== OwnerType.thread && type !== OwnerType.process && type !== OwnerType.group) return -Errno.EINVAL;
  return descriptors.setOwner(context, type, pid);
}

/** Kinds whose host description is no placeholder. */
function hasDataPath(context: SyscallContext): boolean {
  const kind = context.fdKind(0);
  return kind !== FdKind.directory && kind !== FdKind.path && kind !== FdKind.mediated;
}

/** Flags of what the host signals for: the host's, but for `O_ASYNC`, which may stand there for urgent data only. */
function flagsOf(context: SyscallContext, descriptors: DescriptorSignals): number {
  const hostFd = context.hostFd(0);
  const flags = hostFd < 0 ? hostFd : context.kernel.host.fcntl(hostFd, FcntlCommand.F_GETFL, 0);
  if (flags < 0) return flags;
  const state = descriptors.of(context);
  const isAsync = typeof state !== 'number' && state.isAsync;
  return isAsync ? flags : flags & ~OpenFlags.O_ASYNC;
}

/** Source: linux/fs/fcntl.c, `setfl`: what cannot signal keeps silent about it. */
async function setFlags(context: SyscallContext, descriptors: DescriptorSignals, fd: number, flags: number): Promise<number> {
  const isAsync = (flags & OpenFlags.O_ASYNC) !== 0;
  const set = await descriptors.setAsync(context, fd, isAsync);
  if (set < 0 && set !== -Errno.ENOTTY) return set;
  const { host } = context.kernel;
  const hostFd = context.hostFd(0);
  const kept = host.fcntl(hostFd, FcntlCommand.F_GETFL, 0) & OpenFlags.O_ASYNC;
  return host.fcntl(hostFd, FcntlCommand.F_SETFL, (flags & ~OpenFlags.O_ASYNC) | kept);
}

/** Seals are the host's: a sealed file is one of its memory. */
function seals(vfs: Vfs, context: SyscallContext, command: number, value: number): number {
  const hostFd = context.hostFd(0);
  return hostFd < 0 ? hostFd : vfs.binding.fcntl(hostFd, command, value);
}

/** Of the flags of an inotify descriptor two can change. */
function flagsOfInotify(context: SyscallContext, descriptors: DescriptorSignals, description: FileDescription): number {
  const state = descriptors.of(context);
  const isAsync = typeof state !== 'number' && state.isAsync;
  const fixed = description.flags & ~(OpenFlags.O_NONBLOCK | OpenFlags.O_ASYNC);
  return fixed | (description.isNonBlocking ? OpenFlags.O_NONBLOCK : 0) | (isAsync ? OpenFlags.O_ASYNC : 0);
}

interface InotifyFlagCall {
  readonly context: SyscallContext;
  readonly descriptors: DescriptorSignals;
  readonly description: FileDescription;
  readonly fd: number;
}

async function setFlagsOfInotify({ context, descriptors, description, fd }: InotifyFlagCall, flags: number): Promise<number> {
  const result = await descriptors.setAsync(context, fd, (flags & OpenFlags.O_ASYNC) !== 0);
  if (result < 0) return result;
  description.isNonBlocking = (flags & OpenFlags.O_NONBLOCK) !== 0;
  return 0;
}

function shownFlags(description: FileDescription | undefined, isPath: boolean): number {
  const flags = description?.flags ?? OpenFlags.O_RDWR;
  return isPath || description?.location === undefined ? flags : flags | O_LARGEFILE;
}
