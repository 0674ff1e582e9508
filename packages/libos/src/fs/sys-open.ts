import { O_ACCMODE, OpenFlags, openHow } from '@occlum/abi';
import type { BufferArgument, Handler, NamedScalar, PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { openFile } from './open-file.js';
import { CWD, walkArgument } from './path-argument.js';
import type { PathBase } from './path-argument.js';
import { ResolveFlags } from './path-walk.js';
import { isError } from './result.js';
import type { Vfs } from './vfs.js';

/** Permission bits that an open can give. Source: linux/include/linux/stat.h, `S_IALLUGO`. */
const S_IALLUGO = 0o7777;
const O_TMPFILE_BIT = OpenFlags.O_TMPFILE & ~OpenFlags.O_DIRECTORY;
/** What `O_PATH` leaves of the other flags. Source: linux/include/linux/fcntl.h, `O_PATH_FLAGS`. */
const O_PATH_FLAGS = OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_PATH | OpenFlags.O_CLOEXEC;
/** `O_LARGEFILE`, which means nothing on x86-64, and `__O_SYNC`. */
const VALID = Object.values(OpenFlags).reduce<number>((all, bits) => all | bits, 0o100000);
const RESOLVE_VALID = Object.values(ResolveFlags).reduce<number>((all, bits) => all | bits, 0);

/** `open(2)`. Errors as {@link openAt}. */
export function open(vfs: Vfs): Handler<SyscallContext, ['path', NamedScalar, 'mode']> {
  return (context, path, flags, mode) => openAt(vfs, context, path, CWD, flags, mode);
}

/** `creat(2)`: `open(2)` with `O_CREAT|O_WRONLY|O_TRUNC`. */
export function creat(vfs: Vfs): Handler<SyscallContext, ['path', 'mode']> {
  const flags = OpenFlags.O_CREAT | OpenFlags.O_WRONLY | OpenFlags.O_TRUNC;
  return (context, path, mode) => openAt(vfs, context, path, CWD, flags, mode);
}

/** `openat(2)`. Errors as {@link openAt}. */
export function openat(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', NamedScalar, 'mode']> {
  return (context, dirfd, path, flags, mode) => openAt(vfs, context, path, { dirfd, index: 0 }, flags, mode);
}

/**
 * `openat2(2)`: `openat(2)` with limits on the look-up, and without mercy for what it does not know.
 *
 * Errors, in the order Linux checks them: `EINVAL` for a short struct; `EFAULT`; `E2BIG` for a longer struct with unknown
 * bytes; `EINVAL` for unknown flags, a mode that nothing is made with, or limits that exclude each other; then as {@link openat}.
 *
 * Source: linux/fs/open.c, `SYSCALL_DEFINE4(openat2)`.
 */
export function openat2(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', BufferArgument<'inputBuffer'>, 'size']> {
  return (context, dirfd, path, how, size) => {
    if (size < openHow.size) return -Errno.EINVAL;
    if (size > 4096) return -Errno.E2BIG;
    const bytes = how.read();
    if (bytes === undefined) return -Errno.EFAULT;
    if (bytes.subarray(openHow.size).some((byte) => byte !== 0)) return -Errno.E2BIG;
    const wanted = openHow.decode(bytes);
    const flags = Number(wanted.flags);
    const resolve = Number(wanted.resolve);
    const makes = (flags & (OpenFlags.O_CREAT | O_TMPFILE_BIT)) !== 0;
    if (flags > 0xffffffff || (flags & ~VALID) !== 0 || (resolve & ~RESOLVE_VALID) !== 0) return -Errno.EINVAL;
    if (wanted.mode > BigInt(makes ? S_IALLUGO : 0)) return -Errno.EINVAL;
    if ((flags & OpenFlags.O_PATH) !== 0 && (flags & ~O_PATH_FLAGS) !== 0) return -Errno.EINVAL;
    const both = ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_IN_ROOT;
    if ((resolve & both) === both) return -Errno.EINVAL;
    if ((resolve & ResolveFlags.RESOLVE_CACHED) !== 0) return -Errno.EAGAIN;
    return openAt(vfs, context, path, { dirfd, index: 0 }, flags, Number(wanted.mode), resolve);
  };
}

/**
 * Opens a path argument.
 *
 * Errors, in the order Linux checks them: `EINVAL` for flags that exclude each other; those of the path argument; then as
 * {@link openFile}.
 *
 * Source: linux/fs/open.c, `build_open_flags`.
 */
function openAt(
  vfs: Vfs,
  context: SyscallContext,
  path: PathArgument,
  base: PathBase,
  given: number,
  mode: number,
  resolve = 0,
): number | Promise<number> {
  const flags = (given & OpenFlags.O_PATH) === 0 ? given & VALID : given & O_PATH_FLAGS;
  if ((flags & O_TMPFILE_BIT) !== 0) {
    if ((flags & OpenFlags.O_DIRECTORY) === 0 || (flags & O_ACCMODE) === OpenFlags.O_RDONLY) return -Errno.EINVAL;
    if ((flags & OpenFlags.O_CREAT) !== 0) return -Errno.EINVAL;
  } else if ((flags & OpenFlags.O_CREAT) !== 0 && (flags & OpenFlags.O_DIRECTORY) !== 0) return -Errno.EINVAL;
  const start = walkArgument(vfs, context, path, { base, follow: (flags & OpenFlags.O_NOFOLLOW) === 0, resolve });
  if (isError(start)) return start;
  return openFile(vfs, context, start.walk, start.path, { flags, mode: mode & S_IALLUGO });
}
