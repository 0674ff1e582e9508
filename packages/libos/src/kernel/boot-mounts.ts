import { AT_FDCWD, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { Logger } from '@occlum/log';
import type { HostBinding } from '@occlum/native';

import { cString } from '../fs/byte-string.js';
import { FileSystemContext } from '../fs/file-system-context.js';
import type { FileSystem } from '../fs/file-system.js';
import { HostFileSystem } from '../fs/host/host-file-system.js';
import { HostTree } from '../fs/host/host-tree.js';
import { OwnerMap } from '../fs/host/owner-map.js';
import { Directory } from '../fs/inode.js';
import { LayeredFileSystem } from '../fs/layered/layered-file-system.js';
import { Store } from '../fs/layered/store.js';
import { Location } from '../fs/location.js';
import { isError } from '../fs/result.js';
import { Vfs } from '../fs/vfs.js';
import { Credentials } from '../process/credentials.js';
import type { EnclaveAttributes, MountAttributes } from './attributes.js';

const DIRECTORY = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

/** Groups of this process that are looked at. */
const GROUP_COUNT = 1024;

/** The file systems of an enclave as it boots. */
export interface BootedFiles {
  readonly vfs: Vfs;
  /** Who this process is on the host, and so its guests. */
  readonly credentials: Credentials;
  /** Descriptor of the private directory of files. */
  readonly store: number;
  /** Descriptor of the private directory of sockets. */
  readonly sockets: number;
}

/** What {@link bootMounts} needs besides the attributes. */
export interface BootHost {
  readonly host: HostBinding;
  readonly log: Logger;
  readonly job: (id: number) => Promise<number>;
}

/**
 * Mounts what an enclave starts with: the root in layers over a host directory, then the mounts in order.
 *
 * @returns A negative error number where a host directory cannot be opened or a mount has no place.
 */
export async function bootMounts(attributes: EnclaveAttributes, { host, log, job }: BootHost): Promise<BootedFiles | number> {
  const credentials = ownCredentials(host);
  const store = privateDirectory(host, attributes.store, 'files');
  const sockets = privateDirectory(host, attributes.store, 'sockets');
  const rootfs = openDirectory(host, attributes.rootfs);
  const refused = Math.min(store, sockets, rootfs);
  if (refused < 0) return refused;
  const vfs = new Vfs(host);
  const copyLater = (from: number, to: number): Promise<number> => job(host.copyFileJob(from, to));
  const shared: Shared = {
    vfs,
    host,
    owners: new OwnerMap({ uid: credentials.uid, gid: credentials.gid, groups: credentials.groups }),
    store: new Store({ binding: host, directory: store, log, copyLater }),
    credentials,
  };
  const root = layered(shared, attributes.rootfs, new HostTree(host, rootfs));
  const mounted = vfs.mounts.mount(root, undefined);
  if (typeof mounted === 'number') return mounted;
  for (const mount of attributes.mounts) {
    const result = await addMount(shared, mount);
    if (result < 0) return result;
  }
  return { vfs, credentials, store, sockets };
}

interface Shared {
  readonly vfs: Vfs;
  readonly host: HostBinding;
  readonly owners: OwnerMap;
  readonly store: Store;
  readonly credentials: Credentials;
}

function layered({ vfs, owners, store }: Shared, source: string, lower?: HostTree): LayeredFileSystem {
  const common = { store, numbers: vfs.numbers, owners, fifos: vfs.fifos, now: () => vfs.now(), source };
  return new LayeredFileSystem(lower === undefined ? { ...common, root: { mode: 0o1777, uid: 0, gid: 0 } } : { ...common, lower });
}

async function addMount(shared: Shared, mount: MountAttributes): Promise<number> {
  const fileSystem = mount.type === 'tmpfs' ? layered(shared, 'tmpfs') : hostMount(shared, mount);
  if (typeof fileSystem === 'number') return fileSystem;
  const point = await mountPoint(shared.vfs, mount.target);
  if (typeof point === 'number') return point;
  const mounted = shared.vfs.mounts.mount(fileSystem, point, mount.readOnly);
  return typeof mounted === 'number' ? mounted : 0;
}

function hostMount({ vfs, host, owners }: Shared, { source = '', readOnly }: MountAttributes): FileSystem | number {
  const root = openDirectory(host, source);
  if (root < 0) return root;
  return new HostFileSystem({ binding: host, root, numbers: vfs.numbers, owners, readOnly, source, fifos: vfs.fifos });
}

/** The directory of a path; those of its directories that are missing are made in the root's upper layer. */
export async function mountPoint(vfs: Vfs, target: string): Promise<Location | number> {
  const caller = { files: new FileSystemContext(vfs.mounts.root), credentials: Credentials.of(0, 0) };
  let current = vfs.mounts.root;
  for (const name of target.split('/').filter((part) => part !== '')) {
    const found: Location | number = vfs.lookup(caller, name, { follow: true, base: current });
    if (!isError(found)) {
      current = found;
      continue;
    }
    if (found !== -Errno.ENOENT) return found;
    if (!(current.inode instanceof Directory)) return -Errno.ENOTDIR;
    const parent = current.inode;
    const made = await parent.makeDirectory(name, { mode: 0o755, uid: 0, gid: 0 });
    if (typeof made === 'number') return made;
    current = new Location(current.mount, made, parent, name);
  }
  return current.inode.type === 'directory' ? current : -Errno.ENOTDIR;
}

function openDirectory(host: HostBinding, path: string): number {
  return host.openat(AT_FDCWD, cString(Buffer.from(path).toString('latin1')), DIRECTORY, 0, 0);
}

/** A directory of our own in the private one; a negative error number where it cannot be made. */
function privateDirectory(host: HostBinding, parent: string, name: string): number {
  const path = `${parent}/${name}`;
  const made = host.mkdirat(AT_FDCWD, cString(Buffer.from(path).toString('latin1')), 0o700);
  return made < 0 && made !== -Errno.EEXIST ? made : openDirectory(host, path);
}

/** Who this process is on the host: guests are the same user. */
function ownCredentials(host: HostBinding): Credentials {
  const out = new Uint32Array(4 + GROUP_COUNT);
  const count = host.credentials(out);
  const [uid = 0, , gid = 0] = out;
  return Credentials.of(uid, gid, [...out.subarray(4, Math.max(4, count))]);
}
