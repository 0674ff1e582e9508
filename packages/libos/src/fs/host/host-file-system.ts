import type { FileBinding } from '@occlum/native';

import { MountDevices } from '../device-numbers.js';
import type { DeviceNumbers } from '../device-numbers.js';
import type { FifoTable } from '../fifo.js';
import type { FileSystem, FileSystemStatus } from '../file-system.js';
import { IdentityMap } from '../identity-map.js';
import type { Found, Inode, Want } from '../inode.js';
import type { FileCredentials } from '../permissions.js';
import { isError } from '../result.js';
import { HandleCache } from './handle-cache.js';
import { HostDirectory, HostFile, HostSymlink } from './host-inode.js';
import type { HostInode } from './host-inode.js';
import { HostNode } from './host-node.js';
import { readStatus } from './host-status.js';
import { hostChecksFor } from './host-trust.js';
import { HostTree, above } from './host-tree.js';
import type { HostPath } from './host-tree.js';
import type { OwnerMap } from './owner-map.js';

/** `O_PATH` handles kept of inodes that are not in use. */
const HANDLE_COUNT = 64;

/** What makes a {@link HostFileSystem}. */
export interface HostFileSystemOptions {
  readonly binding: FileBinding;
  /** Descriptor of the directory, or `O_PATH` descriptor of the one file that is mounted; belongs to the file system. */
  readonly root: number;
  readonly numbers: DeviceNumbers;
  readonly owners: OwnerMap;
  readonly readOnly: boolean;
  /** As /proc/mounts shows it. */
  readonly source: string;
  readonly fifos: FifoTable;
}

/** A directory or single file of the host, passed through: what others do there is seen at once. */
export class HostFileSystem implements FileSystem {
  readonly name = 'hostfs';
  readonly source: string;
  readonly readOnly: boolean;
  readonly root: HostDirectory | HostFile;
  readonly binding: FileBinding;
  readonly tree: HostTree;
  readonly devices: MountDevices;
  readonly owners: OwnerMap;
  readonly fifos: FifoTable;
  readonly handles: HandleCache<HostNode>;
  readonly #inodes = new IdentityMap<HostInode>();
  /** Directories that something is mounted on. */
  readonly #points = new Set<HostDirectory>();

  /**
   * @throws RangeError when the root is no directory or regular file that can be looked at.
   */
  constructor(options: HostFileSystemOptions) {
    this.source = options.source;
    this.readOnly = options.readOnly;
    this.binding = options.binding;
    this.tree = new HostTree(options.binding, options.root);
    this.devices = new MountDevices(options.numbers);
    this.owners = options.owners;
    this.fifos = options.fifos;
    this.handles = new HandleCache(options.binding, HANDLE_COUNT);
    const root = this.lookup('');
    const inode = isError(root) ? undefined : root.inode;
    if (!(inode instanceof HostDirectory) && !(inode instanceof HostFile && inode.type === 'file')) {
      throw new RangeError(`root is ${isError(root) ? root : root.inode.type}, must be a directory or regular file`);
    }
    this.root = inode;
  }

  /** Whether look-ups of many components could miss a mount point. */
  get hasPoints(): boolean {
    return this.#points.size > 0;
  }

  /** Keeps the object of a directory that something is mounted on. */
  addPoint(directory: HostDirectory): void {
    this.#points.add(directory);
  }

  trusts(credentials: FileCredentials): boolean {
    return !this.hasPoints && hostChecksFor(credentials, this.owners);
  }

  status(): FileSystemStatus | number {
    return this.tree.with('', (handle) => readStatus(this.binding, handle));
  }

  /** What a path names. */
  lookup(path: HostPath, want?: Want): Found<HostInode> | number {
    const handle = this.tree.find(path);
    return handle < 0 ? handle : this.adopt(path, handle, want);
  }

  /**
   * The inode that the tree has just seen.
   *
   * @param path - Where.
   * @param handle - Its `O_PATH` handle; it is taken over.
   */
  adopt(path: HostPath, handle: number, want: Want = 'inode'): Found<HostInode> {
    const { seen } = this.tree;
    const dev = this.devices.of(seen.device);
    let inode = this.#inodes.get(dev, seen.ino);
    if (inode !== undefined && this.isSeen(inode.attributes)) {
      inode.attributes.path = path;
      inode.attributes.refresh();
    } else {
      const node = new HostNode(this, path);
      node.inode = inode = makeInode(node);
      this.#inodes.set(dev, seen.ino, inode);
    }
    this.handles.keep(inode.attributes, handle);
    return want === 'status' ? { inode, stat: inode.attributes.seenStat() } : { inode };
  }

  /** Whether a node is what the tree has just seen. */
  isSeen(node: HostNode): boolean {
    const { seen } = this.tree;
    return node.ino === seen.ino && node.type === seen.type && node.birth === seen.birth && node.dev === this.devices.of(seen.device);
  }

  /** The directory above a path. */
  directoryAbove(path: HostPath): HostDirectory | undefined {
    if (path === '') return undefined;
    const found = this.lookup(above(path));
    return !isError(found) && found.inode instanceof HostDirectory ? found.inode : undefined;
  }

  /** A name was moved: everything known below it has another path now. */
  moved(from: HostPath, to: HostPath): void {
    for (const { attributes } of this.#inodes.values()) {
      if (attributes.path === from) attributes.path = to;
      else if (attributes.path.startsWith(`${from}/`)) attributes.path = to + attributes.path.slice(from.length);
    }
  }

  /** Two names were exchanged. */
  exchanged(one: HostPath, other: HostPath): void {
    const aside = `\0${one}`;
    this.moved(one, aside);
    this.moved(other, one);
    this.moved(aside, other);
  }

  sync(): number {
    return 0;
  }

  close(): void {
    this.handles.clear();
    this.tree.close();
  }
}

function makeInode(node: HostNode): HostInode {
  if (node.type === 'directory') return new HostDirectory(node);
  return node.type === 'symlink' ? new HostSymlink(node) : new HostFile(node);
}

/** Whether an inode is of a file system that is passed through. */
export function isHostInode(inode: Inode): inode is HostInode {
  return inode.attributes instanceof HostNode;
}
