import { AT_FDCWD, AtFlags, FcntlCommand, FileMode, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdFlag, FdKind } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { cString } from '../fs/byte-string.js';
import { FileDescription } from '../fs/file-description.js';
import type { Location } from '../fs/location.js';
import { HostStat, STATX_WANTED } from '../fs/host/host-stat.js';

/** A host descriptor that a program starts with. */
export interface InheritedDescriptor {
  /** Belongs to the holder. */
  readonly hostFd: number;
  readonly description: FileDescription;
  /** `FdFlag` bits. */
  readonly flags: number;
}

/** Socket families and options. Source: linux/include/linux/socket.h, asm-generic/socket.h. */
const SOL_SOCKET = 1;
const SO_DOMAIN = 39;
const AF_UNIX = 1;

/**
 * Takes over a descriptor of the embedding program.
 *
 * A pipe or terminal is opened anew where the host allows it, so that a guest's `O_NONBLOCK` stays its own. A file is not:
 * its offset is shared with whoever writes there besides. What is not opened anew keeps its flags, whatever the guest sets.
 *
 * @param host - Host calls.
 * @param descriptor - Stays the caller's.
 * @param device - Where a device of the host is in the enclave, by its number or by a descriptor of it.
 * @returns `-EBADF` for one that is not open.
 */
export function inheritDescriptor(
  host: HostBinding,
  descriptor: number,
  device: (rdev: number, hostFd: number) => Location | undefined,
): InheritedDescriptor | number {
  if (descriptor < 0) return -Errno.EBADF;
  const seen = new HostStat();
  const looked = host.statx(descriptor, cString(''), AtFlags.AT_EMPTY_PATH, STATX_WANTED, seen.bytes);
  if (looked < 0) return looked;
  const { mode, ino, rdev } = seen.toStat(0);
  const status = host.fcntl(descriptor, FcntlCommand.F_GETFL, 0);
  const kind = kindOf(host, descriptor, mode & FileMode.S_IFMT);
  const reopened = kind === FdKind.pipe || kind === FdKind.terminal ? reopen(host, descriptor, status & 3) : -1;
  const hostFd = reopened >= 0 ? reopened : host.dup(descriptor);
  if (hostFd < 0) return hostFd;
  const label = LABELS[kind];
  const location = (mode & FileMode.S_IFMT) === FileMode.S_IFCHR ? device(rdev, hostFd) : undefined;
  return {
    hostFd,
    description: new FileDescription({ kind, flags: Math.max(0, status), location, label: label === undefined ? '' : `${label}:[${ino}]`, isShared: reopened < 0 }),
    flags: reopened >= 0 ? 0 : FdFlag.inherited,
  };
}

/** How /proc/N/fd shows a kind. */
const LABELS: Readonly<Record<number, string>> = {
  [FdKind.file]: 'file',
  [FdKind.pipe]: 'pipe',
  [FdKind.unix]: 'socket',
  [FdKind.inet]: 'socket',
};

function kindOf(host: HostBinding, descriptor: number, type: number): number {
  switch (type) {
    case FileMode.S_IFIFO: return FdKind.pipe;
    case FileMode.S_IFSOCK: return isUnix(host, descriptor) ? FdKind.unix : FdKind.inet;
    case FileMode.S_IFDIR: return FdKind.directory;
    default: return host.isatty(descriptor) === 1 ? FdKind.terminal : FdKind.file;
  }
}

function isUnix(host: HostBinding, descriptor: number): boolean {
  const out = new Uint8Array(4);
  return host.getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, out) >= 0 && out[0] === AF_UNIX;
}

/** A description of its own; never waits for the other end of a pipe. */
function reopen(host: HostBinding, descriptor: number, access: number): number {
  const flags = access | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC;
  const opened = host.openat(AT_FDCWD, cString(`/proc/self/fd/${descriptor}`), flags, 0, 0);
  if (opened < 0) return opened;
  const cleared = host.fcntl(opened, FcntlCommand.F_SETFL, access);
  if (cleared >= 0) return opened;
  host.close(opened);
  return cleared;
}
