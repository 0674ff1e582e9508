import { AT_FDCWD, OpenFlags } from '@occlum/abi';
import { Errno, isErrnoError } from '@occlum/errno';
import type { ImageDirectory, NodeReference } from '@occlum/image';
import type { FileBinding } from '@occlum/native';

import { cString } from '../byte-string.js';
import { HostStat } from '../host/host-stat.js';
import { HostTree } from '../host/host-tree.js';
import type { HostPath } from '../host/host-tree.js';
import type { DirectoryEntry } from '../inode.js';
import { isError } from '../result.js';
import { typeBits } from '../stat.js';
import type { InodeType } from '../stat.js';
import { COPY_NAME } from './copy-name.js';
import { ContentCheck } from './content-check.js';
import { ImageIndex } from './image-index.js';
import type { Indexed } from './image-index.js';
import { SealedCopies } from './sealed-copies.js';

/** Files up to this size are handed out as a sealed copy of the very bytes that were checked. */
const COPIED_BYTES = 256 << 10;

const TYPES = { file: 'file', directory: 'directory', link: 'symlink' } as const satisfies Record<string, InodeType>;
const LINK_MODE = 0o777;

/** What makes a {@link CheckedTree}. */
export interface CheckedTreeOptions {
  readonly binding: FileBinding;
  /** Descriptor of the image's directory; belongs to the tree. */
  readonly root: number;
  /** Host path of the hash tree's file, as a byte string. */
  readonly tree: string;
  readonly reference: NodeReference;
  /** Path inside of what the root is, for reports. */
  readonly target: string;
  readonly nowSec: () => number;
  /** Hears of what is not as it was measured. */
  readonly changed: (path: string, what: string) => void;
}

/**
 * A directory of the host of which nothing is believed but what its hash tree says: names, types, modes, links and sizes come from
 * there, owners are root. Bytes are checked when a file is opened. A small one is then handed out as a copy that nobody can change. A larger
 * one is the host's own file: what the host's user writes into it after that is seen by those who have it open.
 */
export class CheckedTree extends HostTree {
  override readonly isSearchable = true;
  override readonly hidesInodes = true;
  readonly #index: ImageIndex;
  readonly #content: ContentCheck;
  readonly #copies: SealedCopies;
  readonly #treeFile: number;
  readonly #target: string;
  readonly #changed: CheckedTreeOptions['changed'];
  /** What the host says of a file that is about to be opened. */
  readonly #host = new HostStat();
  /** Directories whose names were compared with the host's. */
  readonly #compared = new Set<HostPath>();

  private constructor(options: CheckedTreeOptions, treeFile: number) {
    super(options.binding, options.root);
    this.#treeFile = treeFile;
    this.#target = options.target === '/' ? '' : options.target;
    this.#changed = options.changed;
    this.#content = new ContentCheck(options.binding, options.nowSec);
    this.#copies = new SealedCopies(options.binding);
    this.#index = new ImageIndex((offset, length) => {
      const bytes = new Uint8Array(length);
      const count = options.binding.pread(treeFile, bytes, offset);
      return bytes.subarray(0, Math.max(0, count));
    }, options.reference);
  }

  /**
   * Opens the hash tree, and reads its root.
   *
   * @returns `-EIO` where its root is not the one that was measured; what the host says where the file cannot be opened.
   */
  static open(options: CheckedTreeOptions): CheckedTree | number {
    const treeFile = options.binding.openat(AT_FDCWD, cString(options.tree), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0, 0);
    if (treeFile < 0) {
      options.binding.close(options.root);
      return treeFile;
    }
    const tree = new CheckedTree(options, treeFile);
    const root = tree.find('');
    if (root >= 0 && !isError(tree.list(''))) {
      options.binding.close(root);
      return tree;
    }
    if (root >= 0) options.binding.close(root);
    tree.close();
    return root < 0 ? root : -Errno.EIO;
  }

  override has(path: HostPath): boolean {
    return typeof this.#indexed(path) !== 'number';
  }

  override find(path: HostPath): number {
    const indexed = this.#indexed(path);
    if (typeof indexed === 'number') return this.#missing(path, indexed);
    const handle = super.find(path);
    if (handle < 0) return NOT_THERE.has(handle) ? this.#refuse(path, `it cannot be found on the host any more`) : handle;
    if (this.seen.type !== TYPES[indexed.entry.kind]) {
      this.binding.close(handle);
      return this.#refuse(path, `it is a ${this.seen.type} on the host, and was a ${TYPES[indexed.entry.kind]}`);
    }
    this.#show(indexed);
    return handle;
  }

  override list(path: HostPath): DirectoryEntry[] | number {
    const indexed = this.#indexed(path);
    if (typeof indexed === 'number') return indexed;
    if (indexed.entry.kind !== 'directory') return -Errno.ENOTDIR;
    const { entry } = indexed;
    return this.#guarded(path, () => {
      const entries = Array.from(this.#index.names(entry).byName, ([name, below]): DirectoryEntry => ({ name, ino: below.ino, type: TYPES[below.entry.kind] }));
      this.#compare(path, entries);
      return entries;
    });
  }

  override readlink(path: HostPath): string | number {
    const indexed = this.#indexed(path);
    if (typeof indexed === 'number') return indexed;
    if (indexed.entry.kind !== 'link') return -Errno.ESTALE;
    const text = super.readlink(path);
    if (typeof text === 'number') return text;
    return text === indexed.entry.target ? text : this.#refuse(path, 'it leads elsewhere on the host');
  }

  override openFile(handle: number, flags: number, path: HostPath): number | Promise<number> {
    const indexed = this.#indexed(path);
    if (typeof indexed === 'number') return indexed;
    const { entry } = indexed;
    if (entry.kind !== 'file') return -Errno.EIO;
    const host = this.#host;
    const looked = this.look(handle, host);
    if (looked < 0) return looked;
    if (host.size !== entry.size) return this.#refuse(path, `it has ${host.size} bytes, and had ${entry.size}`);
    const known = this.#content.known(host);
    if (known !== undefined && known !== entry.hash) return this.#refuse(path, CHANGED);
    const isSmall = entry.size <= COPIED_BYTES;
    const copy = known !== undefined && isSmall ? this.#copies.open(entry.hash, flags) : undefined;
    if (copy !== undefined) return copy;
    const descriptor = this.open(handle, flags);
    if (descriptor < 0 || (known !== undefined && !isSmall)) return descriptor;
    return isSmall ? this.#copied(path, descriptor, entry.hash, flags) : this.#hashed(path, descriptor, entry.hash);
  }

  override getXattr(): number {
    return -Errno.ENODATA;
  }

  override listXattr(): string[] {
    return [];
  }

  override close(): void {
    this.#copies.close();
    this.binding.close(this.#treeFile);
    super.close();
  }

  /** A copy of a small file, of the bytes that were checked. */
  #copied(path: HostPath, descriptor: number, hash: string, flags: number): number {
    const { size } = this.#host;
    const bytes = new Uint8Array(size);
    let read = 0;
    for (let count = 1; read < size && count > 0; read += Math.max(0, count)) count = this.binding.pread(descriptor, bytes.subarray(read), read);
    this.binding.close(descriptor);
    if (read !== size || this.#content.ofBytes(bytes, this.#host) !== hash) return this.#refuse(path, CHANGED);
    return this.#copies.add(hash, bytes, `${COPY_NAME}${this.#inside(path)}`, flags);
  }

  /** The host's own file, once all of it was read. */
  async #hashed(path: HostPath, descriptor: number, hash: string): Promise<number> {
    const found = await this.#content.ofFile(descriptor, this.#host);
    if (found === hash) return descriptor;
    this.binding.close(descriptor);
    return this.#refuse(path, typeof found === 'number' ? 'it cannot be read' : CHANGED);
  }

  #indexed(path: HostPath): Indexed | number {
    return this.#guarded(path, () => this.#index.find(path));
  }

  /** What a changed hash tree makes of a look-up. */
  #guarded<T>(path: HostPath, action: () => T | number): T | number {
    try {
      return action();
    } catch (error) {
      if (!isErrnoError(error, 'EIO')) throw error;
      return this.#refuse(path, error.message);
    }
  }

  /** A name that the image never had; it may have been added on the host. */
  #missing(path: HostPath, error: number): number {
    if (error !== -Errno.ENOENT || !super.has(path)) return error;
    return this.#refuse(path, 'it was added on the host');
  }

  /** Tells of names that came or went, once a directory: those that came are not listed, those that went cannot be opened. */
  #compare(path: HostPath, entries: readonly DirectoryEntry[]): void {
    if (this.#compared.has(path)) return;
    this.#compared.add(path);
    const listed = super.list(path);
    const there = new Set(isError(listed) ? [] : listed.map(({ name }) => name));
    for (const { name } of entries) if (!there.delete(name)) this.#refuse(path === '' ? name : `${path}/${name}`, 'it cannot be found on the host any more');
    for (const name of there) this.#refuse(path === '' ? name : `${path}/${name}`, 'it was added on the host');
  }

  #refuse(path: HostPath, what: string): number {
    this.#changed(this.#inside(path), what);
    return -Errno.EIO;
  }

  #inside(path: HostPath): string {
    return path === '' ? this.#target || '/' : `${this.#target}/${path}`;
  }

  /** Puts what was measured over what the host said. */
  #show({ entry, ino }: Indexed): void {
    const mode = typeBits(TYPES[entry.kind]) | (entry.kind === 'link' ? LINK_MODE : entry.mode);
    const size = entry.kind === 'file' ? entry.size : entry.kind === 'link' ? entry.target.length : this.seen.size;
    const nlink = entry.kind === 'directory' ? 2 + this.#directoriesIn(entry) : 1;
    this.seen.overlay({ mode, ino, uid: 0, gid: 0, nlink, size });
  }

  #directoriesIn(entry: ImageDirectory): number {
    const names = this.#guarded('', () => this.#index.names(entry));
    return isError(names) ? 0 : names.directories;
  }
}

const CHANGED = 'its content is not what it was';

/** Errors of the host that mean that something else stands there, or nothing. */
const NOT_THERE: ReadonlySet<number> = new Set([-Errno.ENOENT, -Errno.ENOTDIR, -Errno.ELOOP, -Errno.EACCES]);
