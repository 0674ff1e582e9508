import { AtFlags, Capability, FileMode } from '@occlum/abi';
import type { Handler, NamedScalar, PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { directoryOf } from './inode.js';
import type { Directory, Inode, Later } from './inode.js';
import { InotifyEvent } from './inotify/inotify-registry.js';
import type { Location } from './location.js';
import { newInode } from './new-inode.js';
import { CWD, atOptions, lookupArgument, walkArgument } from './path-argument.js';
import type { PathBase, WalkArgument } from './path-argument.js';
import { EXECUTE, READ, WRITE, checkAccess, isOwnerOrCapable } from './permissions.js';
import { after, isError } from './result.js';
import { typeOfMode } from './stat.js';
import type { PathCaller } from './path-caller.js';
import type { Vfs } from './vfs.js';

/** A name that does not exist yet. */
export interface NewName {
  readonly location: Location;
  readonly directory: Directory;
  readonly name: string;
}

/** `mkdir(2)`. Errors as {@link newName}. */
export function mkdir(vfs: Vfs): Handler<SyscallContext, ['path', 'mode']> {
  return (context, path, mode) => makeDirectory(vfs, context, path, CWD, mode);
}

/** `mkdirat(2)`. Errors as {@link newName}. */
export function mkdirat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'mode']> {
  return (context, dirfd, path, mode) => makeDirectory(vfs, context, path, { dirfd, index: 0 }, mode);
}

/** `symlink(2)`. Errors as {@link symlinkat}. */
export function symlink(vfs: Vfs): Handler<SyscallContext, ['path', 'path']> {
  return (context, target, path) => makeSymlink(vfs, context, target, path, CWD);
}

/** `symlinkat(2)`. Errors, in the order Linux checks them: those of the target argument, `ENOENT` an empty one; then as {@link newName}. */
export function symlinkat(vfs: Vfs): Handler<SyscallContext, ['path', 'fd', 'path']> {
  return (context, target, dirfd, path) => makeSymlink(vfs, context, target, path, { dirfd, index: 1 });
}

/** `mknod(2)`. Errors as {@link mknodat}. */
export function mknod(vfs: Vfs): Handler<SyscallContext, ['path', 'mode', 'uint']> {
  return (context, path, mode) => makeNode(vfs, context, path, CWD, mode);
}

/**
 * `mknodat(2)`.
 *
 * Errors, in the order Linux checks them: `EPERM` for a directory, `EINVAL` for no type there is; then as {@link newName};
 * `EPERM` for a device: the host's devices are not the guest's.
 */
export function mknodat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'mode', 'uint']> {
  return (context, dirfd, path, mode) => makeNode(vfs, context, path, { dirfd, index: 0 }, mode);
}

/** `link(2)`. Errors as {@link linkat}. */
export function link(vfs: Vfs): Handler<SyscallContext, ['path', 'path']> {
  return (context, from, to) => makeLink(vfs, context, lookupArgument(vfs, context, from, { follow: false }), to, CWD);
}

/**
 * `linkat(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown flags; `ENOENT` for `AT_EMPTY_PATH` without
 * `CAP_DAC_READ_SEARCH`; those of the look-up; then as {@link newName}; `EXDEV`; `EPERM` for a file of somebody else that
 * is not safe, or a directory; `ENOENT` for one that has lost its last name.
 *
 * Source: linux/fs/namei.c, `do_linkat`, `may_linkat` and `vfs_link`.
 */
export function linkat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'fd', 'path', NamedScalar]> {
  return (context, fromFd, from, toFd, to, flags) => {
    if ((flags & ~(AtFlags.AT_SYMLINK_FOLLOW | AtFlags.AT_EMPTY_PATH)) !== 0) return -Errno.EINVAL;
    const isEmpty = (flags & AtFlags.AT_EMPTY_PATH) !== 0;
    if (isEmpty && !context.process.credentials.hasCapability(Capability.CAP_DAC_READ_SEARCH)) return -Errno.ENOENT;
    const options = { ...atOptions({ dirfd: fromFd, index: 0 }, flags), follow: (flags & AtFlags.AT_SYMLINK_FOLLOW) !== 0 };
    return makeLink(vfs, context, lookupArgument(vfs, context, from, options), to, { dirfd: toFd, index: 2 });
  };
}

/**
 * Finds the place for a new name.
 *
 * Errors, in the order Linux checks them: those of the look-up; `EEXIST`; `ENOENT` for a slash after what is to be no
 * directory; `EROFS`; `ENOENT` in a directory that was removed; `EACCES`.
 *
 * Source: linux/fs/namei.c, `filename_create` and `may_create`.
 */
export function newName(vfs: Vfs, context: SyscallContext, path: PathArgument, base: PathBase, kind: 'directory' | 'other'): NewName | number {
  const start = walkArgument(vfs, context, path, { base, follow: false });
  return isError(start) ? start : newNameAlong(start, context.process, kind);
}

/** {@link newName} of a look-up that is begun. */
export function newNameAlong(start: WalkArgument, { credentials }: PathCaller, kind: 'directory' | 'other'): NewName | number {
  const parent = start.walk.parent(start.path);
  if (isError(parent)) return parent;
  if (parent.last !== 'name') return -Errno.EEXIST;
  const existing = start.walk.last(parent);
  if (!isError(existing)) return -Errno.EEXIST;
  if (existing !== -Errno.ENOENT || (parent.slash && kind === 'other')) return existing;
  const { directory, name } = parent;
  if (directory.mount.fileSystem.hasAllNames === true) return -Errno.ENOENT;
  if (directory.mount.readOnly) return -Errno.EROFS;
  const inode = directoryOf(directory.inode);
  if (inode.deleted) return -Errno.ENOENT;
  const denied = checkAccess(inode, WRITE | EXECUTE, credentials);
  return denied === 0 ? { location: directory, directory: inode, name } : denied;
}

function makeDirectory(vfs: Vfs, context: SyscallContext, path: PathArgument, base: PathBase, mode: number): number | Promise<number> {
  const place = newName(vfs, context, path, base, 'directory');
  if (isError(place)) return place;
  const { process } = context;
  const bits = mode & 0o1777 & ~process.files.umask;
  return made(vfs, place, place.directory.makeDirectory(place.name, newInode(process, place.directory, bits, 'directory')));
}

function makeSymlink(vfs: Vfs, context: SyscallContext, target: PathArgument, path: PathArgument, base: PathBase): number | Promise<number> {
  const text = target.read();
  if (typeof text === 'number') return text;
  if (text === '') return -Errno.ENOENT;
  const place = newName(vfs, context, path, base, 'other');
  if (isError(place)) return place;
  return made(vfs, place, place.directory.makeSymlink(place.name, text, newInode(context.process, place.directory, 0o777)));
}

function makeNode(vfs: Vfs, context: SyscallContext, path: PathArgument, base: PathBase, mode: number): number | Promise<number> {
  const type = (mode & FileMode.S_IFMT) === 0 ? 'file' : typeOfMode(mode);
  if (type === 'directory') return -Errno.EPERM;
  if (type === undefined || type === 'symlink') return -Errno.EINVAL;
  const place = newName(vfs, context, path, base, 'other');
  if (isError(place)) return place;
  if (type === 'char' || type === 'block') return -Errno.EPERM;
  const { process } = context;
  const bits = mode & 0o7777 & ~process.files.umask;
  return made(vfs, place, place.directory.create(place.name, type, newInode(process, place.directory, bits)));
}

function makeLink(vfs: Vfs, context: SyscallContext, from: Location | number, to: PathArgument, base: PathBase): number | Promise<number> {
  if (isError(from)) return from;
  const place = newName(vfs, context, to, base, 'other');
  if (isError(place)) return place;
  if (from.mount !== place.location.mount) return -Errno.EXDEV;
  const { inode } = from;
  if (!isSafeToLink(inode, context)) return -Errno.EPERM;
  if (inode.type === 'directory') return -Errno.EPERM;
  const attributes = inode.stat();
  if (isError(attributes)) return attributes;
  if (attributes.nlink === 0 && !inode.mayBeNamed) return -Errno.ENOENT;
  return after(place.directory.link(place.name, inode), (result) => {
    if (result < 0) return result;
    // Who watches its directory hears of the new name only. Source: linux/include/linux/fsnotify.h, `fsnotify_link_count`.
    vfs.inotify.self(inode, InotifyEvent.attributes);
    vfs.inotify.entry(place.directory, InotifyEvent.create, place.name, inode);
    return 0;
  });
}

/** What fs.protected_hardlinks=1 allows. Source: linux/fs/namei.c, `safe_hardlink_source`. */
function isSafeToLink(inode: Inode, { process: { credentials } }: SyscallContext): boolean {
  if (isOwnerOrCapable(inode, credentials)) return true;
  const setGid = FileMode.S_ISGID | FileMode.S_IXGRP;
  const isPlain = inode.type === 'file' && (inode.mode & FileMode.S_ISUID) === 0 && (inode.mode & setGid) !== setGid;
  return isPlain && checkAccess(inode, READ | WRITE, credentials) === 0;
}

function made(vfs: Vfs, { directory, name }: NewName, result: Later<Inode>): number | Promise<number> {
  return after(result, (inode) => {
    if (isError(inode)) return inode;
    vfs.inotify.entry(directory, InotifyEvent.create, name, inode);
    return 0;
  });
}

