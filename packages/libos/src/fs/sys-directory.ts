import { Capability, SeekWhence } from '@occlum/abi';
import type { BufferArgument, Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { bytesOf } from './byte-string.js';
import { usableDescription } from './descriptor-target.js';
import { encodeEntries } from './encode-entries.js';
import type { EntryFormat } from './encode-entries.js';
import type { FileDescription } from './file-description.js';
import { Directory } from './inode.js';
import type { DirectoryEntry } from './inode.js';
import { InotifyEvent } from './inotify/inotify-registry.js';
import { Location, pathOf } from './location.js';
import { lookupArgument, openDescription } from './path-argument.js';
import { EXECUTE, checkAccess } from './permissions.js';
import { isError } from './result.js';
import type { Vfs } from './vfs.js';

type OutBuffer = BufferArgument<'outputBuffer'>;

/**
 * `getdents(2)` and `getdents64(2)`. Offsets number the entries as they were when reading began; a seek to the start
 * reads them anew.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTDIR`; `ENOENT` for a directory that was removed; `EINVAL` for
 * less room than one entry needs; `EFAULT`.
 */
export function getdents(vfs: Vfs, format: EntryFormat): Handler<SyscallContext, ['fd', OutBuffer, 'uint']> {
  return (context, _fd, out) => {
    const reading = readDirectory(context);
    if (isError(reading)) return reading;
    const { description, directory } = reading;
    if (directory.deleted) return -Errno.ENOENT;
    if (description.position === 0 || description.entries === undefined) {
      const entries = listing(directory);
      if (isError(entries)) return entries;
      description.entries = entries;
    }
    const entries = description.entries;
    if (description.location !== undefined) vfs.inotify.changed(description.location, InotifyEvent.access);
    if (description.position >= entries.length) return 0;
    const { bytes, next } = encodeEntries(entries, description.position, out.room, format);
    if (next === description.position) return out.isNull ? -Errno.EFAULT : -Errno.EINVAL;
    if (!out.write(bytes)) return -Errno.EFAULT;
    description.position = next;
    return bytes.length;
  };
}

/**
 * `lseek(2)` of a directory, whose offset is the number of an entry, and of files that are implemented here.
 *
 * Errors: `EBADF`; `EINVAL` for an offset below 0 or an origin that directories do not have.
 */
export function seekDirectory(): Handler<SyscallContext, ['fd', 'offset', NamedScalar]> {
  return (context, _fd, offset, whence) => {
    const description = openDescription(context, 0);
    if (isError(description)) return description;
    // Linux has no offset for a signalfd, and says 0: fs/read_write.c, `noop_llseek`.
    if (description?.kind === FdKind.mediated) return 0;
    if (description?.inode?.type !== 'directory') return -Errno.ESPIPE;
    let position = offset;
    if (whence === SeekWhence.SEEK_CUR) position += description.position;
    else if (whence === SeekWhence.SEEK_END) position += description.entries?.length ?? 0;
    else if (whence !== SeekWhence.SEEK_SET) return -Errno.EINVAL;
    if (position < 0 || !Number.isFinite(position)) return -Errno.EINVAL;
    description.position = position;
    return position;
  };
}

/**
 * `getcwd(2)`.
 *
 * Errors, in the order Linux checks them: `ENOENT` for a directory that was removed; `ERANGE`; `EFAULT`.
 */
export function getcwd(): Handler<SyscallContext, [OutBuffer, 'size']> {
  return (context, out, size) => {
    const { cwd, root } = context.process.files;
    const { text, reachable, deleted } = pathOf(cwd, root);
    if (deleted) return -Errno.ENOENT;
    const bytes = bytesOf(`${reachable ? '' : '(unreachable)'}${text}\0`);
    if (bytes.length > size) return -Errno.ERANGE;
    return out.write(bytes) ? bytes.length : -Errno.EFAULT;
  };
}

/** `chdir(2)`. Errors, in the order Linux checks them: those of the look-up; `ENOTDIR`; `EACCES`. */
export function chdir(vfs: Vfs): Handler<SyscallContext, ['path']> {
  return (context, path) => {
    const location = lookupArgument(vfs, context, path, { follow: true });
    return isError(location) ? location : changeDirectory(context, location);
  };
}

/** `fchdir(2)`. Errors, in the order Linux checks them: `EBADF`; `ENOTDIR`; `EACCES`. */
export function fchdir(): Handler<SyscallContext, ['fd']> {
  return (context) => {
    const description = openDescription(context, 0);
    if (isError(description)) return description;
    return description?.location === undefined ? -Errno.ENOTDIR : changeDirectory(context, description.location);
  };
}

/** `chroot(2)`. Errors, in the order Linux checks them: those of the look-up; `ENOTDIR`; `EACCES`; `EPERM`. */
export function chroot(vfs: Vfs): Handler<SyscallContext, ['path']> {
  return (context, path) => {
    const { process } = context;
    const location = lookupArgument(vfs, context, path, { follow: true });
    if (isError(location)) return location;
    if (location.inode.type !== 'directory') return -Errno.ENOTDIR;
    const denied = checkAccess(location.inode, EXECUTE, process.credentials);
    if (denied !== 0) return denied;
    if (!process.credentials.hasCapability(Capability.CAP_SYS_CHROOT)) return -Errno.EPERM;
    process.files.root = new Location(location.mount, location.inode);
    return 0;
  };
}

/** `umask(2)`. */
export function umask(): Handler<SyscallContext, ['mode']> {
  return ({ process: { files } }, mask) => {
    const old = files.umask;
    files.umask = mask & 0o777;
    return old;
  };
}

function changeDirectory(context: SyscallContext, location: Location): number {
  const { process } = context;
  if (location.inode.type !== 'directory') return -Errno.ENOTDIR;
  const denied = checkAccess(location.inode, EXECUTE, process.credentials);
  if (denied !== 0) return denied;
  process.files.cwd = new Location(location.mount, location.inode);
  return 0;
}

function readDirectory(context: SyscallContext): { readonly description: FileDescription; readonly directory: Directory } | number {
  const description = usableDescription(context, 0);
  if (isError(description)) return description;
  const directory = description?.inode;
  return description !== undefined && directory instanceof Directory ? { description, directory } : -Errno.ENOTDIR;
}

/** All names, with the two that every directory has. */
function listing(directory: Directory): DirectoryEntry[] | number {
  const names = directory.list();
  if (isError(names)) return names;
  const own: DirectoryEntry = { name: '.', ino: directory.ino, type: 'directory' };
  const parent: DirectoryEntry = { name: '..', ino: (directory.parent ?? directory).ino, type: 'directory' };
  return [own, parent, ...names];
}

