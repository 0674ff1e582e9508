import { FcntlCommand, FlockOperation, LockType, SeekWhence } from '@occlum/abi';
import type { flock as flockCodec, Handler, NamedScalar, StructInput, StructOutput } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ProcessPage } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { usableDescription } from './descriptor-target.js';
import type { FileDescription } from './file-description.js';
import type { Inode } from './inode.js';
import { locksOf } from './locks/lock-state.js';
import type { RangeLock } from './locks/range-locks.js';
import { isError } from './result.js';
import type { Vfs } from './vfs.js';

/** Offsets from here on are not exact in a number; a lock that ends there ends nowhere. */
const OFFSET_MAX = Number.MAX_SAFE_INTEGER;

type FlockValue = ReturnType<typeof flockCodec.decode>;

/**
 * `flock(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for an unknown operation; `EBADF`; `EAGAIN`; `EINTR`.
 */
export function flock(vfs: Vfs): Handler<SyscallContext, ['fd', NamedScalar]> {
  return (context, _fd, operation) => {
    const waits = (operation & FlockOperation.LOCK_NB) === 0;
    const kind = operation & ~FlockOperation.LOCK_NB;
    if (kind !== FlockOperation.LOCK_SH && kind !== FlockOperation.LOCK_EX && kind !== FlockOperation.LOCK_UN) return -Errno.EINVAL;
    const description = usableDescription(context, 0);
    if (isError(description)) return description;
    // What is in no file system is nobody else's either.
    if (description?.inode === undefined) return 0;
    if (kind !== FlockOperation.LOCK_UN) {
      return vfs.locks.flock(context, description.inode, description, kind === FlockOperation.LOCK_EX ? 'exclusive' : 'shared', waits);
    }
    vfs.locks.unflock(description.inode, description);
    return 0;
  };
}

/** What a record lock command is about. */
export interface RecordLockCommand {
  /** `F_*`, one of the six commands of record locks. */
  readonly command: number;
  readonly argument: StructInput<FlockValue> & StructOutput<FlockValue>;
  readonly description: FileDescription | undefined;
}

/**
 * The commands of `fcntl(2)` that are about record locks.
 *
 * Errors, in the order Linux checks them: `EFAULT`; `EINVAL` for an unknown type, origin or range, or a process id with an
 * open file description's lock; `EBADF` for a lock that does not go with the access mode; `EAGAIN`, `EDEADLK`, `EINTR`.
 *
 * Source: linux/fs/locks.c, `fcntl_setlk` and `fcntl_getlk`.
 */
export function recordLock(vfs: Vfs, context: SyscallContext, { command, argument, description }: RecordLockCommand): number | Promise<number> {
  const isOwn = command === FcntlCommand.F_OFD_GETLK || command === FcntlCommand.F_OFD_SETLK || command === FcntlCommand.F_OFD_SETLKW;
  const waits = command === FcntlCommand.F_SETLKW || command === FcntlCommand.F_OFD_SETLKW;
  const wanted = argument.value();
  if (wanted === undefined) return -Errno.EFAULT;
  if (description?.inode === undefined) return -Errno.EINVAL;
  if (isOwn && wanted.l_pid !== 0) return -Errno.EINVAL;
  const owner = isOwn ? description : context.process;
  const lock = rangeOf(wanted, description, context, owner, isOwn ? -1 : context.process.pid);
  if (isError(lock)) return lock;
  if (command === FcntlCommand.F_GETLK || command === FcntlCommand.F_OFD_GETLK) {
    if (wanted.l_type === LockType.F_UNLCK) return -Errno.EINVAL;
    const { ranges } = locksOf(description.inode);
    // Who has closed the file may tell of it only with its next call.
    if (ranges.conflict(lock) !== undefined) context.kernel.takeReleases();
    return argument.put(shown(wanted, ranges.conflict(lock))) ? 0 : -Errno.EFAULT;
  }
  return setLock(vfs, context, description, description.inode, wanted.l_type, lock, waits);
}

function setLock(
  vfs: Vfs,
  context: SyscallContext,
  description: FileDescription,
  inode: Inode,
  type: number,
  lock: RangeLock,
  waits: boolean,
): number | Promise<number> {
  if (type === LockType.F_RDLCK && !description.readable) return -Errno.EBADF;
  if (type === LockType.F_WRLCK && !description.writable) return -Errno.EBADF;
  if (lock.owner === description) vfs.locks.endWith(description, inode);
  else if (type !== LockType.F_UNLCK) context.process.arena?.setPageWord(ProcessPage.record_locks, 1);
  if (type !== LockType.F_UNLCK) return vfs.locks.lock(context, inode, lock, waits);
  vfs.locks.unlock(inode, lock.owner, lock.start, lock.end);
  return 0;
}

function rangeOf(
  { l_type, l_whence, l_start, l_len }: FlockValue,
  description: FileDescription,
  context: SyscallContext,
  owner: object,
  pid: number,
): RangeLock | number {
  if (l_type !== LockType.F_RDLCK && l_type !== LockType.F_WRLCK && l_type !== LockType.F_UNLCK) return -Errno.EINVAL;
  const base = originOf(l_whence, description, context);
  if (base < 0) return base;
  let start = base + Number(l_start);
  let end = l_len === 0n ? Infinity : start + Number(l_len);
  if (l_len < 0n) {
    end = start;
    start += Number(l_len);
  }
  if (start < 0) return -Errno.EINVAL;
  if (start > OFFSET_MAX) return -Errno.EOVERFLOW;
  return { owner, pid, exclusive: l_type === LockType.F_WRLCK, start, end: end > OFFSET_MAX ? Infinity : end };
}

function originOf(whence: number, description: FileDescription, context: SyscallContext): number {
  if (whence === SeekWhence.SEEK_SET) return 0;
  if (whence === SeekWhence.SEEK_CUR) {
    const hostFd = context.hostFd(0);
    return hostFd < 0 ? hostFd : context.kernel.host.lseek(hostFd, 0, SeekWhence.SEEK_CUR);
  }
  if (whence !== SeekWhence.SEEK_END) return -Errno.EINVAL;
  const stat = description.inode?.stat() ?? -Errno.EINVAL;
  return isError(stat) ? stat : stat.size;
}

function shown(wanted: FlockValue, conflict: RangeLock | undefined): FlockValue {
  if (conflict === undefined) return { ...wanted, l_type: LockType.F_UNLCK };
  return {
    l_type: conflict.exclusive ? LockType.F_WRLCK : LockType.F_RDLCK,
    l_whence: SeekWhence.SEEK_SET,
    l_start: BigInt(conflict.start),
    l_len: conflict.end === Infinity ? 0n : BigInt(conflict.end - conflict.start),
    l_pid: conflict.pid,
  };
}

