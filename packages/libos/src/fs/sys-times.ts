import { AtFlags, ResourceLimit, array, timespec, timeval } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { usableDescription } from './descriptor-target.js';
import type { Location } from './location.js';
import { CWD, atOptions, lookupArgument } from './path-argument.js';
import { WRITE, checkAccess, isOwnerOrCapable } from './permissions.js';
import { isError } from './result.js';
import type { Time } from './stat.js';
import { changeAttributes } from './sys-attributes.js';
import type { Vfs } from './vfs.js';

/** `tv_nsec` that means now, or no change. Source: linux/include/uapi/linux/stat.h. */
const UTIME_NOW = 0x3fffffff;
const UTIME_OMIT = 0x3ffffffe;
const NSEC_PER_SEC = 1_000_000_000;
const NOW: Time = { sec: 0, nsec: UTIME_NOW };

/** Access and modification time as calls take them. */
export const timespecPair = array(timespec, 2);
export const timevalPair = array(timeval, 2);

type Pair = readonly [atime: Time, mtime: Time];
type TimespecInput = DataArgument<'input', { tv_sec: bigint; tv_nsec: bigint }[]>;
type TimevalInput = DataArgument<'input', { tv_sec: bigint; tv_usec: bigint }[]>;
type UtimbufInput = DataArgument<'input', { actime: bigint; modtime: bigint }>;

/**
 * `utimensat(2)`; without a path it is `futimens(3)`.
 *
 * Errors, in the order Linux checks them: `EFAULT`; `EINVAL` for nanoseconds out of range; 0 when nothing is to change;
 * `EINVAL` for unknown flags; those of the look-up; `EROFS`; `EACCES` to set now, `EPERM` to set a time, for who may not.
 *
 * Source: linux/fs/utimes.c, `do_utimes`; linux/fs/attr.c.
 */
export function utimensat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', TimespecInput, NamedScalar]> {
  return (context, dirfd, path, times, flags) => {
    const value = times.isNull ? undefined : times.value();
    if (value === undefined && !times.isNull) return -Errno.EFAULT;
    const pair: Pair = [timeOf(value?.[0]), timeOf(value?.[1])];
    if (pair.every(({ nsec }) => nsec === UTIME_OMIT)) return 0;
    if (path.isNull) return flags === 0 ? setDescriptorTimes(vfs, context, dirfd, pair) : -Errno.EINVAL;
    if ((flags & ~(AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_EMPTY_PATH)) !== 0) return -Errno.EINVAL;
    return setTimes(vfs, context, lookupArgument(vfs, context, path, atOptions({ dirfd, index: 0 }, flags)), pair);
  };
}

/** `futimesat(2)`. Errors as {@link utimensat}. */
export function futimesat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', TimevalInput]> {
  return (context, dirfd, path, times) => {
    const pair = pairOf(times.isNull ? undefined : times.value(), times.isNull);
    if (isError(pair)) return pair;
    if (path.isNull) return setDescriptorTimes(vfs, context, dirfd, pair);
    return setTimes(vfs, context, lookupArgument(vfs, context, path, { base: { dirfd, index: 0 }, follow: true }), pair);
  };
}

/** `utimes(2)`. Errors as {@link utimensat}. */
export function utimes(vfs: Vfs): Handler<SyscallContext, ['path', TimevalInput]> {
  return (context, path, times) => {
    const pair = pairOf(times.isNull ? undefined : times.value(), times.isNull);
    return isError(pair) ? pair : setTimes(vfs, context, lookupArgument(vfs, context, path, { base: CWD, follow: true }), pair);
  };
}

/** `utime(2)`. Errors as {@link utimensat}. */
export function utime(vfs: Vfs): Handler<SyscallContext, ['path', UtimbufInput]> {
  return (context, path, times) => {
    const value = times.isNull ? undefined : times.value();
    if (value === undefined && !times.isNull) return -Errno.EFAULT;
    const pair: Pair = value === undefined ? [NOW, NOW] : [{ sec: Number(value.actime), nsec: 0 }, { sec: Number(value.modtime), nsec: 0 }];
    return setTimes(vfs, context, lookupArgument(vfs, context, path, { follow: true }), pair);
  };
}

/**
 * `truncate(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for a negative length; those of the look-up; `EISDIR`, `EINVAL` for
 * what is no file; `EROFS`; `EACCES`; `EFBIG` and `SIGXFSZ` above the limit.
 *
 * Source: linux/fs/open.c, `vfs_truncate`.
 */
export function truncate(vfs: Vfs): Handler<SyscallContext, ['path', 'offset']> {
  return (context, path, length) => {
    if (length < 0) return -Errno.EINVAL;
    const location = lookupArgument(vfs, context, path, { follow: true });
    if (isError(location)) return location;
    const { inode, mount } = location;
    if (inode.type === 'directory') return -Errno.EISDIR;
    if (inode.type !== 'file') return -Errno.EINVAL;
    if (mount.readOnly) return -Errno.EROFS;
    const denied = checkAccess(inode, WRITE, context.process.credentials);
    if (denied !== 0) return denied;
    if (!isBelowLimit(context, length)) return -Errno.EFBIG;
    return changeAttributes(vfs, location, { size: length });
  };
}

/** Whether a file of the caller may have a size. */
function isBelowLimit({ process }: SyscallContext, size: number): boolean {
  if (!Number.isFinite(size)) return false;
  return BigInt(size) <= process.limits.get(ResourceLimit.RLIMIT_FSIZE).soft;
}

function setDescriptorTimes(vfs: Vfs, context: SyscallContext, fd: number, pair: Pair): number | Promise<number> {
  // Without a path there must be a descriptor; the current directory is none.
  if (fd < 0) return fd === CWD.dirfd ? -Errno.EFAULT : -Errno.EBADF;
  const description = usableDescription(context, 0);
  if (isError(description)) return description;
  return description?.location === undefined ? 0 : setTimes(vfs, context, description.location, pair);
}

function setTimes(vfs: Vfs, context: SyscallContext, location: Location | number, [atime, mtime]: Pair): number | Promise<number> {
  if (isError(location)) return location;
  if (![atime, mtime].every(({ nsec }) => nsec < NSEC_PER_SEC || nsec === UTIME_NOW || nsec === UTIME_OMIT)) return -Errno.EINVAL;
  const { inode, mount } = location;
  if (mount.readOnly) return -Errno.EROFS;
  const { credentials } = context.process;
  const isNow = atime.nsec === UTIME_NOW && mtime.nsec === UTIME_NOW;
  if (!isOwnerOrCapable(inode, credentials)) {
    if (!isNow) return -Errno.EPERM;
    const denied = checkAccess(inode, WRITE, credentials);
    if (denied !== 0) return denied;
  }
  const now = vfs.now();
  return changeAttributes(vfs, location, { ...chosen('atime', atime, now), ...chosen('mtime', mtime, now) });
}

function chosen(name: 'atime' | 'mtime', time: Time, now: Time): { readonly atime?: Time; readonly mtime?: Time } {
  if (time.nsec === UTIME_OMIT) return {};
  return { [name]: time.nsec === UTIME_NOW ? now : time };
}

function timeOf(value: { tv_sec: bigint; tv_nsec: bigint } | undefined): Time {
  return value === undefined ? NOW : { sec: Number(value.tv_sec), nsec: value.tv_nsec < 0n ? Infinity : Number(value.tv_nsec) };
}

function pairOf(value: readonly { tv_sec: bigint; tv_usec: bigint }[] | undefined, isNull: boolean): Pair | number {
  if (isNull) return [NOW, NOW];
  const [atime, mtime] = value ?? [];
  if (atime === undefined || mtime === undefined) return -Errno.EFAULT;
  if ([atime, mtime].some(({ tv_usec }) => tv_usec < 0n || tv_usec >= 1_000_000n)) return -Errno.EINVAL;
  return [timeOfMicroseconds(atime), timeOfMicroseconds(mtime)];
}

function timeOfMicroseconds({ tv_sec, tv_usec }: { tv_sec: bigint; tv_usec: bigint }): Time {
  return { sec: Number(tv_sec), nsec: Number(tv_usec) * 1000 };
}

