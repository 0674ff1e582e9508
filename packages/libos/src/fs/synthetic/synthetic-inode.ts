import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { bytesOf } from '../byte-string.js';
import { Directory, Inode, SymbolicLink } from '../inode.js';
import type { AttributeChange, DirectoryEntry, Found, InodeAttributes, Later, Opened } from '../inode.js';
import type { Location } from '../location.js';
import type { OpenRequest } from '../open-request.js';
import type { PathCaller } from '../path-caller.js';
import { after, isError } from '../result.js';
import { typeBits } from '../stat.js';
import type { InodeType, Stat } from '../stat.js';
import { sealedMemfd } from './sealed-memfd.js';
import type { SyntheticFileSystem } from './synthetic-file-system.js';

/** What an inode is made with. */
export interface SyntheticOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly rdev?: number;
  /** Inode number; the next one when left out. */
  readonly ino?: number;
  /** How many links a directory has above the two of its own, where it tells how many it has in it. */
  readonly moreLinks?: () => number;
}

const none = (): number => 0;

/** Attributes of an inode that is made up. A guest cannot change them, unless the inode says otherwise. */
export class SyntheticAttributes implements InodeAttributes {
  readonly fileSystem: SyntheticFileSystem;
  readonly ino: number;
  readonly rdev: number;
  mode: number;
  uid: number;
  gid: number;
  nlink = 1;
  size = 0;
  readonly #moreLinks: () => number;

  constructor(fileSystem: SyntheticFileSystem, type: InodeType, options: SyntheticOptions = {}) {
    this.fileSystem = fileSystem;
    this.ino = options.ino ?? fileSystem.allocateIno();
    this.mode = typeBits(type) | (options.mode ?? (type === 'directory' ? 0o555 : type === 'symlink' ? 0o777 : 0o444));
    this.uid = options.uid ?? 0;
    this.gid = options.gid ?? 0;
    this.rdev = options.rdev ?? 0;
    this.#moreLinks = options.moreLinks ?? none;
  }

  get dev(): number {
    return this.fileSystem.dev;
  }

  stat(): Stat {
    const { made } = this.fileSystem;
    const { dev, ino, mode, uid, gid, rdev, size } = this;
    return { dev, ino, mode, nlink: this.nlink + this.#moreLinks(), uid, gid, rdev, size, blksize: 1024, blocks: 0, atime: made, mtime: made, ctime: made };
  }

  change(change: AttributeChange): number {
    // A truncation comes with many a shell's redirection; there is nothing to cut.
    return Object.keys(change).every((key) => key === 'size') ? 0 : -Errno.EPERM;
  }
}

/** A file whose content is made when it is opened. */
export class SyntheticFile extends Inode {
  declare readonly attributes: SyntheticAttributes;
  readonly type = 'file';
  readonly #content: (request: OpenRequest) => Later<string>;

  /**
   * @param attributes - Its attributes.
   * @param content - Makes the content, a byte string, for one open.
   */
  constructor(attributes: SyntheticAttributes, content: (request: OpenRequest) => Later<string>) {
    super(attributes);
    this.#content = content;
  }

  override open(request: OpenRequest): Later<Opened> {
    if ((request.flags & 3) !== OpenFlags.O_RDONLY) return -Errno.EACCES;
    return after(this.#content(request), (content) => {
      if (isError(content)) return content;
      const hostFd = sealedMemfd(this.attributes.fileSystem.binding, bytesOf(content));
      return hostFd < 0 ? hostFd : { hostFd, kind: FdKind.file };
    });
  }
}

/** A symbolic link whose text, or target, is made when it is read. */
export class SyntheticLink extends SymbolicLink {
  readonly #text: (caller: PathCaller) => string | number;
  readonly #target: ((caller: PathCaller) => Location | number | undefined) | undefined;

  /**
   * @param attributes - Its attributes.
   * @param text - Makes the text.
   * @param target - Where it leads, for a magic link.
   */
  constructor(
    attributes: SyntheticAttributes,
    text: (caller: PathCaller) => string | number,
    target?: (caller: PathCaller) => Location | number | undefined,
  ) {
    super(attributes);
    this.#text = text;
    this.#target = target;
  }

  readlink(caller: PathCaller): string | number {
    return this.#text(caller);
  }

  follow(caller: PathCaller): Location | number | undefined {
    return this.#target?.(caller);
  }
}

/** Where a made-up directory has its names from. */
export interface NameSource {
  /** What a name is, or `undefined`. */
  lookup(name: string): Inode | number | undefined;
  list(): readonly NamedInode[];
}

/** A directory whose names are made when they are looked up. */
export class SyntheticDirectory extends Directory {
  declare readonly attributes: SyntheticAttributes;
  readonly parent: Directory | undefined;
  readonly name: string;
  readonly #names: NameSource;

  /**
   * @param attributes - Its attributes.
   * @param place - Where it is; `undefined` for a root.
   * @param names - What is in it.
   */
  constructor(attributes: SyntheticAttributes, place: { readonly parent: Directory; readonly name: string } | undefined, names: NameSource) {
    super(attributes);
    this.parent = place?.parent;
    this.name = place?.name ?? '';
    this.#names = names;
    attributes.nlink = 2;
  }

  lookup(name: string): Found | number {
    const inode = this.#names.lookup(name);
    if (inode === undefined) return -Errno.ENOENT;
    return typeof inode === 'number' ? inode : { inode };
  }

  list(): DirectoryEntry[] {
    return [...this.#names.list()];
  }

  /** Nothing is made here: the file systems of the kernel have no room for names of guests. */
  create(): number {
    return -Errno.EACCES;
  }

  makeDirectory(): number {
    return -Errno.EACCES;
  }

  makeSymlink(): number {
    return -Errno.EACCES;
  }

  createUnnamed(): number {
    return -Errno.EOPNOTSUPP;
  }

  link(): number {
    return -Errno.EPERM;
  }

  unlink(): number {
    return -Errno.EPERM;
  }

  removeDirectory(): number {
    return -Errno.EPERM;
  }

  rename(): number {
    return -Errno.EPERM;
  }

  walk(): undefined {
    return undefined;
  }
}

/** A fixed set of names. */
export class NameTable implements NameSource {
  readonly #inodes = new Map<string, Inode>();

  /** Adds a name. */
  add(name: string, inode: Inode): this {
    this.#inodes.set(name, inode);
    return this;
  }

  lookup(name: string): Inode | undefined {
    return this.#inodes.get(name);
  }

  list(): NamedInode[] {
    return [...this.#inodes].map(([name, { ino, type }]) => ({ name, ino, type }));
  }
}

/** A fixed set of names that is made when somebody looks: most enclaves end before that. */
export class LazyNames implements NameSource {
  readonly #make: () => NameTable;
  #made: NameTable | undefined;

  constructor(make: () => NameTable) {
    this.#make = make;
  }

  lookup(name: string): Inode | undefined {
    return this.#names.lookup(name);
  }

  list(): readonly NamedInode[] {
    return this.#names.list();
  }

  get #names(): NameTable {
    return (this.#made ??= this.#make());
  }
}

interface NamedInode {
  readonly name: string;
  readonly ino: number;
  readonly type: InodeType;
}
