import { NAME_MAX, PATH_MAX } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { directoryOf, SymbolicLink } from './inode.js';
import type { Directory, Found, Want } from './inode.js';
import { Location } from './location.js';
import type { MountTable } from './mount-table.js';
import type { PathCaller } from './path-caller.js';
import { EXECUTE, checkAccess } from './permissions.js';
import { isError } from './result.js';

/** Symbolic links on the way. Source: linux/include/linux/namei.h, `MAXSYMLINKS`. */
const MAXSYMLINKS = 40;

/** Limits of `openat2(2)` on a look-up. Source: linux/include/uapi/linux/openat2.h. */
export const ResolveFlags = {
  RESOLVE_NO_XDEV: 1,
  RESOLVE_NO_MAGICLINKS: 2,
  RESOLVE_NO_SYMLINKS: 4,
  RESOLVE_BENEATH: 8,
  RESOLVE_IN_ROOT: 0x10,
  RESOLVE_CACHED: 0x20,
} as const;

/** Who looks a path up, and how. */
export interface LookupRequest {
  readonly caller: PathCaller;
  /** Whether a symbolic link that is the last component is followed. */
  readonly follow: boolean;
  /** `RESOLVE_*`. */
  readonly resolve?: number;
  /** What of the last component. */
  readonly want?: Want;
}

/** A directory and the name to look up, make or take away in there. */
export interface ParentLookup {
  readonly directory: Location;
  /** Last component. */
  readonly name: string;
  /** What the last component is: a name, or one of those that no call can make or take away. */
  readonly last: 'name' | 'dot' | 'dotdot' | 'root';
  /** A slash follows it: it must name a directory. */
  readonly slash: boolean;
}

/**
 * One look-up of a path, as path_resolution(7) says and linux/fs/namei.c does it. Nothing of it touches the host but the
 * file systems' own look-ups of names.
 */
export class PathWalk {
  readonly #table: MountTable;
  readonly #request: LookupRequest;
  readonly #resolve: number;
  readonly #base: Location;
  #root: Location;
  #links = 0;
  /** All components at once were tried already, in vain. */
  #triedAtOnce = false;

  /**
   * @param table - The mounts.
   * @param base - Where a relative path begins.
   * @param request - Who asks.
   */
  constructor(table: MountTable, base: Location, request: LookupRequest) {
    this.#table = table;
    this.#request = request;
    this.#resolve = request.resolve ?? 0;
    this.#base = base;
    this.#root = (this.#resolve & (ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_BENEATH)) === 0 ? request.caller.files.root : base;
  }

  /**
   * Looks up the whole path.
   *
   * Errors, in the order Linux checks them: `ENOENT` an empty path; then for each component in turn `ENOTDIR`, `EACCES`,
   * `ENAMETOOLONG`, `ENOENT`, `ELOOP`; `EXDEV` where a `RESOLVE_*` limit is crossed.
   */
  whole(path: string): Location | number {
    const found = this.#plainly(path);
    if (found !== undefined) return found;
    const names = this.#split(path);
    if (typeof names === 'number') return names;
    const start = this.#start(path);
    if (isError(start)) return start;
    const directoryWanted = path.endsWith('/');
    return this.#along(start, names, names.length, this.#request.follow || directoryWanted, directoryWanted);
  }

  /** An absolute path without anything special in it, where the root's file system may and can look it up as it stands. */
  #plainly(path: string): Location | number | undefined {
    if (!path.startsWith('/') || path.endsWith('/') || path.length >= PATH_MAX || path.includes('/.') || path.includes('//')) return undefined;
    const root = this.#root;
    const end = path.indexOf('/', 1);
    if (end < 0 || this.#resolve !== 0 || root.inode.type !== 'directory') return undefined;
    if (checkAccess(root.inode, EXECUTE, this.#request.caller.credentials) !== 0) return undefined;
    this.#triedAtOnce = true;
    return this.#atOnce(root, path.slice(1, end), path.slice(1));
  }

  /** Looks up all but the last component. */
  parent(path: string): ParentLookup | number {
    const names = this.#split(path);
    if (typeof names === 'number') return names;
    const start = this.#start(path);
    if (isError(start)) return start;
    const name = names.at(-1);
    const slash = path.endsWith('/');
    if (name === undefined) return { directory: start, name: '', last: 'root', slash };
    const directory = this.#along(start, names, names.length - 1, true, true);
    if (isError(directory)) return directory;
    const denied = checkAccess(directory.inode, EXECUTE, this.#request.caller.credentials);
    if (denied !== 0) return denied;
    return { directory, name, last: name === '.' ? 'dot' : name === '..' ? 'dotdot' : 'name', slash };
  }

  /** Looks up the last component that {@link parent} left, without following it. */
  last(parent: ParentLookup): Location | number {
    if (parent.last === 'root' || parent.last === 'dot') return parent.directory;
    if (parent.last === 'dotdot') return this.#up(parent.directory);
    if (parent.name.length > NAME_MAX) return -Errno.ENAMETOOLONG;
    const found = this.#directory(parent.directory).lookup(parent.name);
    return isError(found) ? found : this.#step(parent.directory, parent.name, found);
  }

  /** Follows a symbolic link that {@link last} gave, wherever it leads. */
  followed(link: Location, parent: Location): Location | number {
    const next = this.#link(link, parent, true);
    if (isError(next)) return next;
    return next instanceof Location ? next : this.#along(next.start, next.names, next.names.length, true, next.slash);
  }

  /** Where a symbolic link that is the last component leads, one step, up to the last component of its text. */
  followedParent(link: Location, parent: Location): ParentLookup | Location | number {
    const next = this.#link(link, parent, true);
    if (isError(next) || next instanceof Location) return next;
    const name = next.names.at(-1);
    if (name === undefined) return { directory: next.start, name: '', last: 'root', slash: true };
    const directory = this.#along(next.start, next.names, next.names.length - 1, true, true);
    if (isError(directory)) return directory;
    const denied = checkAccess(directory.inode, EXECUTE, this.#request.caller.credentials);
    if (denied !== 0) return denied;
    return { directory, name, last: name === '.' ? 'dot' : name === '..' ? 'dotdot' : 'name', slash: next.slash };
  }

  #split(path: string): string[] | number {
    if (path === '') return -Errno.ENOENT;
    if (path.length >= PATH_MAX) return -Errno.ENAMETOOLONG;
    return path.split('/').filter(isComponent);
  }

  #start(path: string): Location | number {
    if (!path.startsWith('/')) return this.#base;
    return (this.#resolve & ResolveFlags.RESOLVE_BENEATH) === 0 ? this.#root : -Errno.EXDEV;
  }

  /** Goes along components from a directory. `count` of them are looked up; the last one is followed if asked. */
  #along(start: Location, all: readonly string[], count: number, follow: boolean, directoryWanted: boolean): Location | number {
    let current = start;
    let names = all.slice(0, count);
    for (let index = 0; index < names.length;) {
      if (current.inode.type !== 'directory') return -Errno.ENOTDIR;
      const denied = checkAccess(current.inode, EXECUTE, this.#request.caller.credentials);
      if (denied !== 0) return denied;

      const name = names[index] ?? '';
      const jump = this.#mayJump(names, index) ? this.#atOnce(current, name, names.slice(index).join('/')) : undefined;
      this.#triedAtOnce = false;
      const used = jump === undefined ? 1 : names.length - index;
      const next = jump ?? this.#one(current, name);
      if (isError(next)) return next;
      index += used;

      const isLast = index === names.length;
      if (used === 1 && !isLast) this.#directory(current).sawLink(name, next.inode.type === 'symlink');
      if (next.inode.type !== 'symlink' || (isLast && !follow)) {
        current = next;
        continue;
      }
      const target = this.#link(next, current, isLast);
      if (isError(target)) return target;
      if (target instanceof Location) {
        current = target;
        continue;
      }
      names = target.names.concat(names.slice(index));
      directoryWanted ||= isLast && target.slash;
      follow ||= isLast && target.slash;
      index = 0;
      current = target.start;
    }
    if (directoryWanted && current.inode.type !== 'directory') return -Errno.ENOTDIR;
    return current;
  }

  #mayJump(names: readonly string[], index: number): boolean {
    return !this.#triedAtOnce && names.length - index >= 2 && this.#resolve === 0 && !names.includes('..', index) && !names.includes('.', index);
  }

  /** All remaining components by the file system itself, where it may and can. */
  #atOnce(current: Location, first: string, path: string): Location | number | undefined {
    const directory = this.#directory(current);
    if (directory.mayBeLink(first) || !current.mount.fileSystem.trusts(this.#request.caller.credentials)) return undefined;
    const found = directory.walk(path, this.#request.want);
    if (found === undefined) return undefined;
    if (isError(found)) return found;
    if (found.inode.type === 'directory') return this.#mounted(new Location(current.mount, found.inode, undefined, '', found.stat));
    if (found.inode.type === 'symlink') return undefined;
    return new Location(current.mount, found.inode, directory, path, found.stat);
  }

  #one(current: Location, name: string): Location | number {
    if (name === '.') return current;
    if (name === '..') return this.#up(current);
    if (name.length > NAME_MAX) return -Errno.ENAMETOOLONG;
    const found = this.#directory(current).lookup(name, this.#request.want);
    return isError(found) ? found : this.#step(current, name, found);
  }

  #step(current: Location, name: string, found: Found): Location | number {
    return this.#mounted(new Location(current.mount, found.inode, this.#directory(current), name, found.stat));
  }

  /** The root of what is mounted on a location, or the location. */
  #mounted(location: Location): Location | number {
    let result = location;
    for (;;) {
      const mount = this.#table.covering(result);
      if (mount === undefined) return result;
      if ((this.#resolve & ResolveFlags.RESOLVE_NO_XDEV) !== 0) return -Errno.EXDEV;
      result = new Location(mount, mount.root);
    }
  }

  #up(current: Location): Location | number {
    let { mount } = current;
    let directory = this.#directory(current);
    for (;;) {
      if (mount === this.#root.mount && directory === this.#root.inode) {
        return (this.#resolve & ResolveFlags.RESOLVE_BENEATH) === 0 ? current : -Errno.EXDEV;
      }
      if (directory !== mount.root) break;
      if (mount.point === undefined) return current;
      if ((this.#resolve & ResolveFlags.RESOLVE_NO_XDEV) !== 0) return -Errno.EXDEV;
      directory = directoryOf(mount.point.inode);
      ({ mount } = mount.point);
    }
    const parent = directory.parent ?? directory;
    return this.#mounted(new Location(mount, parent));
  }

  /** What follows from a symbolic link: an inode, or a path from some start. */
  #link(link: Location, parent: Location, isLast: boolean): Location | number | { start: Location; names: string[]; slash: boolean } {
    if (++this.#links > MAXSYMLINKS || (this.#resolve & ResolveFlags.RESOLVE_NO_SYMLINKS) !== 0) return -Errno.ELOOP;
    const { inode } = link;
    if (!(inode instanceof SymbolicLink)) throw new RangeError(`type is ${inode.type}, must be symlink`);
    const magic = inode.follow(this.#request.caller);
    if (magic !== undefined) {
      if ((this.#resolve & ResolveFlags.RESOLVE_NO_MAGICLINKS) !== 0) return -Errno.ELOOP;
      if ((this.#resolve & (ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_IN_ROOT)) !== 0) return -Errno.EXDEV;
      if (!isError(magic) && (this.#resolve & ResolveFlags.RESOLVE_NO_XDEV) !== 0 && magic.mount !== parent.mount) return -Errno.EXDEV;
      return magic;
    }
    const text = inode.readlink(this.#request.caller);
    if (typeof text === 'number') return text;
    const names = this.#split(text);
    if (typeof names === 'number') return names;
    const start = text.startsWith('/') ? this.#start(text) : parent;
    if (isError(start)) return start;
    if (start !== parent && start.mount !== parent.mount && (this.#resolve & ResolveFlags.RESOLVE_NO_XDEV) !== 0) return -Errno.EXDEV;
    return { start, names, slash: isLast && text.endsWith('/') };
  }

  #directory(location: Location): Directory {
    return directoryOf(location.inode);
  }
}

function isComponent(name: string): boolean {
  return name !== '';
}
