import { Errno } from '@occlum/errno';

import type { NodeReference } from '@occlum/image';

import type { ProcessTable } from '../process/process-table.js';
import type { ShownCpus } from '../sched/cpu-view.js';
import { makeDevices } from './device/device-file-system.js';
import { FileSystemContext } from './file-system-context.js';
import type { FileSystem } from './file-system.js';
import { HostFileSystem } from './host/host-file-system.js';
import { HostTree, openHostDirectory, openHostRoot } from './host/host-tree.js';
import { OwnerMap } from './host/owner-map.js';
import type { HostIdentity } from './host/owner-map.js';
import type { CheckedTreeOptions } from './image/checked-tree.js';
import type { OpenCheckedTree } from './image/load-checked-tree.lazy.js';
import { directoryOf } from './inode.js';
import type { KeptLayers } from './kept/load-kept-layer.lazy.js';
import { LayeredFileSystem } from './layered/layered-file-system.js';
import { Store } from './layered/store.js';
import type { StoreOptions } from './layered/store.js';
import { Location } from './location.js';
import type { PathCaller } from './path-caller.js';
import { makeProcessFileSystem } from './proc/process-file-system.js';
import type { SettingValues } from './proc/kernel-settings.js';
import type { ShownTree } from './proc/process-maps.js';
import { isError } from './result.js';
import { makeSystemFileSystem } from './system/system-file-system.js';
import type { TerminalTable } from './terminal/terminal-table.js';
import { Vfs } from './vfs.js';
import type { VfsBinding } from './vfs.js';

/** One mount to make. */
export interface MountRequest {
  /** `layered`: names in memory, bytes in the store, over `lower`; `host`: a host directory or regular file as it is; the rest are the kernel's own. */
  readonly type: 'layered' | 'host' | 'device' | 'process' | 'system';
  /** Absolute path inside; the first one is `/`. */
  readonly target: string;
  /** Absolute host path, of `host`. */
  readonly source?: string;
  /** Absolute host path that a `layered` one shows, read-only. */
  readonly lower?: string;
  /** What the files of `lower` are checked against. */
  readonly image?: { readonly tree: string; readonly reference: NodeReference };
  /** Absolute host path of the directory that keeps what is written to a `layered` one; gone with the enclave when left out. */
  readonly upper?: string;
  /** Permission bits of the root of a `layered` one without a lower layer; 0755 when left out. */
  readonly mode?: number;
  readonly readOnly?: boolean;
}

/** What the file systems of an enclave are made of. */
export interface FileSystemOptions extends SettingValues {
  readonly binding: VfsBinding;
  /** In the order they are made; a target is made where it is missing and can be. */
  readonly mounts: readonly MountRequest[];
  /** Absolute host path of a private, empty directory for the bytes of files. */
  readonly store: string;
  readonly storeOptions?: Pick<StoreOptions, 'quota' | 'log' | 'copyLater'>;
  /** Process that has the layers which are kept, as people are told. */
  readonly pid?: number;
  /** Who Node is. */
  readonly host: HostIdentity;
  /** Who Node's user is inside; the same when left out. */
  readonly inside?: { readonly uid: number; readonly gid: number };
  readonly processes: () => ProcessTable;
  /** Needed where a mount has an image. */
  readonly openCheckedTree?: OpenCheckedTree | undefined;
  /** Needed where a mount has an upper directory. */
  readonly keptLayers?: KeptLayers | undefined;
  /** Hears of files of an image that are not as they were measured. */
  readonly imageChanged?: CheckedTreeOptions['changed'];
  /** CPUs that who opens a file knows of; all of the host's when left out. */
  readonly shownCpus?: ShownCpus;
  /** Whose network programs have. */
  readonly network: 'host' | 'none';
}

/** The file systems of an enclave. */
export interface FileSystems {
  readonly vfs: Vfs;
  readonly terminals: TerminalTable;
  /** Root and current directory of a new process tree. */
  context(): FileSystemContext;
  /** Looks how much programs write to files that are kept for them. */
  measure(): void;
  /** Gives back what they hold of the host. */
  close(): void;
}

const allCpus: ShownCpus = () => undefined;

/** Nobody in particular, who may do everything: it makes the mount points. */
const MAKER = { fsuid: 0, fsgid: 0, groups: [], hasCapability: () => true };

/**
 * Makes and mounts the file systems of an enclave.
 *
 * @returns A negative error number where a source cannot be opened, or a target cannot be made or is of another kind.
 */
export function mountFileSystems(options: FileSystemOptions): FileSystems | number {
  const { binding } = options;
  const storeDirectory = openHostDirectory(binding, options.store);
  if (storeDirectory < 0) return storeDirectory;
  const vfs = new Vfs(binding);
  const stores = [new Store({ binding, directory: storeDirectory, ...options.storeOptions })] as [Store, ...Store[]];
  const devices = makeDevices(vfs);
  const trees: ShownTree[] = [];
  const close = (): void => {
    devices.close();
    vfs.close();
    for (const store of stores) store.close();
  };
  const measure = (): void => {
    for (const store of stores) store.measureGrowing();
  };
  const maker = new Maker(vfs, stores, options, trees, devices.fileSystem);
  for (const request of options.mounts) {
    const fileSystem = maker.make(request);
    const mounted = isError(fileSystem) ? fileSystem : mountAt(vfs, fileSystem, request);
    if (mounted < 0) {
      close();
      return mounted;
    }
  }
  return { vfs, terminals: devices.terminals, context: () => new FileSystemContext(vfs.mounts.root), measure, close };
}

const SILENT = { warn: () => undefined };

/** Makes file systems of all types. */
class Maker {
  readonly #vfs: Vfs;
  readonly #store: Store;
  /** All there are, for who closes them. */
  readonly #stores: Store[];
  readonly #options: FileSystemOptions;
  readonly #owners: OwnerMap;
  readonly #trees: ShownTree[];
  readonly #devices: FileSystem;

  constructor(vfs: Vfs, stores: [Store, ...Store[]], options: FileSystemOptions, trees: ShownTree[], devices: FileSystem) {
    this.#vfs = vfs;
    this.#devices = devices;
    [this.#store] = stores;
    this.#stores = stores;
    this.#options = options;
    this.#owners = new OwnerMap(options.host, options.inside);
    this.#trees = trees;
  }

  make(request: MountRequest): FileSystem | number {
    const vfs = this.#vfs;
    switch (request.type) {
      case 'layered': return this.#layered(request);
      case 'host': return this.#host(request);
      case 'process': return makeProcessFileSystem({ ...this.#options, vfs, shownCpus: this.#options.shownCpus ?? allCpus, trees: () => this.#trees });
      case 'system': return makeSystemFileSystem(vfs, this.#options.shownCpus ?? allCpus);
      case 'device': return this.#devices;
    }
  }

  #layered(request: MountRequest): FileSystem | number {
    const { keptLayers, storeOptions } = this.#options;
    if (request.upper === undefined) return this.#over(request, this.#store);
    if (keptLayers === undefined) throw new TypeError('keptLayers is undefined, must be there for a mount with an upper directory');
    const { binding } = this.#vfs;
    const layer = keptLayers.open(binding, request.upper, this.#options.pid ?? 0);
    if (isError(layer)) return layer;
    const store = new Store({ binding, directory: layer.files, stored: layer.stored, ...storeOptions });
    this.#stores.push(store);
    const fileSystem = this.#over(request, store);
    if (typeof fileSystem === 'number') {
      binding.close(layer.directory);
      return fileSystem;
    }
    const restored = keptLayers.restore(fileSystem, layer, { binding, log: storeOptions?.log ?? SILENT, unsettled: (journal) => { this.#vfs.unsettled(journal); } });
    if (restored < 0) fileSystem.close();
    return restored < 0 ? restored : fileSystem;
  }

  #over({ lower, image, mode, target }: MountRequest, store: Store): LayeredFileSystem | number {
    const vfs = this.#vfs;
    const common = { store, numbers: vfs.numbers, owners: this.#owners, fifos: vfs.fifos, now: () => vfs.now() };
    if (lower === undefined) {
      const { uid, gid } = this.#options.inside ?? this.#options.host;
      return new LayeredFileSystem({ ...common, source: 'tmpfs', root: { mode: mode ?? 0o755, uid, gid } });
    }
    const root = openHostDirectory(vfs.binding, lower);
    if (root < 0) return root;
    this.#show(lower, target);
    const tree = image === undefined ? new HostTree(vfs.binding, root) : this.#checked(root, image, target);
    return isError(tree) ? tree : new LayeredFileSystem({ ...common, source: 'overlay', lower: tree });
  }

  #checked(root: number, { tree, reference }: NonNullable<MountRequest['image']>, target: string): HostTree | number {
    const { openCheckedTree, imageChanged = () => undefined } = this.#options;
    if (openCheckedTree === undefined) throw new TypeError('openCheckedTree is undefined, must be there for a mount with an image');
    const vfs = this.#vfs;
    return openCheckedTree({ binding: vfs.binding, root, tree, reference, target, nowSec: () => vfs.now().sec, changed: imageChanged });
  }

  #host({ source = '/', readOnly = false, target }: MountRequest): FileSystem | number {
    const vfs = this.#vfs;
    const root = openHostRoot(vfs.binding, source);
    if (root < 0) return root;
    this.#show(source, target);
    // The path on the host is not the guest's business.
    return new HostFileSystem({ binding: vfs.binding, root, numbers: vfs.numbers, owners: this.#owners, readOnly, source: 'hostfs', fifos: vfs.fifos });
  }

  #show(host: string, guest: string): void {
    this.#trees.push({ host: host.replace(/\/+$/, ''), guest });
    this.#trees.sort((a, b) => b.host.length - a.host.length);
  }
}

function mountAt(vfs: Vfs, fileSystem: FileSystem, { target, readOnly }: MountRequest): number {
  if (vfs.mounts.mounts.length === 0) {
    const root = vfs.mounts.mount(fileSystem, undefined, readOnly);
    return isError(root) ? root : 0;
  }
  const point = makePoint(vfs, target, fileSystem.root.type === 'directory' ? 'directory' : 'file');
  if (isError(point)) return point;
  const mounted = vfs.mounts.mount(fileSystem, point, readOnly);
  return isError(mounted) ? mounted : 0;
}

/** What a path names, made where it is missing, with all directories above it. */
function makePoint(vfs: Vfs, path: string, type: 'directory' | 'file'): Location | number {
  const files = new FileSystemContext(vfs.mounts.root);
  const caller: PathCaller = { files, credentials: MAKER };
  const names = path.split('/').filter((part) => part !== '' && part !== '.');
  let at = vfs.mounts.root;
  for (const [index, name] of names.entries()) {
    if (name === '..') return -Errno.EINVAL;
    if (at.inode.type !== 'directory') return -Errno.ENOTDIR;
    let next = vfs.lookup(caller, name, { follow: true, base: at });
    if (next === -Errno.ENOENT) next = makeName(at, name, index === names.length - 1 ? type : 'directory');
    if (isError(next)) return next;
    at = next;
  }
  return at;
}

function makeName({ inode, mount }: Location, name: string, type: 'directory' | 'file'): Location | number {
  const directory = directoryOf(inode);
  const { uid, gid } = inode;
  const made = type === 'directory' ? directory.makeDirectory(name, { mode: 0o755, uid, gid }) : directory.create(name, type, { mode: 0o644, uid, gid });
  if (made instanceof Promise) return -Errno.EAGAIN;
  return isError(made) ? made : new Location(mount, made, directory, name);
}
