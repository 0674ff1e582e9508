import { AddressFamily, latin1 } from '@occlum/abi';
import { Errno } from '@occlum/errno';

/** Bytes of `sun_family`, before `sun_path`. Source: unix(7). */
const PATH_OFFSET = 2;

/** Bytes of `struct sockaddr_un`. Source: unix(7). */
const SOCKADDR_UN_BYTES = 110;

/**
 * Name of an AF_UNIX socket, a byte string: empty for none, with a leading NUL for an abstract name, else a path.
 */
export type UnixName = string;

/**
 * Reads a `sockaddr_un` as the kernel does: a path ends at its first NUL, an abstract name at the end of the address.
 *
 * @param address - Bytes as the caller gave them.
 * @returns The name, never an empty one; `-EINVAL` where the length or family is wrong.
 *
 * Source: linux/net/unix/af_unix.c, `unix_validate_addr` and `unix_mkname_bsd`.
 *
 * @example
 * ```ts no-run
 * import { parseUnixAddress } from './unix-address.js';
 *
 * parseUnixAddress(Uint8Array.of(1, 0, 0x2f, 0x61, 0)); // => '/a'
 * ```
 */
export function parseUnixAddress(address: Uint8Array): UnixName | number {
  if (address.length <= PATH_OFFSET || address.length > SOCKADDR_UN_BYTES) return -Errno.EINVAL;
  if (addressFamily(address) !== AddressFamily.AF_UNIX) return -Errno.EINVAL;
  const path = latin1(address.subarray(PATH_OFFSET));
  if (path.startsWith('\0')) return path;
  const end = path.indexOf('\0');
  return end < 0 ? path : path.slice(0, end);
}

/**
 * Writes a `sockaddr_un`, as long as `getsockname(2)` gives it: with the NUL of a path, without a path for no name.
 *
 * @param name - Name of the socket.
 */
export function formatUnixAddress(name: UnixName): Uint8Array {
  const ended = name === '' || name.startsWith('\0') ? name : `${name}\0`;
  const address = new Uint8Array(PATH_OFFSET + ended.length);
  address[0] = AddressFamily.AF_UNIX;
  for (let i = 0; i < ended.length; i++) address[PATH_OFFSET + i] = ended.charCodeAt(i);
  return address;
}

/** Family of a raw address; -1 for one that is too short to have any. */
export function addressFamily(address: Uint8Array): number {
  const [low, high] = address;
  return low === undefined || high === undefined ? -1 : low | (high << 8);
}
