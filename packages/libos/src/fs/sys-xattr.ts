import { Capability, XattrFlags } from '@occlum/abi';
import type { BufferArgument, Handler, InputArgument, NamedScalar, OutputArgument, PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { bytesOf } from './byte-string.js';
import { usableDescription } from './descriptor-target.js';
import type { Inode } from './inode.js';
import { InotifyEvent } from './inotify/inotify-registry.js';
import type { Location } from './location.js';
import { lookupArgument } from './path-argument.js';
import { READ, WRITE, checkAccess, isOwnerOrCapable } from './permissions.js';
import { isError } from './result.js';
import type { Vfs } from './vfs.js';

type InBuffer = BufferArgument<'inputBuffer'>;
type OutBuffer = BufferArgument<'outputBuffer'>;
type Follow = 'follow' | 'nofollow';

/** Longest name and value. Source: linux/include/uapi/linux/limits.h. */
const XATTR_NAME_MAX = 255;
export const XATTR_SIZE_MAX = 65536;

/** `setxattr(2)` and `lsetxattr(2)`. Errors as {@link setValue}. */
export function setxattr(vfs: Vfs, follow: Follow): Handler<SyscallContext, ['path', 'path', InBuffer, 'size', NamedScalar]> {
  return (context, path, name, value, size, flags) => setValue(vfs, context, () => byPath(vfs, context, path, follow), name, value, size, flags);
}

/** `fsetxattr(2)`. Errors as {@link setValue}. */
export function fsetxattr(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', InBuffer, 'size', NamedScalar]> {
  return (context, _fd, name, value, size, flags) => setValue(vfs, context, () => byDescriptor(context), name, value, size, flags);
}

/** `getxattr(2)` and `lgetxattr(2)`. Errors as {@link getValue}. */
export function getxattr(vfs: Vfs, follow: Follow): Handler<SyscallContext, ['path', 'path', OutBuffer, 'size']> {
  return (context, path, name, value, size) => getValue(context, () => byPath(vfs, context, path, follow), name, value, size);
}

/** `fgetxattr(2)`. Errors as {@link getValue}. */
export function fgetxattr(): Handler<SyscallContext, ['fd', 'path', OutBuffer, 'size']> {
  return (context, _fd, name, value, size) => getValue(context, () => byDescriptor(context), name, value, size);
}

/** `listxattr(2)` and `llistxattr(2)`. Errors, in the order Linux checks them: those of the look-up; `ERANGE`; `EFAULT`. */
export function listxattr(vfs: Vfs, follow: Follow): Handler<SyscallContext, ['path', OutBuffer, 'size']> {
  return (context, path, out, size) => listNames(context, byPath(vfs, context, path, follow), out, size);
}

/** `flistxattr(2)`. Errors, in the order Linux checks them: `EBADF`; `ERANGE`; `EFAULT`. */
export function flistxattr(): Handler<SyscallContext, ['fd', OutBuffer, 'size']> {
  return (context, _fd, out, size) => listNames(context, byDescriptor(context), out, size);
}

/** `removexattr(2)` and `lremovexattr(2)`. Errors as {@link removeValue}. */
export function removexattr(vfs: Vfs, follow: Follow): Handler<SyscallContext, ['path', 'path']> {
  return (context, path, name) => removeValue(vfs, context, () => byPath(vfs, context, path, follow), name);
}

/** `fremovexattr(2)`. Errors as {@link removeValue}. */
export function fremovexattr(vfs: Vfs): Handler<SyscallContext, ['fd', 'path']> {
  return (context, _fd, name) => removeValue(vfs, context, () => byDescriptor(context), name);
}

/**
 * Sets an attribute.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown flags; `EFAULT`, `ERANGE` of the name; `E2BIG`; `EFAULT` of
 * the value; those of the look-up; `EROFS`; `EPERM` and `EACCES` by name space; `EEXIST`, `ENODATA`, `ENOSPC`.
 *
 * Source: linux/fs/xattr.c, `setxattr_copy`, `xattr_permission`.
 */
function setValue(
  vfs: Vfs,
  context: SyscallContext,
  find: () => Location | number,
  name: PathArgument,
  value: InputArgument,
  size: number,
  flags: number,
): number {
  if ((flags & ~(XattrFlags.XATTR_CREATE | XattrFlags.XATTR_REPLACE)) !== 0) return -Errno.EINVAL;
  const text = nameOf(name);
  if (isError(text)) return text;
  if (size > XATTR_SIZE_MAX) return -Errno.E2BIG;
  const bytes = size === 0 ? new Uint8Array() : value.read();
  if (bytes === undefined) return -Errno.EFAULT;
  const location = find();
  if (isError(location)) return location;
  const refused = location.mount.readOnly ? -Errno.EROFS : checkName(location.inode, text, 'write', context);
  if (refused !== 0) return refused;
  const result = location.inode.attributes.extended?.set(text, bytes, flags) ?? -Errno.EOPNOTSUPP;
  if (result === 0) vfs.inotify.changed(location, InotifyEvent.attributes);
  return result;
}

/** Removes an attribute. Errors as {@link setValue} from the name on; `ENODATA`. */
function removeValue(vfs: Vfs, context: SyscallContext, find: () => Location | number, name: PathArgument): number {
  const text = nameOf(name);
  if (isError(text)) return text;
  const location = find();
  if (isError(location)) return location;
  const refused = location.mount.readOnly ? -Errno.EROFS : checkName(location.inode, text, 'write', context);
  if (refused !== 0) return refused;
  const result = location.inode.attributes.extended?.remove(text) ?? -Errno.EOPNOTSUPP;
  if (result === 0) vfs.inotify.changed(location, InotifyEvent.attributes);
  return result;
}

/**
 * Reads an attribute; without room it says how much is needed.
 *
 * Errors, in the order Linux checks them: `EFAULT`, `ERANGE` of the name; those of the look-up; `EACCES` and `ENODATA` by
 * name space; `ENODATA`, `ERANGE`, `EFAULT`.
 */
function getValue(context: SyscallContext, find: () => Location | number, name: PathArgument, out: OutputArgument, size: number): number {
  const text = nameOf(name);
  if (isError(text)) return text;
  const location = find();
  if (isError(location)) return location;
  const refused = checkName(location.inode, text, 'read', context);
  if (refused !== 0) return refused;
  const value = location.inode.attributes.extended?.get(text) ?? -Errno.EOPNOTSUPP;
  return isError(value) ? value : putBytes(value, out, size);
}

function listNames(context: SyscallContext, location: Location | number, out: OutputArgument, size: number): number {
  if (isError(location)) return location;
  const names = location.inode.attributes.extended?.list() ?? [];
  if (isError(names)) return names;
  const isAdmin = context.process.credentials.hasCapability(Capability.CAP_SYS_ADMIN);
  const shown = names.filter((name) => isAdmin || !name.startsWith('trusted.'));
  return putBytes(bytesOf(shown.map((name) => `${name}\0`).join('')), out, size);
}

function putBytes(bytes: Uint8Array, out: OutputArgument, size: number): number {
  if (size === 0) return bytes.length;
  if (bytes.length > size) return -Errno.ERANGE;
  return bytes.length === 0 || out.write(bytes) ? bytes.length : -Errno.EFAULT;
}

function nameOf(name: PathArgument): string | number {
  const text = name.read();
  if (typeof text === 'number') return text === -Errno.ENAMETOOLONG ? -Errno.ERANGE : text;
  return text.length === 0 || text.length > XATTR_NAME_MAX ? -Errno.ERANGE : text;
}

/** What a name space lets a process do. Source: linux/fs/xattr.c, `xattr_permission`. */
function checkName(inode: Inode, name: string, access: 'read' | 'write', { process: { credentials } }: SyscallContext): number {
  if (name.startsWith('security.') || name.startsWith('system.')) {
    return access === 'read' || isOwnerOrCapable(inode, credentials) ? 0 : -Errno.EPERM;
  }
  if (name.startsWith('trusted.')) {
    if (credentials.hasCapability(Capability.CAP_SYS_ADMIN)) return 0;
    return access === 'read' ? -Errno.ENODATA : -Errno.EPERM;
  }
  if (!name.startsWith('user.')) return -Errno.EOPNOTSUPP;
  if (inode.type !== 'file' && inode.type !== 'directory') return access === 'read' ? -Errno.ENODATA : -Errno.EPERM;
  return checkAccess(inode, access === 'read' ? READ : WRITE, credentials);
}

function byPath(vfs: Vfs, context: SyscallContext, path: PathArgument, follow: Follow): Location | number {
  return lookupArgument(vfs, context, path, { follow: follow === 'follow' });
}

function byDescriptor(context: SyscallContext): Location | number {
  const description = usableDescription(context, 0);
  return isError(description) ? description : (description?.location ?? -Errno.EOPNOTSUPP);
}
