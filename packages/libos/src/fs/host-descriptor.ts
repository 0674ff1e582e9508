import { AtFlags } from '@occlum/abi';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { cString } from './byte-string.js';
import { HostStat, STATX_WANTED } from './host/host-stat.js';
import type { Stat } from './stat.js';
import type { Vfs } from './vfs.js';

const EMPTY = cString('');

/**
 * Attributes of a descriptor that only the host knows: a pipe, an eventfd, the program's standard input. The owner is the
 * caller, whoever it is on the host.
 *
 * @param index - Argument that is the descriptor.
 */
export function statHostDescriptor(vfs: Vfs, context: SyscallContext, index: number): Stat | number {
  const hostFd = context.hostFd(index);
  if (hostFd < 0) return hostFd;
  const seen = new HostStat();
  const result = vfs.binding.statx(hostFd, EMPTY, AtFlags.AT_EMPTY_PATH, STATX_WANTED, seen.bytes);
  if (result < 0) return result;
  const { fsuid, fsgid } = context.process.credentials;
  return { ...seen.toStat(vfs.anonymous.of(seen.device)), uid: fsuid, gid: fsgid };
}
