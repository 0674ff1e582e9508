import { AddressFamily, bytes, struct } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { addressFamily } from './unix-address.js';

const sockaddrIn = struct('sockaddr_in', { sin_family: 'u16', sin_port: 'be16', sin_addr: bytes(4), sin_zero: bytes(8) });
const sockaddrIn6 = struct('sockaddr_in6', {
  sin6_family: 'u16', sin6_port: 'be16', sin6_flowinfo: 'be32', sin6_addr: bytes(16), sin6_scope_id: 'u32',
});

/** Bytes of a `sockaddr_in6` without its scope, which RFC 2133 did not have. Source: linux/net/ipv6/af_inet6.c, `SIN6_LEN_RFC2133`. */
const SOCKADDR_IN6_MIN_BYTES = 24;

/** Leading bytes of an IPv4 address in IPv6 form. Source: RFC 4291, section 2.5.5.2. */
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** An endpoint of the Internet protocols. */
export interface InetAddress {
  readonly family: typeof AddressFamily.AF_INET | typeof AddressFamily.AF_INET6;
  /** 4 or 16 bytes, in network order. */
  readonly host: Uint8Array;
  readonly port: number;
}

/** How an address relates to the loopback network, the only one there is without the host's. */
export type Reach = 'any' | 'loopback' | 'outside';

/**
 * Reads an address for a socket of a family.
 *
 * @param address - Bytes as the caller gave them.
 * @param family - Family of the socket.
 * @returns The address; `-EINVAL` when it is too short, `-EAFNOSUPPORT` when it is of another family.
 *
 * Source: linux/net/ipv4/af_inet.c, `inet_bind_sk`; linux/net/ipv6/af_inet6.c, `inet6_bind_sk`.
 */
export function parseInetAddress(address: Uint8Array, family: InetAddress['family']): InetAddress | number {
  const isV4 = family === AddressFamily.AF_INET;
  if (address.length < (isV4 ? sockaddrIn.size : SOCKADDR_IN6_MIN_BYTES)) return -Errno.EINVAL;
  if (addressFamily(address) !== family) return -Errno.EAFNOSUPPORT;
  const whole = new Uint8Array(sockaddrIn6.size);
  whole.set(address.subarray(0, whole.length));
  if (isV4) {
    const { sin_port, sin_addr } = sockaddrIn.decode(whole);
    return { family, host: sin_addr, port: sin_port };
  }
  const { sin6_port, sin6_addr } = sockaddrIn6.decode(whole);
  return { family, host: sin6_addr, port: sin6_port };
}

/** The address as `getsockname(2)` gives it. */
export function formatInetAddress({ family, host, port }: InetAddress): Uint8Array {
  return family === AddressFamily.AF_INET
    ? sockaddrIn.encode({ sin_family: family, sin_port: port, sin_addr: host, sin_zero: new Uint8Array(8) })
    : sockaddrIn6.encode({ sin6_family: family, sin6_port: port, sin6_flowinfo: 0, sin6_addr: host, sin6_scope_id: 0 });
}

/** The address for people: `10.0.0.1:53`, `[2001:db8:0:0:0:0:0:1]:53`. */
export function showInetAddress({ family, host, port }: InetAddress): string {
  if (family === AddressFamily.AF_INET) return `${host.join('.')}:${port}`;
  const groups = Array.from({ length: 8 }, (_, index) => (((host[2 * index] ?? 0) << 8) | (host[2 * index + 1] ?? 0)).toString(16));
  return `[${groups.join(':')}]:${port}`;
}

/** The address of no host in particular. */
export function anyAddress(family: InetAddress['family'], port = 0): InetAddress {
  return { family, host: new Uint8Array(family === AddressFamily.AF_INET ? 4 : 16), port };
}

/** What an address is to the loopback network: any of it, 127.0.0.0/8 or ::1, or something outside. */
export function reachOf({ host }: InetAddress): Reach {
  if (host.every((byte) => byte === 0)) return 'any';
  const v4 = asV4(host);
  if (v4 !== undefined) return v4[0] === 127 ? 'loopback' : v4.every((byte) => byte === 0) ? 'any' : 'outside';
  return host.every((byte, index) => byte === (index === 15 ? 1 : 0)) ? 'loopback' : 'outside';
}

/** The IPv4 address that 4 bytes, or 16 bytes in IPv4-mapped form, stand for. */
export function asV4(host: Uint8Array): Uint8Array | undefined {
  if (host.length === 4) return host;
  return MAPPED_PREFIX.every((byte, index) => host[index] === byte) ? host.subarray(12) : undefined;
}

/** The same host as a socket of a family sees it: IPv4 in mapped form for an IPv6 socket. */
export function asFamily(host: Uint8Array, family: InetAddress['family']): Uint8Array {
  const v4 = asV4(host);
  if (v4 === undefined || family === AddressFamily.AF_INET) return v4 ?? host;
  return Uint8Array.of(...MAPPED_PREFIX, ...v4);
}
