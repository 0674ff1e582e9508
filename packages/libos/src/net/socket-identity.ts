import { AtFlags, StatxMask, statx } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

/** An empty path: the descriptor itself. */
const EMPTY_PATH = new Uint8Array(1);

/** What the host says of a descriptor. */
export interface HostStatus {
  /** Unlike any other one of a socket or pipe while that lives. */
  readonly inode: bigint;
  /** Type and permissions. */
  readonly mode: number;
}

/**
 * Inode number of a host socket, as `/proc/N/fd` shows it.
 *
 * @param host - Host functions.
 * @param fd - Descriptor of the socket.
 * @returns 0 where the host does not say.
 */
export function inodeNumber(host: Pick<FileBinding, 'statx'>, fd: number): bigint {
  return statusOf(host, fd)?.inode ?? 0n;
}

/**
 * Inode number and type of what is behind a host descriptor.
 *
 * @param host - Host functions.
 * @param fd - Descriptor.
 */
export function statusOf(host: Pick<FileBinding, 'statx'>, fd: number): HostStatus | undefined {
  const out = new Uint8Array(statx.size);
  if (host.statx(fd, EMPTY_PATH, AtFlags.AT_EMPTY_PATH, StatxMask.STATX_INO | StatxMask.STATX_TYPE, out) < 0) return undefined;
  const { stx_ino: inode, stx_mode: mode } = statx.decode(out);
  return { inode, mode };
}
