import { AT_FDCWD, AtFlags } from '@occlum/abi';
import type { PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import type { FileDescription } from './file-description.js';
import type { Want } from './inode.js';
import type { Location } from './location.js';
import type { PathWalk } from './path-walk.js';
import { isError } from './result.js';
import type { PathCaller } from './path-caller.js';
import type { Vfs } from './vfs.js';

/** Where the path argument of a `*at(2)` call begins. */
export interface PathBase {
  /** The descriptor, or `AT_FDCWD`. */
  readonly dirfd: number;
  /** Which argument it is. */
  readonly index: number;
}

/** The base of a call without a directory descriptor. */
export const CWD: PathBase = { dirfd: AT_FDCWD, index: 0 };

/**
 * The location that a relative path begins at.
 *
 * @param context - The caller.
 * @param base - As the call gave it; of no interest for an absolute path.
 * @param path - The path.
 * @returns `-EBADF` for a descriptor that is not open, `-ENOTDIR` for one that has no place in the file systems.
 */
export function baseLocation(context: SyscallContext, base: PathBase, path: string): Location | number {
  if (base.dirfd === AT_FDCWD || path.startsWith('/')) return context.process.files.cwd;
  const description = openDescription(context, base.index);
  if (isError(description)) return description;
  return description?.location ?? -Errno.ENOTDIR;
}

/** Kinds that may be open without an object: the runtime made them, or accepted them. */
const MAY_BE_UNKNOWN: ReadonlySet<number> = new Set([FdKind.anonymous, FdKind.inet, FdKind.unix]);

/**
 * What stands behind a descriptor argument.
 *
 * @returns `-EBADF` for one that is not open; `undefined` for one that the kernel does not know.
 */
export function openDescription(context: SyscallContext, index: number): FileDescription | undefined | number {
  const description = context.object(index);
  if (description !== undefined) return description;
  return MAY_BE_UNKNOWN.has(context.fdKind(index)) ? undefined : -Errno.EBADF;
}

/** How a path argument is looked up. */
export interface PathOptions {
  readonly base?: PathBase;
  readonly follow: boolean;
  /** `AT_EMPTY_PATH`: an empty path is the descriptor itself. */
  readonly emptyPath?: boolean;
  readonly resolve?: number;
  /** What of the file, where the attributes are asked for next. */
  readonly want?: Want;
}

/**
 * Looks up a path argument.
 *
 * Errors, in the order Linux checks them: `EFAULT`, `ENAMETOOLONG` and `ENOENT` (empty) of the argument itself; `EBADF` and
 * `ENOTDIR` of the base; then those of the look-up.
 */
export function lookupArgument(
  vfs: Vfs,
  context: SyscallContext,
  path: PathArgument,
  options: PathOptions,
  caller: PathCaller = context.process,
): Location | number {
  const text = path.read();
  if (typeof text === 'number') return text;
  if (text === '' && options.emptyPath !== true) return -Errno.ENOENT;
  const base = baseLocation(context, options.base ?? CWD, text);
  if (isError(base) || text === '') return base;
  return vfs.lookup(caller, text, { ...options, base });
}

/** A path argument that is not looked up yet. */
export interface WalkArgument {
  readonly walk: PathWalk;
  readonly path: string;
}

/** Begins the look-up of a path argument, to be made in steps. Errors as {@link lookupArgument}. */
export function walkArgument(vfs: Vfs, context: SyscallContext, path: PathArgument, options: PathOptions): WalkArgument | number {
  const text = path.read();
  if (typeof text === 'number') return text;
  // Linux looks for an empty path when it copies it in, before the descriptor.
  if (text === '') return -Errno.ENOENT;
  const base = baseLocation(context, options.base ?? CWD, text);
  if (isError(base)) return base;
  return { walk: vfs.walk(context.process, { ...options, base }), path: text };
}

/** What `AT_SYMLINK_NOFOLLOW` and `AT_EMPTY_PATH` say. */
export function atOptions(base: PathBase, flags: number): PathOptions {
  return {
    base,
    follow: (flags & AtFlags.AT_SYMLINK_NOFOLLOW) === 0,
    emptyPath: (flags & AtFlags.AT_EMPTY_PATH) !== 0,
  };
}
