import { AtFlags, Capability, FileMode } from '@occlum/abi';
import type { Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { usableDescription } from './descriptor-target.js';
import type { AttributeChange, Inode } from './inode.js';
import { InotifyEvent } from './inotify/inotify-registry.js';
import type { Location } from './location.js';
import { atOptions, lookupArgument } from './path-argument.js';
import { inGroup, isOwnerOrCapable } from './permissions.js';
import { after, isError } from './result.js';
import type { Vfs } from './vfs.js';

/** An id argument that leaves the id as it is. */
const KEEP = 0xffffffff;
const AT_KNOWN = AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_EMPTY_PATH;
const SET_ID = FileMode.S_ISUID | FileMode.S_ISGID;

/** `chmod(2)`. Errors as {@link fchmodat2}. */
export function chmod(vfs: Vfs): Handler<SyscallContext, ['path', 'mode']> {
  return (context, path, mode) => changeMode(vfs, context, lookupArgument(vfs, context, path, { follow: true }), mode);
}

/**
 * `fchmod(2)`. Errors, in the order Linux checks them: `EBADF`; then as {@link fchmodat2}.
 *
 * What is in no file system of the enclave is `EPERM`: it may be a file of the host that the program was started with, and
 * the guest's word that it is not is worth nothing.
 */
export function fchmod(vfs: Vfs): Handler<SyscallContext, ['fd', 'mode']> {
  return (context, _fd, mode) => {
    const location = locationOf(context);
    return location === undefined ? -Errno.EPERM : changeMode(vfs, context, location, mode);
  };
}

/** `fchmodat(2)`, which has no flags. Errors as {@link fchmodat2}. */
export function fchmodat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'mode']> {
  return (context, dirfd, path, mode) => changeMode(vfs, context, lookupArgument(vfs, context, path, atOptions({ dirfd, index: 0 }, 0)), mode);
}

/**
 * `fchmodat2(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown flags; those of the look-up; `EROFS`; `EPERM` for who does
 * not own it; `EOPNOTSUPP` for a symbolic link.
 *
 * Source: linux/fs/open.c, `chmod_common`; linux/fs/attr.c, `setattr_prepare`.
 */
export function fchmodat2(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'mode', NamedScalar]> {
  return (context, dirfd, path, mode, flags) => {
    if ((flags & ~AT_KNOWN) !== 0) return -Errno.EINVAL;
    return changeMode(vfs, context, lookupArgument(vfs, context, path, atOptions({ dirfd, index: 0 }, flags)), mode);
  };
}

/** `chown(2)` and `lchown(2)`. Errors as {@link fchownat}. */
export function chown(vfs: Vfs, follow: 'follow' | 'nofollow'): Handler<SyscallContext, ['path', 'uint', 'uint']> {
  const options = { follow: follow === 'follow' };
  return (context, path, uid, gid) => changeOwner(vfs, context, lookupArgument(vfs, context, path, options), uid, gid);
}

/** `fchown(2)`. Errors, in the order Linux checks them: `EBADF`; then as {@link fchownat}. */
export function fchown(vfs: Vfs): Handler<SyscallContext, ['fd', 'uint', 'uint']> {
  return (context, _fd, uid, gid) => {
    const location = locationOf(context);
    if (location !== undefined) return changeOwner(vfs, context, location, uid, gid);
    const { fsuid, fsgid } = context.process.credentials;
    // What has no name belongs to who asks; it stays so.
    return (uid === KEEP || uid === fsuid) && (gid === KEEP || gid === fsgid) ? 0 : -Errno.EPERM;
  };
}

/**
 * `fchownat(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown flags; those of the look-up; `EROFS`; `EPERM` for another
 * owner without `CAP_CHOWN`, or a group that the owner is not in.
 *
 * Source: linux/fs/open.c, `chown_common`; linux/fs/attr.c, `chown_ok` and `chgrp_ok`.
 */
export function fchownat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'uint', 'uint', NamedScalar]> {
  return (context, dirfd, path, uid, gid, flags) => {
    if ((flags & ~AT_KNOWN) !== 0) return -Errno.EINVAL;
    return changeOwner(vfs, context, lookupArgument(vfs, context, path, atOptions({ dirfd, index: 0 }, flags)), uid, gid);
  };
}

/** Changes attributes where a location was found, and reports it. */
export function changeAttributes(vfs: Vfs, location: Location, change: AttributeChange): number | Promise<number> {
  return after(location.inode.change(change), (result) => {
    if (result < 0) return result;
    const event = eventOf(change);
    if (event !== 0) vfs.inotify.changed(location, event);
    return 0;
  });
}

/** What a change is reported as. Source: linux/include/linux/fsnotify.h, `fsnotify_change`. */
function eventOf({ mode, uid, gid, size, atime, mtime }: AttributeChange): number {
  const isAttribute = mode !== undefined || uid !== undefined || gid !== undefined || (atime !== undefined && mtime !== undefined);
  const isModified = size !== undefined || (mtime !== undefined && atime === undefined);
  const isAccessed = atime !== undefined && mtime === undefined;
  return (isAttribute ? InotifyEvent.attributes : 0) | (isModified ? InotifyEvent.modify : 0) | (isAccessed ? InotifyEvent.access : 0);
}

function changeMode(vfs: Vfs, context: SyscallContext, location: Location | number, mode: number): number | Promise<number> {
  if (isError(location)) return location;
  const { inode, mount } = location;
  const { credentials } = context.process;
  if (mount.readOnly) return -Errno.EROFS;
  if (inode.type === 'symlink') return -Errno.EOPNOTSUPP;
  if (!isOwnerOrCapable(inode, credentials)) return -Errno.EPERM;
  const keepsGroup = inGroup(inode.gid, credentials) || credentials.hasCapability(Capability.CAP_FSETID);
  return changeAttributes(vfs, location, { mode: mode & (keepsGroup ? 0o7777 : 0o7777 & ~FileMode.S_ISGID) });
}

function changeOwner(vfs: Vfs, context: SyscallContext, location: Location | number, uid: number, gid: number): number | Promise<number> {
  if (isError(location)) return location;
  const { inode, mount } = location;
  const { credentials } = context.process;
  if (mount.readOnly) return -Errno.EROFS;
  const isOwner = inode.uid === credentials.fsuid;
  const isCapable = credentials.hasCapability(Capability.CAP_CHOWN);
  if (uid !== KEEP && !(isOwner && uid === inode.uid) && !isCapable) return -Errno.EPERM;
  if (gid !== KEEP && !(isOwner && (gid === inode.gid || inGroup(gid, credentials))) && !isCapable) return -Errno.EPERM;
  return changeAttributes(vfs, location, {
    ...(uid === KEEP ? {} : { uid }),
    ...(gid === KEEP ? {} : { gid }),
    ...setIdsDropped(inode),
  });
}

/** A new owner takes the set-id bits off; that of the group only where it means execution. */
function setIdsDropped(inode: Inode): AttributeChange {
  if (inode.type === 'directory' || (inode.mode & SET_ID) === 0) return {};
  const group = (inode.mode & FileMode.S_IXGRP) === 0 ? 0 : FileMode.S_ISGID;
  return { mode: inode.mode & 0o7777 & ~(FileMode.S_ISUID | group) };
}

/** Where the file of the first argument is; `undefined` for what is in no file system. */
function locationOf(context: SyscallContext): Location | undefined | number {
  const description = usableDescription(context, 0);
  return isError(description) ? description : description?.location;
}
