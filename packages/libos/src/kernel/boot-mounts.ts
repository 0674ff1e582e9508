import { AT_FDCWD, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { Logger } from '@occlum/log';
import type { HostBinding } from '@occlum/native';

import { cString } from '../fs/byte-string.js';
import { mountFileSystems } from '../fs/mount-file-systems.js';
import type { FileSystems, MountRequest } from '../fs/mount-file-systems.js';
import { Credentials } from '../process/credentials.js';
import type { ProcessTable } from '../process/process-table.js';
import type { SystemNames } from '../system/system-names.js';
import type { EnclaveAttributes, MountAttributes } from './attributes.js';

const DIRECTORY = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

/** Groups of this process that are looked at. */
const GROUP_COUNT = 1024;

/** Directories that every enclave has in memory, whatever the root has there; anybody may write to them. */
const SHARED_MODE = 0o1777;

/** The file systems of an enclave as it boots. */
export interface BootedFiles extends FileSystems {
  /** Who this process is on the host, and so its guests. */
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
  /** Asked for when /proc is looked at. */
  readonly processes: () => ProcessTable;
}

/**
 * Mounts what an enclave starts with: the root in layers over a host directory, the kernel's own file systems, then the
 * mounts in order.
 *
 * @returns A negative error number where a host directory cannot be opened or a mount has no place.
 */
export function bootMounts(attributes: EnclaveAttributes, { host, log, names, job, processes }: BootHost): BootedFiles | number {
  const credentials = ownCredentials(host);
  const store = privateDirectory(host, attributes.store, 'files');
  const sockets = privateDirectory(host, attributes.store, 'sockets');
  if (store < 0 || sockets < 0) return Math.min(store, sockets);
  host.close(store);
  const files = mountFileSystems({
    binding: host,
    mounts: [
      { type: 'layered', target: '/', lower: byteString(attributes.rootfs) },
      { type: 'process', target: '/proc' },
      { type: 'system', target: '/sys' },
      { type: 'device', target: '/dev' },
      { type: 'layered', target: '/dev/shm', mode: SHARED_MODE },
      { type: 'layered', target: '/tmp', mode: SHARED_MODE },
      { type: 'layered', target: '/run' },
      ...attributes.mounts.map(mountRequest),
    ],
    store: `${byteString(attributes.store)}/files`,
    storeOptions: { log, copyLater: (from, to) => job(host.copyFileJob(from, to)) },
    host: { uid: credentials.uid, gid: credentials.gid, groups: credentials.groups },
    processes,
    hostname: () => names.hostname,
    release: names.release,
    version: names.version,
  });
  return typeof files === 'number' ? files : { ...files, credentials, sockets };
}

function mountRequest({ type, target, source, readOnly }: MountAttributes): MountRequest {
  if (type === 'tmpfs') return { type: 'layered', target: byteString(target), mode: SHARED_MODE, readOnly };
  return { type: 'host', target: byteString(target), source: byteString(source ?? ''), readOnly };
}

/** A directory of our own in the private one; a negative error number where it cannot be made. */
function privateDirectory(host: HostBinding, parent: string, name: string): number {
  const path = cString(byteString(`${parent}/${name}`));
  const made = host.mkdirat(AT_FDCWD, path, 0o700);
  return made < 0 && made !== -Errno.EEXIST ? made : host.openat(AT_FDCWD, path, DIRECTORY, 0, 0);
}

/** Who this process is on the host: guests are the same user. */
function ownCredentials(host: HostBinding): Credentials {
  const out = new Uint32Array(4 + GROUP_COUNT);
  const count = host.credentials(out);
  const [uid = 0, , gid = 0] = out;
  return Credentials.of(uid, gid, [...out.subarray(4, Math.max(4, count))]);
}

/** A JavaScript string as the bytes of its UTF-8. */
function byteString(text: string): string {
  return Buffer.from(text).toString('latin1');
}
