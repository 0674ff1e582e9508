import { Errno } from '@occlum/errno';

import type { FileSystem } from './file-system.js';
import type { InotifyWatch } from './inotify/inotify-instance.js';
import type { LockState } from './locks/lock-state.js';
import type { Location } from './location.js';
import type { OpenRequest } from './open-request.js';
import type { PathCaller } from './path-caller.js';
import type { InodeType, Stat, Time } from './stat.js';

/** A value or a negative error number, at once or later. */
export type Later<T> = T | number | Promise<T | number>;

/** What opening an inode gave. */
export interface Opened {
  /** Belongs to the caller. */
  readonly hostFd: number;
  /** `FdKind` of the runtime's map. */
  readonly kind: number;
  /** The inode that was opened where it is not the one that was named: the master of a new terminal. */
  readonly inode?: Inode;
  /** What the description is beside a file: the terminal of a master. */
  readonly object?: unknown;
  /** Inode number on the host, where it is not the inode's own: a descriptor that comes back is known by it. */
  readonly hostIno?: number;
  /** The last descriptor of the description is gone. */
  readonly closed?: () => void;
}

/** Attributes to change; what is left out stays. */
export interface AttributeChange {
  /** Permission bits, without type. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atime?: Time;
  readonly mtime?: Time;
  /** Bytes. */
  readonly size?: number;
}

/** Who owns a new inode, and its permission bits. */
export interface NewInode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What an inode is apart from its type: who owns it, when it changed. One implementation a file system. */
export interface InodeAttributes {
  readonly fileSystem: FileSystem;
  /** `st_dev`. */
  readonly dev: number;
  /** `st_ino`. */
  readonly ino: number;
  /** Type and permission bits, as last seen: a look-up refreshes them. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** All attributes, fresh. */
  stat(): Stat | number;
  /** Changes attributes. Permissions were checked. */
  change(change: AttributeChange): number | Promise<number>;
  /** Extended attributes. A file system without them answers `-EOPNOTSUPP`. */
  readonly extended?: ExtendedAttributes;
}

/** Extended attributes of one inode, by full names such as `user.note`. */
export interface ExtendedAttributes {
  get(name: string): Uint8Array | number;
  /** Flags are `XATTR_CREATE` and `XATTR_REPLACE`. */
  set(name: string, value: Uint8Array, flags: number): number;
  list(): string[] | number;
  remove(name: string): number;
}

/**
 * A file of any type, without its names. There is one object an inode for as long as anybody holds it: locks, watches and
 * identity hang on it.
 */
export abstract class Inode {
  abstract readonly type: InodeType;
  readonly attributes: InodeAttributes;

  /** Locks of descriptions and processes; made when first needed. */
  locks: LockState | undefined;
  /** Watches of inotify. */
  watches: Set<InotifyWatch> | undefined;
  /** It was made without a name (`O_TMPFILE`) and may still get its first one. */
  mayBeNamed = false;
  /** What `bind(2)` put behind a socket's name; of the net subsystem. */
  bound: unknown;

  constructor(attributes: InodeAttributes) {
    this.attributes = attributes;
  }

  get fileSystem(): FileSystem {
    return this.attributes.fileSystem;
  }

  get dev(): number {
    return this.attributes.dev;
  }

  get ino(): number {
    return this.attributes.ino;
  }

  get mode(): number {
    return this.attributes.mode;
  }

  get uid(): number {
    return this.attributes.uid;
  }

  get gid(): number {
    return this.attributes.gid;
  }

  stat(): Stat | number {
    return this.attributes.stat();
  }

  /**
   * Opens it for a guest. Permissions were checked.
   *
   * @param request - Flags, and who asks.
   */
  abstract open(request: OpenRequest): Later<Opened>;

  /** Does something with a descriptor of the host's file that has its bytes; gives the result, or why there is none. */
  withHostFile?(action: (descriptor: number) => number): number;

  /** Changes attributes. Permissions were checked. */
  change(change: AttributeChange): number | Promise<number> {
    return this.attributes.change(change);
  }
}

/** One name in a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly ino: number;
  /** `undefined` where the host does not tell. */
  readonly type: InodeType | undefined;
}

/** What a look-up found, with the attributes where the look-up knows them. */
export interface Found<Kind extends Inode = Inode> {
  readonly inode: Kind;
  readonly stat?: Stat | undefined;
}

/** What a look-up is to give beside the inode. */
export type Want = 'inode' | 'status';

/** What a rename is to do beyond replacing. */
export type RenameMode = 'replace' | 'noreplace' | 'exchange';

/** Names that a directory remembers as symbolic links. */
const LINKS_KEPT = 64;

/** A directory. Names given to it are single components, never `.` or `..`. */
export abstract class Directory extends Inode {
  readonly type = 'directory';
  /** The directory that has its name; `undefined` for the root of a file system. */
  abstract readonly parent: Directory | undefined;
  /** Its name in there; empty for a root. */
  abstract readonly name: string;
  /** It was removed: it has no name any more, and takes none. */
  deleted = false;
  /** Names that were symbolic links when last looked up, at most {@link LINKS_KEPT}: {@link walk} would be in vain there. */
  readonly #links = new Set<string>();

  /** Whether a name was a symbolic link when last looked up by itself. */
  mayBeLink(name: string): boolean {
    return this.#links.has(name);
  }

  /** Remembers what a name was. */
  sawLink(name: string, isLink: boolean): void {
    if (!isLink) this.#links.delete(name);
    else if (this.#links.size < LINKS_KEPT) this.#links.add(name);
  }

  /**
   * What a name stands for.
   *
   * @param want - `status` where the caller is about to ask for the attributes: a file system that sees them gives them.
   */
  abstract lookup(name: string, want?: Want): Found | number;

  /** Something is mounted here: the object must be found by every later look-up. */
  pin(): void {
    return;
  }

  /** Every name but `.` and `..`. */
  abstract list(): DirectoryEntry[] | number;

  /**
   * Looks up two or more components at once, none of them `.` or `..`. May be called only when the file system's `trusts`
   * allows it.
   *
   * @param path - The components, one slash between two.
   * @param want - As for {@link lookup}.
   * @returns What the last one names, or `undefined` when they are to be looked up one by one.
   */
  abstract walk(path: string, want?: Want): Found | number | undefined;

  /** Makes a file of any type but directory and symbolic link. `rdev` is of device nodes. */
  abstract create(name: string, type: InodeType, created: NewInode, rdev?: number): Later<Inode>;

  abstract makeDirectory(name: string, created: NewInode): Later<Directory>;

  abstract makeSymlink(name: string, target: string, created: NewInode): Later<Inode>;

  /** A file without a name (`O_TMPFILE`). */
  abstract createUnnamed(created: NewInode): Later<Inode>;

  abstract link(name: string, inode: Inode): number | Promise<number>;

  /** Takes away the name of anything but a directory. */
  abstract unlink(name: string, inode: Inode): number | Promise<number>;

  abstract removeDirectory(name: string, directory: Directory): number | Promise<number>;

  /** Moves a name of this directory. All checks that do not depend on the file system were done. */
  abstract rename(name: string, target: Directory, targetName: string, mode: RenameMode): number | Promise<number>;

  /** It has no bytes: a descriptor of it is made elsewhere. */
  override open(): number {
    return -Errno.EISDIR;
  }
}

/** The directory that an inode is sure to be. */
export function directoryOf(inode: Inode): Directory {
  if (inode instanceof Directory) return inode;
  throw new RangeError(`type is ${inode.type}, must be directory`);
}

/** A symbolic link. */
export abstract class SymbolicLink extends Inode {
  readonly type = 'symlink';

  /**
   * Its text.
   *
   * @param caller - Who reads: /proc/self is another one for each.
   */
  abstract readlink(caller: PathCaller): string | number;

  /** A magic link of /proc leads to an inode, whatever its text says. `undefined` for a link that its text describes. */
  abstract follow(caller: PathCaller): Location | number | undefined;

  override open(): number {
    return -Errno.ELOOP;
  }
}
