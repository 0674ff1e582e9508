import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { FileDescription } from './file-description.js';
import { directoryOf } from './inode.js';
import type { Later, Opened } from './inode.js';
import { InotifyEvent } from './inotify/inotify-registry.js';
import { Location } from './location.js';
import { newInode } from './new-inode.js';
import type { ParentLookup, PathWalk } from './path-walk.js';
import { EXECUTE, READ, WRITE, checkAccess, isOwnerOrCapable } from './permissions.js';
import { after, isError } from './result.js';
import type { Vfs } from './vfs.js';

/** What an open asks for. */
export interface OpenHow {
  /** `O_*`, checked. */
  readonly flags: number;
  /** Permission bits of a file that is made. */
  readonly mode: number;
}

/** A file that was found or made, before it is opened. */
interface Target {
  readonly location: Location;
  /** It was made by this call: its mode does not hold for this open. */
  readonly made: boolean;
}

const HOW_ONLY = OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOCTTY | OpenFlags.O_TRUNC | OpenFlags.O_CLOEXEC;
const O_TMPFILE_BIT = OpenFlags.O_TMPFILE & ~OpenFlags.O_DIRECTORY;

/**
 * `open(2)` as far as it does not depend on which of its forms was called.
 *
 * Errors, in the order Linux checks them: those of the look-up; `EEXIST` for `O_EXCL`; `EISDIR` for a directory that is to
 * be made or written; `ELOOP` for a symbolic link with `O_NOFOLLOW`; `ENOTDIR` for `O_DIRECTORY`; `EROFS`, `EACCES`;
 * `EPERM` for `O_NOATIME`; then what the file itself says.
 *
 * Source: linux/fs/namei.c, `path_openat`.
 */
export function openFile(vfs: Vfs, context: SyscallContext, walk: PathWalk, path: string, how: OpenHow): number | Promise<number> {
  if ((how.flags & O_TMPFILE_BIT) !== 0) return openUnnamed(vfs, context, walk, path, how);
  const target = (how.flags & OpenFlags.O_CREAT) === 0 ? findTarget(walk, path) : makeTarget(vfs, context, walk, path, how);
  return after(target, (found) => (isError(found) ? found : openTarget(vfs, context, found, how)));
}

/** Opens what a location names, with all checks, and makes it the result of the call. */
export function openTarget(vfs: Vfs, context: SyscallContext, target: Target, how: OpenHow): number | Promise<number> {
  const { location } = target;
  const { flags } = how;
  const { inode } = location;
  if ((flags & OpenFlags.O_DIRECTORY) !== 0 && inode.type !== 'directory') return -Errno.ENOTDIR;
  if ((flags & OpenFlags.O_PATH) !== 0) {
    return installOpened(vfs, context, location, flags, { hostFd: vfs.placeholder.path(), kind: FdKind.path });
  }
  if (inode.type === 'symlink') return -Errno.ELOOP;
  const denied = target.made ? 0 : checkOpen(context, location, flags);
  if (denied !== 0) return denied;
  if (inode.type === 'directory') {
    return installOpened(vfs, context, location, flags, { hostFd: vfs.placeholder.directory(), kind: FdKind.directory });
  }
  const opened = inode.open({ flags, credentials: context.process.credentials, context });
  return after(opened, (result) => {
    if (isError(result)) return result;
    const installed = installOpened(vfs, context, location, flags, result);
    if ((flags & OpenFlags.O_TRUNC) !== 0 && !target.made) vfs.inotify.changed(location, InotifyEvent.modify);
    return installed;
  });
}

function findTarget(walk: PathWalk, path: string): Target | number {
  const location = walk.whole(path);
  return isError(location) ? location : { location, made: false };
}

/** Finds the file, or makes it. A symbolic link that leads nowhere is made where it leads, unless `O_EXCL` is there. */
function makeTarget(vfs: Vfs, context: SyscallContext, walk: PathWalk, path: string, how: OpenHow): Later<Target> {
  let parent: ParentLookup | Location | number = walk.parent(path);
  for (;;) {
    if (isError(parent)) return parent;
    if (parent instanceof Location) return existing(parent, how);
    if (parent.last !== 'name') return (how.flags & OpenFlags.O_EXCL) === 0 ? -Errno.EISDIR : -Errno.EEXIST;
    if (parent.slash) return -Errno.EISDIR;
    const location = walk.last(parent);
    if (location === -Errno.ENOENT) return makeFile(vfs, context, parent, how);
    if (isError(location)) return location;
    const follows = location.inode.type === 'symlink' && (how.flags & (OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW)) === 0;
    if (!follows) return existing(location, how);
    parent = walk.followedParent(location, parent.directory);
  }
}

function existing(location: Location, how: OpenHow): Target | number {
  if ((how.flags & OpenFlags.O_EXCL) !== 0) return -Errno.EEXIST;
  if (location.inode.type === 'directory') return -Errno.EISDIR;
  return { location, made: false };
}

function makeFile(vfs: Vfs, context: SyscallContext, { directory, name }: ParentLookup, how: OpenHow): Later<Target> {
  if (directory.mount.fileSystem.hasAllNames === true) return -Errno.ENOENT;
  if (directory.mount.readOnly) return -Errno.EROFS;
  const { process } = context;
  const denied = checkAccess(directory.inode, WRITE | EXECUTE, process.credentials);
  if (denied !== 0) return denied;
  const parent = directoryOf(directory.inode);
  if (parent.deleted) return -Errno.ENOENT;
  const made = parent.create(name, 'file', newInode(process, parent, how.mode & ~process.files.umask));
  return after(made, (inode) => {
    if (isError(inode)) return inode;
    vfs.inotify.entry(parent, InotifyEvent.create, name, inode);
    return { location: new Location(directory.mount, inode, parent, name), made: true };
  });
}

function openUnnamed(vfs: Vfs, context: SyscallContext, walk: PathWalk, path: string, how: OpenHow): number | Promise<number> {
  const location = walk.whole(path);
  if (isError(location)) return location;
  if (location.inode.type !== 'directory') return -Errno.ENOTDIR;
  if (location.mount.readOnly) return -Errno.EROFS;
  const { process } = context;
  const denied = checkAccess(location.inode, WRITE | EXECUTE, process.credentials);
  if (denied !== 0) return denied;
  const directory = directoryOf(location.inode);
  const made = directory.createUnnamed(newInode(process, directory, how.mode & ~process.files.umask));
  return after(made, (inode) => {
    if (isError(inode)) return inode;
    inode.mayBeNamed = (how.flags & OpenFlags.O_EXCL) === 0;
    const target = { location: new Location(location.mount, inode, directory, `#${inode.ino}`), made: true };
    return openTarget(vfs, context, target, { flags: how.flags & ~OpenFlags.O_TMPFILE, mode: how.mode });
  });
}

function checkOpen(context: SyscallContext, { inode, mount }: Location, flags: number): number {
  const access = flags & 3;
  const writes = access !== OpenFlags.O_RDONLY || (flags & OpenFlags.O_TRUNC) !== 0;
  if (inode.type === 'directory' && (writes || (flags & OpenFlags.O_CREAT) !== 0)) return -Errno.EISDIR;
  if (writes && mount.readOnly && inode.type === 'file') return -Errno.EROFS;
  const { credentials } = context.process;
  const denied = checkAccess(inode, (access === OpenFlags.O_WRONLY ? 0 : READ) | (writes ? WRITE : 0), credentials);
  if (denied !== 0) return denied;
  return (flags & OpenFlags.O_NOATIME) !== 0 && !isOwnerOrCapable(inode, credentials) ? -Errno.EPERM : 0;
}

function installOpened(vfs: Vfs, context: SyscallContext, location: Location, flags: number, opened: Opened): number {
  if (opened.hostFd < 0) return opened.hostFd;
  const inode = opened.inode ?? location.inode;
  const description = new FileDescription({ kind: opened.kind, flags: flags & ~HOW_ONLY, location, inode, object: opened.object, hostIno: opened.hostIno, closed: opened.closed });
  if (opened.kind !== FdKind.path) vfs.inotify.opened(location, description, opened.hostFd, flags);
  return context.install(opened.hostFd, description, opened.kind, { cloexec: (flags & OpenFlags.O_CLOEXEC) !== 0 });
}
