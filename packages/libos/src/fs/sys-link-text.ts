import type { BufferArgument, Handler, OutputArgument, PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { bytesOf } from './byte-string.js';
import { SymbolicLink } from './inode.js';
import { CWD, lookupArgument } from './path-argument.js';
import type { PathBase } from './path-argument.js';
import { isError } from './result.js';
import type { Vfs } from './vfs.js';

type OutBuffer = BufferArgument<'outputBuffer'>;

/** `readlink(2)`. Errors as {@link readlinkat}. */
export function readlink(vfs: Vfs): Handler<SyscallContext, ['path', OutBuffer, 'int']> {
  return (context, path, out, size) => readText(vfs, context, path, CWD, out, size);
}

/**
 * `readlinkat(2)`; an empty path is the link that the descriptor was opened on with `O_PATH`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for no room; those of the look-up; `EINVAL` for what is no symbolic link
 * (`ENOENT` with an empty path); `EFAULT`.
 *
 * Source: linux/fs/stat.c, `do_readlinkat`.
 */
export function readlinkat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', OutBuffer, 'int']> {
  return (context, dirfd, path, out, size) => readText(vfs, context, path, { dirfd, index: 0 }, out, size);
}

function readText(vfs: Vfs, context: SyscallContext, path: PathArgument, base: PathBase, out: OutputArgument, size: number): number {
  if (size <= 0) return -Errno.EINVAL;
  const location = lookupArgument(vfs, context, path, { base, follow: false, emptyPath: true });
  if (isError(location)) return location;
  if (!(location.inode instanceof SymbolicLink)) return path.read() === '' ? -Errno.ENOENT : -Errno.EINVAL;
  const text = location.inode.readlink(context.process);
  if (isError(text)) return text;
  const bytes = bytesOf(text).subarray(0, Math.min(size, out.room));
  return out.write(bytes) ? bytes.length : -Errno.EFAULT;
}
