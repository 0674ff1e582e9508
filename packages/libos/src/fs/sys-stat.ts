import { AtFlags, EaccessFlags } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, OutputArgument, PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { StatEncoder } from './encode-stat.js';
import { statHostDescriptor } from './host-descriptor.js';
import { atOptions, lookupArgument, openDescription } from './path-argument.js';
import type { PathOptions } from './path-argument.js';
import { EXECUTE, READ, WRITE, checkAccess } from './permissions.js';
import { isError } from './result.js';
import type { Stat } from './stat.js';
import type { Vfs } from './vfs.js';

type StatOutput = DataArgument<'output', unknown>;

const STAT_FLAGS = AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_NO_AUTOMOUNT | AtFlags.AT_EMPTY_PATH;
const SYNC_FLAGS = AtFlags.AT_STATX_FORCE_SYNC | AtFlags.AT_STATX_DONT_SYNC;
/** Of an inode of no file system. Source: linux/fs/libfs.c, `alloc_anon_inode`, whose type stat(2) hides. */
const ANONYMOUS_MODE = 0o600;
const STATX_RESERVED = 0x80000000;
const ACCESS_FLAGS = EaccessFlags.AT_EACCESS | EaccessFlags.AT_SYMLINK_NOFOLLOW | EaccessFlags.AT_EMPTY_PATH;

/** `stat(2)` and `lstat(2)`. Errors: those of the look-up, then `EFAULT`. */
export function stat(vfs: Vfs, follow: 'follow' | 'nofollow'): Handler<SyscallContext, ['path', StatOutput]> {
  const encoder = new StatEncoder();
  const options = { follow: follow === 'follow' };
  return (context, path, out) => putStat(statPath(vfs, context, path, options), encoder, out);
}

/** `fstat(2)`. Errors, in the order Linux checks them: `EBADF`, `EFAULT`. */
export function fstat(vfs: Vfs): Handler<SyscallContext, ['fd', StatOutput]> {
  const encoder = new StatEncoder();
  return (context, _fd, out) => putStat(statDescriptor(vfs, context, 0), encoder, out);
}

/**
 * `newfstatat(2)`. Errors, in the order Linux checks them: `EINVAL` for unknown flags; those of the look-up; `EFAULT`.
 *
 * Source: linux/fs/stat.c, `vfs_statx`.
 */
export function newfstatat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', StatOutput, NamedScalar]> {
  const encoder = new StatEncoder();
  return (context, dirfd, path, out, flags) => {
    if ((flags & ~(STAT_FLAGS | SYNC_FLAGS)) !== 0) return -Errno.EINVAL;
    return putStat(statAt(vfs, context, dirfd, path, flags), encoder, out);
  };
}

/**
 * `statx(2)`. Errors, in the order Linux checks them: `EINVAL` for a reserved mask or unknown flags; those of the look-up;
 * `EFAULT`.
 */
export function statx(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', NamedScalar, NamedScalar, StatOutput]> {
  const encoder = new StatEncoder();
  return (context, dirfd, path, flags, mask, out) => {
    if ((mask & STATX_RESERVED) !== 0 || (flags & SYNC_FLAGS) === SYNC_FLAGS) return -Errno.EINVAL;
    if ((flags & ~(STAT_FLAGS | SYNC_FLAGS)) !== 0) return -Errno.EINVAL;
    const found = statAt(vfs, context, dirfd, path, flags);
    if (isError(found)) return found;
    return out.write(encoder.extended(found)) ? 0 : -Errno.EFAULT;
  };
}

/** `access(2)`. Errors as {@link faccessat2}. */
export function access(vfs: Vfs): Handler<SyscallContext, ['path', NamedScalar]> {
  return (context, path, mode) => accessPath(vfs, context, path, { follow: true }, mode, 'real');
}

/** `faccessat(2)`, which has no flags. Errors as {@link faccessat2}. */
export function faccessat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', NamedScalar]> {
  return (context, dirfd, path, mode) => accessPath(vfs, context, path, { base: { dirfd, index: 0 }, follow: true }, mode, 'real');
}

/**
 * `faccessat2(2)`: whether a path may be used, by the real ids unless told otherwise.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown bits of mode or flags; those of the look-up; `EROFS`;
 * `EACCES`.
 *
 * Source: linux/fs/open.c, `do_faccessat`.
 */
export function faccessat2(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', NamedScalar, NamedScalar]> {
  return (context, dirfd, path, mode, flags) => {
    if ((flags & ~ACCESS_FLAGS) !== 0) return -Errno.EINVAL;
    const options = atOptions({ dirfd, index: 0 }, flags);
    return accessPath(vfs, context, path, options, mode, (flags & EaccessFlags.AT_EACCESS) === 0 ? 'real' : 'effective');
  };
}

function accessPath(
  vfs: Vfs,
  context: SyscallContext,
  path: PathArgument,
  options: PathOptions,
  mode: number,
  ids: 'real' | 'effective',
): number {
  if ((mode & ~7) !== 0) return -Errno.EINVAL;
  const { process } = context;
  const credentials = ids === 'real' ? process.credentials.real : process.credentials;
  const location = lookupArgument(vfs, context, path, options, { files: process.files, credentials, pid: process.pid });
  if (isError(location)) return location;
  const { inode, mount } = location;
  const writes = (mode & WRITE) !== 0;
  if (writes && mount.readOnly && (inode.type === 'file' || inode.type === 'directory')) return -Errno.EROFS;
  return checkAccess(inode, mode & (READ | WRITE | EXECUTE), credentials);
}

function statAt(vfs: Vfs, context: SyscallContext, dirfd: number, path: PathArgument, flags: number): Stat | number {
  const emptyPath = (flags & AtFlags.AT_EMPTY_PATH) !== 0;
  // Since Linux 6.11 a NULL path is an empty one.
  const isEmpty = emptyPath && (path.isNull || path.read() === '');
  if (isEmpty && dirfd >= 0) return statDescriptor(vfs, context, 0);
  return statPath(vfs, context, path, atOptions({ dirfd, index: 0 }, flags));
}

function statPath(vfs: Vfs, context: SyscallContext, path: PathArgument, options: PathOptions): Stat | number {
  const location = lookupArgument(vfs, context, path, { ...options, want: 'status' });
  return isError(location) ? location : location.stat();
}

/** Attributes of what is behind a descriptor; of what the kernel does not know, those that the host's descriptor has. */
function statDescriptor(vfs: Vfs, context: SyscallContext, index: number): Stat | number {
  const description = openDescription(context, index);
  if (isError(description)) return description;
  const found = description?.inode?.stat() ?? -Errno.ESTALE;
  if (found !== -Errno.ESTALE || description?.kind === FdKind.path) return found;
  const stat = statHostDescriptor(vfs, context, index);
  // Behind what is mediated is a host object for readiness only; Linux has an inode without a type.
  return isError(stat) || description?.kind !== FdKind.mediated ? stat : { ...stat, mode: ANONYMOUS_MODE };
}

function putStat(found: Stat | number, encoder: StatEncoder, out: OutputArgument): number {
  if (isError(found)) return found;
  return out.write(encoder.plain(found)) ? 0 : -Errno.EFAULT;
}
