import { AT_FDCWD, AtFlags, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import { cString, textOf } from '../byte-string.js';
import type { DirectoryEntry } from '../inode.js';
import { ResolveFlags } from '../path-walk.js';
import { HostStat, STATX_WANTED } from './host-stat.js';
import { parseEntries } from './host-entries.js';

/** A path below the root of a {@link HostTree}: components joined by slashes, none of them `..`; empty for the root. */
export type HostPath = string;

const HERE = cString('.');
const EMPTY = cString('');
const FIND = OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
const RESOLVE = ResolveFlags.RESOLVE_NO_SYMLINKS | ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_NO_MAGICLINKS;
/** What every open of a host file has. Its handle was seen to be a regular file or directory, so that it does not wait. */
const SAFE = OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC;
/** Bytes read from a directory at once. */
const ENTRIES_BYTES = 32768;
/** Longest text of a symbolic link, with one more byte to see that it was cut. */
const LINK_BYTES = 4097;

/**
 * A directory of the host and all below it, or a single file, seen through one held descriptor. No path of the host is ever written out: each
 * look-up goes from that descriptor, never through a symbolic link and never above it, and yields an `O_PATH` handle that
 * is looked at before anything is opened.
 */
export class HostTree {
  readonly binding: FileBinding;
  /** Whether everybody may search all of its directories. */
  readonly isSearchable: boolean = false;
  /** Whether inode numbers are others than the host's. */
  readonly hidesInodes: boolean = false;
  /** What the last {@link find} or {@link look} saw. */
  readonly seen = new HostStat();
  readonly #root: number;
  readonly #entries = new Uint8Array(ENTRIES_BYTES);
  readonly #link = new Uint8Array(LINK_BYTES);

  /**
   * @param binding - Host calls.
   * @param root - `O_PATH` or open descriptor of a directory, or `O_PATH` descriptor of a file, whose only path is the empty
   *   one; belongs to the tree, see {@link close}.
   */
  constructor(binding: FileBinding, root: number) {
    this.binding = binding;
    this.#root = root;
  }

  /** Handle of a path without a look at it: `-ELOOP` for a symbolic link on the way. */
  handle(path: HostPath): number {
    const handle = this.binding.openat(this.#root, path === '' ? HERE : cString(path), FIND, 0, RESOLVE);
    // It was moved out of the tree while it was looked up: no such name is in here.
    if (handle === -Errno.EXDEV) return -Errno.ENOENT;
    return handle === -Errno.ENOTDIR && path === '' ? this.binding.reopen(this.#root, FIND & ~OpenFlags.O_NOFOLLOW) : handle;
  }

  /**
   * Finds what a path names; {@link seen} then says what it is.
   *
   * @returns An `O_PATH` descriptor that the caller closes, or a negative error number.
   */
  find(path: HostPath): number {
    const handle = this.handle(path);
    if (handle < 0) return handle;
    const result = this.look(handle);
    if (result === 0) return handle;
    this.binding.close(handle);
    return result;
  }

  /** Looks at a descriptor; {@link seen} then says what it is. */
  look(handle: number, into = this.seen): number {
    return this.binding.statx(handle, EMPTY, AtFlags.AT_EMPTY_PATH, STATX_WANTED, into.bytes);
  }

  /** Whether a path names anything. */
  has(path: HostPath): boolean {
    const handle = this.handle(path);
    if (handle >= 0) this.binding.close(handle);
    return handle >= 0;
  }

  /**
   * Opens a regular file or directory of a handle anew.
   *
   * @param handle - Was looked at, and is one of those; a device, FIFO or socket of the host is never opened.
   * @param flags - Access mode and whatever else a guest may ask of an open file.
   */
  open(handle: number, flags: number): number {
    return this.binding.reopen(handle, flags | SAFE);
  }

  /**
   * Opens a regular file for reading, after whatever checks there are.
   *
   * @param path - What the handle was found at.
   */
  openFile(handle: number, flags: number, path: HostPath): number | Promise<number>;
  openFile(handle: number, flags: number): number | Promise<number> {
    return this.open(handle, flags);
  }

  /**
   * Finds again what a look-up found, does something with the handle, and closes it.
   *
   * @returns `-ESTALE` where a directory on the way is none any more.
   */
  with<T>(path: HostPath, action: (handle: number) => T | number): T | number {
    const handle = this.find(path);
    if (handle < 0) return stale(handle);
    const result = action(handle);
    this.binding.close(handle);
    return result;
  }

  /** Does something in the directory that has the last name of a path. */
  withParent(path: HostPath, action: (directory: number, name: Uint8Array) => number): number {
    const slash = path.lastIndexOf('/');
    const directory = this.handle(slash < 0 ? '' : path.slice(0, slash));
    if (directory < 0) return directory;
    const result = action(directory, cString(path.slice(slash + 1)));
    this.binding.close(directory);
    return result;
  }

  /** Names in a directory but `.` and `..`. */
  list(path: HostPath): DirectoryEntry[] | number {
    return this.with(path, (handle) => {
      if (this.seen.type !== 'directory') return -Errno.ENOTDIR;
      const directory = this.open(handle, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
      if (directory < 0) return directory;
      const entries: DirectoryEntry[] = [];
      let count: number;
      while ((count = this.binding.getdents(directory, this.#entries)) > 0) parseEntries(this.#entries.subarray(0, count), entries);
      this.binding.close(directory);
      return count < 0 ? count : entries;
    });
  }

  /** Text of a symbolic link that a look-up found; `-ESTALE` where something else stands there by now. */
  readlink(path: HostPath): string | number {
    return this.with(path, (handle) => {
      if (this.seen.type !== 'symlink') return -Errno.ESTALE;
      const length = this.binding.readlinkat(handle, EMPTY, this.#link);
      return length < 0 ? length : textOf(this.#link.subarray(0, length));
    });
  }

  /** Value of an extended attribute of a handle's inode. */
  getXattr(handle: number, name: string): Uint8Array | number {
    const value = new Uint8Array(65536);
    const length = this.binding.fgetxattr(handle, cString(name), value);
    return length < 0 ? length : value.slice(0, length);
  }

  /** Names of a handle's extended attributes. */
  listXattr(handle: number): string[] | number {
    const names = new Uint8Array(65536);
    const length = this.binding.flistxattr(handle, names);
    return length < 0 ? length : textOf(names.subarray(0, length)).split('\0').filter((name) => name !== '');
  }

  setXattr(handle: number, name: string, value: Uint8Array, flags: number): number {
    return this.binding.fsetxattr(handle, cString(name), value, flags);
  }

  close(): void {
    this.binding.close(this.#root);
  }
}

/** The error of a look-up below a directory that was seen to be one: another inode stands there by now. */
export function stale(error: number): number {
  return error === -Errno.ELOOP || error === -Errno.ENOTDIR ? -Errno.ESTALE : error;
}

/** A name below a path. */
export function below(path: HostPath, name: string): HostPath {
  return path === '' ? name : `${path}/${name}`;
}

/** The path of the directory that has a path's last name. */
export function above(path: HostPath): HostPath {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last name of a path. */
export function lastName(path: HostPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Opens a directory of the host by its path, from outside any tree: the path is the embedding program's, not a guest's. */
export function openHostDirectory(binding: FileBinding, path: string): number {
  return binding.openat(AT_FDCWD, cString(path), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0, 0);
}

/**
 * Opens a directory or regular file of the host by its path, as {@link openHostDirectory}.
 *
 * @returns `-ENOTDIR` for what is neither.
 */
export function openHostRoot(binding: FileBinding, path: string): number {
  const handle = binding.openat(AT_FDCWD, cString(path), OpenFlags.O_PATH | OpenFlags.O_CLOEXEC, 0, 0);
  if (handle < 0) return handle;
  const seen = new HostStat();
  const looked = binding.statx(handle, EMPTY, AtFlags.AT_EMPTY_PATH, STATX_WANTED, seen.bytes);
  if (looked === 0 && (seen.type === 'directory' || seen.type === 'file')) return handle;
  binding.close(handle);
  return looked < 0 ? looked : -Errno.ENOTDIR;
}
