import { Errno } from '@occlum/errno';

import { MountDevices } from '../device-numbers.js';
import type { DeviceNumbers } from '../device-numbers.js';
import type { FifoTable } from '../fifo.js';
import type { FileSystem, FileSystemStatus } from '../file-system.js';
import { HandleCache } from '../host/handle-cache.js';
import { readStatus } from '../host/host-status.js';
import { above } from '../host/host-tree.js';
import type { HostPath, HostTree } from '../host/host-tree.js';
import { hostChecksFor } from '../host/host-trust.js';
import type { OwnerMap } from '../host/owner-map.js';
import { IdentityMap } from '../identity-map.js';
import type { Found, NewInode, Want } from '../inode.js';
import type { InodeRow } from '../kept/layer-rows.js';
import type { FileCredentials } from '../permissions.js';
import { isError } from '../result.js';
import type { InodeType, Stat, Time } from '../stat.js';
import type { LayerChanges } from './layer-changes.js';
import { LayeredAttributes } from './layered-attributes.js';
import { LayeredDirectory } from './layered-directory.js';
import { LayeredFile, LayeredSpecial, LayeredSymlink } from './layered-inode.js';
import type { LayeredInode } from './layered-inode.js';
import type { Store } from './store.js';

/** `O_PATH` handles of the lower layer that are kept. */
const HANDLE_COUNT = 64;
/** Inode numbers of what is not in the lower layer, above all that hosts give. */
const FIRST_OWN_INO = 2 ** 48;
/** Magic numbers. Source: linux/include/uapi/linux/magic.h. */
const OVERLAYFS_SUPER_MAGIC = 0x794c7630;
const TMPFS_MAGIC = 0x01021994;

/** What makes a {@link LayeredFileSystem}. */
export interface LayeredFileSystemOptions {
  readonly store: Store;
  /** Read-only layer whose files show through; belongs to the file system. */
  readonly lower?: HostTree;
  readonly numbers: DeviceNumbers;
  readonly owners: OwnerMap;
  readonly fifos: FifoTable;
  readonly now: () => Time;
  /** As /proc/mounts shows it. */
  readonly source: string;
  /** Mode and owner of the root directory where there is no lower layer. */
  readonly root?: NewInode;
}

/** A file system in memory whose files' bytes are in a {@link Store}, over an optional lower layer of the host that it never changes. */
export class LayeredFileSystem implements FileSystem {
  readonly name: string;
  readonly source: string;
  readonly readOnly = false;
  readonly root: LayeredDirectory;
  readonly store: Store;
  readonly owners: OwnerMap;
  readonly fifos: FifoTable;
  readonly now: () => Time;
  /** Hears of changes, where they are kept for later runs. */
  changes: LayerChanges | undefined;
  readonly #lower: HostTree | undefined;
  readonly #devices: MountDevices;
  readonly #dev: number;
  readonly #handles: HandleCache<LayeredAttributes>;
  /** Inodes of the lower layer that somebody holds. */
  readonly #inodes = new IdentityMap<LayeredInode>();
  /** Those among them that were changed: they must be found again. */
  readonly #kept = new Set<LayeredInode>();
  #nextIno = FIRST_OWN_INO;

  /**
   * @throws RangeError when the lower layer is no directory that can be looked at.
   */
  constructor(options: LayeredFileSystemOptions) {
    this.source = options.source;
    this.name = options.lower === undefined ? 'tmpfs' : 'overlay';
    this.store = options.store;
    this.owners = options.owners;
    this.fifos = options.fifos;
    this.now = options.now;
    this.#lower = options.lower;
    this.#devices = new MountDevices(options.numbers);
    this.#handles = new HandleCache(options.store.binding, HANDLE_COUNT);
    if (options.lower === undefined) {
      this.#dev = options.numbers.allocate();
      this.root = this.makeDirectory(options.root ?? { mode: 0o755, uid: 0, gid: 0 }, { parent: undefined, name: '' });
    } else {
      this.#dev = 0;
      const found = this.lookupLower('');
      if (isError(found) || !(found.inode instanceof LayeredDirectory)) throw new RangeError(`lower is ${isError(found) ? found : found.inode.type}, must be a directory`);
      this.#dev = found.inode.dev;
      this.root = found.inode;
      this.root.pin();
      this.keep(this.root);
    }
  }

  /** The lower layer; only for what came from it. */
  get lowerTree(): HostTree {
    if (this.#lower === undefined) throw new RangeError('lower is undefined, must be a tree for an inode that is in it');
    return this.#lower;
  }

  trusts(credentials: FileCredentials): boolean {
    return this.#lower !== undefined && (this.#lower.isSearchable || hostChecksFor(credentials, this.owners));
  }

  status(): FileSystemStatus | number {
    const host = readStatus(this.store.binding, this.store.directory);
    if (isError(host)) return host;
    const { used, limit } = this.store.usage;
    const type = this.#lower === undefined ? TMPFS_MAGIC : OVERLAYFS_SUPER_MAGIC;
    if (limit === Infinity) return { ...host, type };
    const free = Math.max(0, Math.min(host.blocksFree, Math.floor((limit - used) / host.blockSize)));
    return { ...host, type, blocks: Math.min(host.blocks, Math.floor(limit / host.blockSize)), blocksFree: free };
  }

  /** What a path of the lower layer names; the object of an inode is the same each time. */
  lookupLower(path: HostPath, want: Want = 'inode'): Found<LayeredInode> | number {
    const tree = this.lowerTree;
    const handle = tree.find(path);
    if (handle < 0) return handle;
    const { seen } = tree;
    const dev = this.#devices.of(seen.device);
    let inode = this.#inodes.get(dev, seen.ino);
    if (inode?.type === seen.type) inode.attributes.refresh();
    else {
      inode = this.#fromLower(path, dev);
      this.#inodes.set(dev, seen.ino, inode);
    }
    this.#handles.keep(inode.attributes, handle);
    const { attributes } = inode;
    return want === 'status' && attributes.stored === undefined ? { inode, stat: attributes.over(seen.toStat(dev)) } : { inode };
  }

  /** Whether the lower layer has a name. */
  isInLower(path: HostPath): boolean {
    return this.lowerTree.has(path);
  }

  statLower(path: HostPath): Stat | number {
    const tree = this.lowerTree;
    return tree.with(path, () => tree.seen.toStat(this.#devices.of(tree.seen.device)));
  }

  /** Does something with a handle of a lower inode. */
  withLower<T>(attributes: LayeredAttributes, path: HostPath, action: (handle: number) => T | number): T | number {
    const known = this.#handles.get(attributes);
    if (known !== undefined) return action(known);
    return this.lowerTree.with(path, (handle) => (this.lowerTree.seen.type === attributes.type ? action(handle) : -Errno.ESTALE));
  }

  /** The directory that has the last name of a path of the lower layer. */
  directoryAboveLower(path: HostPath): LayeredDirectory | undefined {
    if (path === '' || this.#lower === undefined) return undefined;
    const found = this.lookupLower(above(path));
    return !isError(found) && found.inode instanceof LayeredDirectory ? found.inode : undefined;
  }

  /** An inode was changed: the lower layer no longer says what it is. */
  keep(inode: LayeredInode): void {
    inode.attributes.markChanged();
    this.#kept.add(inode);
  }

  /** What was changed of files that may have no names but those of the lower layer. */
  *changedInPlace(): Generator<LayeredAttributes> {
    for (const { type, attributes } of this.#kept) if (type !== 'directory' && attributes.lower !== undefined && attributes.nlink > 0) yield attributes;
  }

  /** An inode has no name any more. */
  forget(inode: LayeredInode): void {
    this.#kept.delete(inode);
    this.changes?.forgot(inode.attributes);
  }

  /**
   * An inode of an earlier run.
   *
   * @returns `undefined` where it was the lower layer's and is not there any more, and none of it was kept.
   */
  remade(row: InodeRow): LayeredInode | undefined {
    this.#nextIno = Math.max(this.#nextIno, row.ino >= FIRST_OWN_INO ? row.ino + 1 : 0);
    const found = row.lower === undefined || this.#lower === undefined ? -Errno.ENOENT : this.lookupLower(row.lower);
    if (!isError(found) && found.inode.type === row.type) {
      this.keep(found.inode);
      return found.inode;
    }
    if (row.lower !== undefined && row.stored === undefined && row.type !== 'directory') return undefined;
    const ino = row.ino >= FIRST_OWN_INO ? row.ino : this.#nextIno++;
    const attributes = new LayeredAttributes(this, { dev: this.#dev, ino, type: row.type, mode: row.mode, uid: row.uid, gid: row.gid, nlink: row.nlink, rdev: row.rdev });
    return row.type === 'directory' ? new LayeredDirectory(attributes) : this.#inode(attributes);
  }

  /** A new file, FIFO or socket. */
  make(type: InodeType, created: NewInode, rdev: number): LayeredFile | LayeredSpecial {
    const attributes = this.#attributes(type, created, 1, rdev);
    return type === 'file' ? new LayeredFile(attributes) : new LayeredSpecial(attributes);
  }

  makeSymlink(created: NewInode, target: string): LayeredSymlink {
    const attributes = this.#attributes('symlink', created, 1, 0);
    attributes.linkTarget = target;
    return new LayeredSymlink(attributes);
  }

  makeDirectory(created: NewInode, place: { parent: LayeredDirectory | undefined; name: string }): LayeredDirectory {
    return new LayeredDirectory(this.#attributes('directory', created, 2, 0), place);
  }

  sync(): number {
    return this.changes?.sync() ?? 0;
  }

  close(): void {
    this.changes?.close();
    this.#handles.clear();
    this.#lower?.close();
  }

  #inode(attributes: LayeredAttributes): LayeredFile | LayeredSymlink | LayeredSpecial {
    if (attributes.type === 'file') return new LayeredFile(attributes);
    return attributes.type === 'symlink' ? new LayeredSymlink(attributes) : new LayeredSpecial(attributes);
  }

  #attributes(type: InodeType, created: NewInode, nlink: number, rdev: number): LayeredAttributes {
    return new LayeredAttributes(this, { dev: this.#dev, ino: this.#nextIno++, type, ...created, nlink, rdev });
  }

  #fromLower(path: HostPath, dev: number): LayeredInode {
    const { seen } = this.lowerTree;
    const attributes = new LayeredAttributes(this, {
      dev,
      ino: seen.ino,
      type: seen.type,
      mode: seen.mode,
      uid: this.owners.toGuestUid(seen.uid),
      gid: this.owners.toGuestGid(seen.gid),
      nlink: seen.nlink,
      rdev: seen.rdev,
      lower: path,
    });
    if (seen.type === 'directory') return new LayeredDirectory(attributes);
    const inode = this.#inode(attributes);
    attributes.refresh();
    attributes.onChange = () => {
      this.keep(inode);
    };
    return inode;
  }
}
