import { AtFlags, StatxMask, statx } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

/** An empty path: the descriptor itself. */
const EMPTY_PATH = new Uint8Array(1);

/**
 * Inode number of a host socket, as `/proc/N/fd` shows it.
 *
 * @param host - Host functions.
 * @param fd - Descriptor of the socket.
 * @returns 0 where the host does not say.
 */
export function inodeNumber(host: Pick<FileBinding, 'statx'>, fd: number): bigint {
  const out = new Uint8Array(statx.size);
  if (host.statx(fd, EMPTY_PATH, AtFlags.AT_EMPTY_PATH, StatxMask.STATX_INO, out) < 0) return 0n;
  return statx.decode(out).stx_ino;
}
