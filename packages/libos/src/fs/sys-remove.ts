import { AtFlags } from '@occlum/abi';
import type { Handler, NamedScalar, PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { Directory, directoryOf } from './inode.js';
import { InotifyEvent } from './inotify/inotify-registry.js';
import { CWD, walkArgument } from './path-argument.js';
import type { PathBase } from './path-argument.js';
import { checkDelete } from './permissions.js';
import { after, isError } from './result.js';
import type { Vfs } from './vfs.js';

/** `unlink(2)`. Errors as {@link unlinkat}. */
export function unlink(vfs: Vfs): Handler<SyscallContext, ['path']> {
  return (context, path) => removeName(vfs, context, path, CWD);
}

/** `rmdir(2)`. Errors as {@link unlinkat} with `AT_REMOVEDIR`. */
export function rmdir(vfs: Vfs): Handler<SyscallContext, ['path']> {
  return (context, path) => removeDirectory(vfs, context, path, CWD);
}

/**
 * `unlinkat(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown flags; those of the look-up of the directory; `EISDIR` for
 * a last component that is no name (of a directory: `ENOTEMPTY` for `..`, `EINVAL` for `.`, `EBUSY` for `/`); `EROFS`;
 * `ENOENT`; `EACCES`, `EPERM` (sticky); `EISDIR` or `ENOTDIR`; `EBUSY` for a mount point; `ENOTEMPTY`.
 *
 * Source: linux/fs/namei.c, `do_unlinkat`, `do_rmdir` and `may_delete`.
 */
export function unlinkat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', NamedScalar]> {
  return (context, dirfd, path, flags) => {
    if ((flags & ~AtFlags.AT_REMOVEDIR) !== 0) return -Errno.EINVAL;
    const base = { dirfd, index: 0 };
    return flags === 0 ? removeName(vfs, context, path, base) : removeDirectory(vfs, context, path, base);
  };
}

function removeName(vfs: Vfs, context: SyscallContext, path: PathArgument, base: PathBase): number | Promise<number> {
  const start = walkArgument(vfs, context, path, { base, follow: false });
  if (isError(start)) return start;
  const parent = start.walk.parent(start.path);
  if (isError(parent)) return parent;
  if (parent.last !== 'name') return -Errno.EISDIR;
  if (parent.directory.mount.readOnly) return -Errno.EROFS;
  const location = start.walk.last(parent);
  if (isError(location)) return location;
  const { inode } = location;
  if (parent.slash) return inode.type === 'directory' ? -Errno.EISDIR : -Errno.ENOTDIR;
  const directory = directoryOf(parent.directory.inode);
  const { mount } = parent.directory;
  const denied = checkDelete(directory, vfs.mounts.uncovered(location, mount), context.process.credentials);
  if (denied !== 0) return denied;
  if (inode.type === 'directory') return -Errno.EISDIR;
  if (location.mount !== mount) return -Errno.EBUSY;
  return after(directory.unlink(parent.name, inode), (result) => {
    if (result < 0) return result;
    vfs.inotify.self(inode, InotifyEvent.attributes);
    vfs.inotify.unlinked(inode, directory, parent.name);
    vfs.inotify.gone(inode);
    vfs.inotify.entry(directory, InotifyEvent.remove, parent.name, inode);
    return 0;
  });
}

function removeDirectory(vfs: Vfs, context: SyscallContext, path: PathArgument, base: PathBase): number | Promise<number> {
  const start = walkArgument(vfs, context, path, { base, follow: false });
  if (isError(start)) return start;
  const parent = start.walk.parent(start.path);
  if (isError(parent)) return parent;
  if (parent.last === 'dotdot') return -Errno.ENOTEMPTY;
  if (parent.last === 'dot') return -Errno.EINVAL;
  if (parent.last === 'root') return -Errno.EBUSY;
  if (parent.directory.mount.readOnly) return -Errno.EROFS;
  const location = start.walk.last(parent);
  if (isError(location)) return location;
  const directory = directoryOf(parent.directory.inode);
  const { inode, mount } = location;
  if (mount !== parent.directory.mount) return -Errno.EBUSY;
  const denied = checkDelete(directory, inode, context.process.credentials);
  if (denied !== 0) return denied;
  if (!(inode instanceof Directory)) return -Errno.ENOTDIR;
  return after(directory.removeDirectory(parent.name, inode), (result) => {
    if (result < 0) return result;
    vfs.inotify.gone(inode);
    vfs.inotify.entry(directory, InotifyEvent.remove, parent.name, inode);
    return 0;
  });
}
