import { RenameFlags } from '@occlum/abi';
import type { Handler, NamedScalar, PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { Directory, directoryOf } from './inode.js';
import type { Inode, RenameMode } from './inode.js';
import { InotifyEvent } from './inotify/inotify-registry.js';
import type { Location } from './location.js';
import { CWD, walkArgument } from './path-argument.js';
import type { PathBase } from './path-argument.js';
import type { ParentLookup, PathWalk } from './path-walk.js';
import { EXECUTE, WRITE, checkAccess, checkDelete } from './permissions.js';
import type { FileCredentials } from './permissions.js';
import { after, isError } from './result.js';
import type { Vfs } from './vfs.js';

/** One side of a rename. */
interface Side {
  readonly walk: PathWalk;
  readonly parent: ParentLookup;
  readonly directory: Directory;
}

/** `rename(2)`. Errors as {@link renameat2}. */
export function rename(vfs: Vfs): Handler<SyscallContext, ['path', 'path']> {
  return (context, from, to) => move(vfs, context, sides(vfs, context, from, CWD, to, CWD), 'replace');
}

/** `renameat(2)`. Errors as {@link renameat2}. */
export function renameat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'fd', 'path']> {
  return (context, fromFd, from, toFd, to) =>
    move(vfs, context, sides(vfs, context, from, { dirfd: fromFd, index: 0 }, to, { dirfd: toFd, index: 2 }), 'replace');
}

/**
 * `renameat2(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown flags or both at once; those of the look-ups of both
 * directories; `EXDEV`; `EBUSY` (`EEXIST` with `RENAME_NOREPLACE`) for a last component that is no name; `EROFS`; `ENOENT`;
 * `EEXIST` with `RENAME_NOREPLACE`; `ENOTDIR` for a slash after what is no directory; `EINVAL` for a directory moved into
 * itself; `ENOTEMPTY`; `EACCES`, `EPERM` (sticky), `EISDIR` or `ENOTDIR` where the two do not go together; `EBUSY` for a
 * mount point; `ENOTEMPTY`.
 *
 * Source: linux/fs/namei.c, `do_renameat2` and `vfs_rename`.
 */
export function renameat2(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', 'fd', 'path', NamedScalar]> {
  return (context, fromFd, from, toFd, to, flags) => {
    const exchanges = (flags & RenameFlags.RENAME_EXCHANGE) !== 0;
    if ((flags & ~(RenameFlags.RENAME_NOREPLACE | RenameFlags.RENAME_EXCHANGE)) !== 0) return -Errno.EINVAL;
    if (exchanges && flags !== RenameFlags.RENAME_EXCHANGE) return -Errno.EINVAL;
    const mode = exchanges ? 'exchange' : flags === 0 ? 'replace' : 'noreplace';
    return move(vfs, context, sides(vfs, context, from, { dirfd: fromFd, index: 0 }, to, { dirfd: toFd, index: 2 }), mode);
  };
}

function sides(
  vfs: Vfs,
  context: SyscallContext,
  from: PathArgument,
  fromBase: PathBase,
  to: PathArgument,
  toBase: PathBase,
): { from: Side; to: Side } | number {
  const source = side(vfs, context, from, fromBase);
  if (isError(source)) return source;
  const target = side(vfs, context, to, toBase);
  return isError(target) ? target : { from: source, to: target };
}

function side(vfs: Vfs, context: SyscallContext, path: PathArgument, base: PathBase): Side | number {
  const start = walkArgument(vfs, context, path, { base, follow: false });
  if (isError(start)) return start;
  const parent = start.walk.parent(start.path);
  return isError(parent) ? parent : { walk: start.walk, parent, directory: directoryOf(parent.directory.inode) };
}

function move(vfs: Vfs, context: SyscallContext, both: { from: Side; to: Side } | number, mode: RenameMode): number | Promise<number> {
  if (isError(both)) return both;
  const { from, to } = both;
  if (from.parent.directory.mount !== to.parent.directory.mount) return -Errno.EXDEV;
  if (from.parent.last !== 'name') return -Errno.EBUSY;
  if (to.parent.last !== 'name') return mode === 'noreplace' ? -Errno.EEXIST : -Errno.EBUSY;
  if (from.parent.directory.mount.readOnly) return -Errno.EROFS;
  const source = from.walk.last(from.parent);
  if (isError(source)) return source;
  const found = to.walk.last(to.parent);
  if (isError(found) && found !== -Errno.ENOENT) return found;
  const target = isError(found) ? undefined : found;

  const refused = checkNames(from, source, to, target, mode) || checkMove(vfs, from, source, to, target, mode, context.process.credentials);
  if (refused !== 0) return refused;
  if (source.inode === target?.inode) return 0;
  const moved = from.directory.rename(from.parent.name, to.directory, to.parent.name, mode);
  return after(moved, (result) => {
    if (result === 0) report(vfs, from, source.inode, to, target?.inode, mode);
    return result;
  });
}

/** What depends on names and places only. */
function checkNames(from: Side, source: Location, to: Side, target: Location | undefined, mode: RenameMode): number {
  if (mode === 'noreplace' && target !== undefined) return -Errno.EEXIST;
  if (mode === 'exchange' && target === undefined) return -Errno.ENOENT;
  const isDirectory = source.inode.type === 'directory';
  if (mode === 'exchange') {
    if (to.parent.slash && target?.inode.type !== 'directory') return -Errno.ENOTDIR;
    if (from.parent.slash && !isDirectory) return -Errno.ENOTDIR;
  } else if (!isDirectory && (from.parent.slash || to.parent.slash)) return -Errno.ENOTDIR;
  if (isAbove(source.inode, to.directory)) return -Errno.EINVAL;
  if (target !== undefined && isAbove(target.inode, from.directory)) return mode === 'exchange' ? -Errno.EINVAL : -Errno.ENOTEMPTY;
  return 0;
}

/** What depends on who asks. */
function checkMove(
  vfs: Vfs,
  from: Side,
  source: Location,
  to: Side,
  target: Location | undefined,
  mode: RenameMode,
  credentials: FileCredentials,
): number {
  const denied = checkDelete(from.directory, source.inode, credentials);
  if (denied !== 0) return denied;
  const isDirectory = source.inode.type === 'directory';
  if (target === undefined) {
    if (to.directory.deleted) return -Errno.ENOENT;
    const refused = checkAccess(to.directory, WRITE | EXECUTE, credentials);
    if (refused !== 0) return refused;
  } else {
    const refused = checkDelete(to.directory, target.inode, credentials);
    if (refused !== 0) return refused;
    const isOther = (target.inode.type === 'directory') !== isDirectory;
    if (isOther && mode !== 'exchange') return isDirectory ? -Errno.ENOTDIR : -Errno.EISDIR;
  }
  if (from.directory !== to.directory) {
    // The entry `..` changes.
    const own = isDirectory ? checkAccess(source.inode, WRITE, credentials) : 0;
    const other = mode === 'exchange' && target?.inode.type === 'directory' ? checkAccess(target.inode, WRITE, credentials) : 0;
    if (own !== 0 || other !== 0) return -Errno.EACCES;
  }
  return isMounted(vfs, source, from) || (target !== undefined && isMounted(vfs, target, to)) ? -Errno.EBUSY : 0;
}

/** Whether a name leads to the root of another mount. */
function isMounted(vfs: Vfs, location: Location, { parent }: Side): boolean {
  return location.mount !== parent.directory.mount || (location.inode instanceof Directory && vfs.mounts.isPoint(location.inode));
}

/** Whether an inode is a directory or one above it. */
function isAbove(inode: Inode, directory: Directory): boolean {
  if (inode.type !== 'directory') return false;
  for (let at: Directory | undefined = directory; at !== undefined; at = at.parent) if (at === inode) return true;
  return false;
}

function report(vfs: Vfs, from: Side, source: Inode, to: Side, target: Inode | undefined, mode: RenameMode): void {
  const { inotify } = vfs;
  const cookie = inotify.nextCookie();
  inotify.entry(from.directory, InotifyEvent.movedFrom, from.parent.name, source, cookie);
  inotify.entry(to.directory, InotifyEvent.movedTo, to.parent.name, source, cookie);
  inotify.self(source, InotifyEvent.moveSelf);
  inotify.moved(source, from.directory, from.parent.name, to.directory, to.parent.name);
  if (target === undefined) return;
  if (mode === 'exchange') {
    const back = inotify.nextCookie();
    inotify.entry(to.directory, InotifyEvent.movedFrom, to.parent.name, target, back);
    inotify.entry(from.directory, InotifyEvent.movedTo, from.parent.name, target, back);
    inotify.self(target, InotifyEvent.moveSelf);
    inotify.moved(target, to.directory, to.parent.name, from.directory, from.parent.name);
    return;
  }
  inotify.self(target, InotifyEvent.attributes);
  inotify.unlinked(target, to.directory, to.parent.name);
  inotify.gone(target);
}
