import { AT_FDCWD, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { Logger } from '@occlum/log';
import type { HostBinding } from '@occlum/native';

import type { DenialReport } from '../denial/denial-report.js';
import { byteString, cString } from '../fs/byte-string.js';
import type { HostIdentity } from '../fs/host/owner-map.js';
import type { OpenCheckedTree } from '../fs/image/load-checked-tree.lazy.js';
import type { KeptLayers } from '../fs/kept/load-kept-layer.lazy.js';
import type { ByteQuota } from '../fs/layered/byte-quota.js';
import { mountFileSystems } from '../fs/mount-file-systems.js';
import type { FileSystems, MountRequest } from '../fs/mount-file-systems.js';
import type { IpcNamespace } from '../ipc/ipc-namespace.js';
import { Credentials } from '../process/credentials.js';
import type { ProcessTable } from '../process/process-table.js';
import type { ShownCpus } from '../sched/cpu-view.js';
import type { SystemNames } from '../system/system-names.js';
import type { EnclaveAttributes, ImageAttributes, MountAttributes } from './attributes.js';

const DIRECTORY = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

/** Groups of this process that are looked at. */
const GROUP_COUNT = 1024;

/** Directories that every enclave has in memory, whatever the root has there; anybody may write to them. */
const SHARED_MODE = 0o1777;

/** The file systems of an enclave as it boots. */
export interface BootedFiles extends FileSystems {
  /** Who guests are. */
  readonly credentials: Credentials;
  /** Descriptor of the private directory of sockets. */
  readonly sockets: number;
}

/** What {@link bootMounts} needs besides the attributes. */
export interface BootHost {
  readonly host: HostBinding;
  readonly log: Logger;
  readonly names: SystemNames;
  readonly job: (id: number) => Promise<number>;
  readonly denials: DenialReport;
  /** Needed where the attributes have an image. */
  readonly openCheckedTree: OpenCheckedTree | undefined;
  /** Needed where the attributes have a layer that is kept. */
  readonly keptLayers: KeptLayers | undefined;
  /** Bytes that all files which programs write may have. */
  readonly quota: ByteQuota;
  /** This process, as who asks for a layer that it has is told. */
  readonly pid: number;
  /** CPUs that who opens a file knows of. */
  readonly shownCpus: ShownCpus;
  /** Asked for when /proc is looked at. */
  readonly processes: () => ProcessTable;
  readonly ipc: IpcNamespace;
}

/**
 * Mounts what an enclave starts with: the root in layers over a host directory, the kernel's own file systems, then the
 * mounts in order.
 *
 * @returns A negative error number where a host directory cannot be opened or a mount has no place.
 */
export function bootMounts(attributes: EnclaveAttributes, { host, log, names, job, denials, openCheckedTree, keptLayers, quota, pid, processes, shownCpus, ipc }: BootHost): BootedFiles | number {
  const identity = hostIdentity(host);
  const isRoot = attributes.identity === 'root';
  const credentials = credentialsOf(attributes, identity);
  const store = privateDirectory(host, attributes.store, 'files');
  const sockets = privateDirectory(host, attributes.store, 'sockets');
  if (store < 0 || sockets < 0) return Math.min(store, sockets);
  host.close(store);
  const files = mountFileSystems({
    binding: host,
    mounts: [
      { type: 'layered', target: '/', lower: byteString(attributes.rootfs), ...imageOf(attributes), ...upperOf(attributes.writableLayer), readOnly: attributes.readOnly === true },
      { type: 'process', target: '/proc' },
      { type: 'system', target: '/sys' },
      { type: 'device', target: '/dev' },
      { type: 'layered', target: '/dev/shm', mode: SHARED_MODE },
      { type: 'layered', target: '/tmp', mode: SHARED_MODE },
      // An image has what it has, and nothing else but what Linux programs cannot do without.
      ...(attributes.image === undefined ? [{ type: 'layered', target: '/run' } as const] : []),
      ...attributes.mounts.filter(isMissing).map(mountRequest),
    ],
    store: `${byteString(attributes.store)}/files`,
    storeOptions: { log, quota, copyLater: (from, to) => job(host.copyFileJob(from, to)) },
    host: identity,
    ...(isRoot ? { inside: { uid: 0, gid: 0 } } : {}),
    processes,
    ipc: () => ipc,
    openCheckedTree,
    keptLayers,
    pid,
    imageChanged: (path, what) => { denials.imageChanged(path, what); },
    hostname: () => names.hostname,
    release: names.release,
    version: names.version,
    shownCpus,
    network: attributes.network,
  });
  return typeof files === 'number' ? files : { ...files, credentials, sockets };
}

/** What is at its place already need not be mounted there, where it would hide what is mounted below it. */
function isMissing({ type, target }: MountAttributes): boolean {
  return !(type === 'proc' && target === '/proc') && !(type === 'dev' && target === '/dev');
}

function mountRequest(mount: MountAttributes): MountRequest {
  const target = byteString(mount.target);
  switch (mount.type) {
    case 'host': return { type: 'host', target, source: byteString(mount.source), readOnly: mount.readOnly };
    case 'tmpfs': return { type: 'layered', target, mode: SHARED_MODE, readOnly: mount.readOnly };
    case 'union': return { type: 'layered', target, readOnly: mount.readOnly, ...(mount.lower === undefined ? {} : { lower: byteString(mount.lower) }), ...imageOf(mount), ...upperOf(mount.upper) };
    case 'proc': return { type: 'process', target };
    case 'dev': return { type: 'device', target };
  }
}

function imageOf({ image }: { readonly image?: ImageAttributes }): Pick<MountRequest, 'image'> {
  return image === undefined ? {} : { image: { tree: byteString(image.tree), reference: image.reference } };
}

function upperOf(upper: string | undefined): Pick<MountRequest, 'upper'> {
  return upper === undefined ? {} : { upper: byteString(upper) };
}

/** A directory of our own in the private one; a negative error number where it cannot be made. */
function privateDirectory(host: HostBinding, parent: string, name: string): number {
  const path = cString(byteString(`${parent}/${name}`));
  const made = host.mkdirat(AT_FDCWD, path, 0o700);
  return made < 0 && made !== -Errno.EEXIST ? made : host.openat(AT_FDCWD, path, DIRECTORY, 0, 0);
}

/** Who processes from outside are. */
function credentialsOf({ identity, user }: EnclaveAttributes, { uid, gid, groups }: HostIdentity): Credentials {
  if (user !== undefined) return Credentials.of(user.uid, user.gid, [user.gid]);
  return identity === 'root' ? Credentials.of(0, 0, [0]) : Credentials.of(uid, gid, groups);
}

/** Who this process is on the host. */
function hostIdentity(host: HostBinding): HostIdentity {
  const out = new Uint32Array(4 + GROUP_COUNT);
  const count = host.credentials(out);
  const [uid = 0, , gid = 0] = out;
  return { uid, gid, groups: [...out.subarray(4, Math.max(4, count))] };
}
