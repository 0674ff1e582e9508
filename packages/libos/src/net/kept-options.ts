import { SocketLevel, SocketOption } from '@occlum/abi';

import { IpOption, IpProtocol, Ipv6Option, TcpOption } from './inet-flags.js';
import type { SocketRecord } from './socket-record.js';

/** Value of an option that is one `int`. */
type Defaults = readonly (readonly [level: number, option: number, value: number])[];

/**
 * Options that a socket of the LibOS's own loopback network has, with their values on a new socket. They speak of packets,
 * of which there are none there, or are looked at by the kernel; whatever is not listed gives `ENOPROTOOPT`.
 *
 * Source: tcp(7), ip(7), ipv6(7); values of Linux 6.18.
 */
const defaults: Defaults = [
  [SocketLevel.SOL_SOCKET, SocketOption.SO_REUSEADDR, 0],
  [SocketLevel.SOL_SOCKET, SocketOption.SO_REUSEPORT, 0],
  [SocketLevel.SOL_SOCKET, SocketOption.SO_KEEPALIVE, 0],
  [SocketLevel.SOL_SOCKET, SocketOption.SO_DONTROUTE, 0],
  [SocketLevel.SOL_SOCKET, SocketOption.SO_BROADCAST, 0],
  [SocketLevel.SOL_SOCKET, SocketOption.SO_PRIORITY, 0],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_NODELAY, 0],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_CORK, 0],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_KEEPIDLE, 7200],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_KEEPINTVL, 75],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_KEEPCNT, 9],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_SYNCNT, 6],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_LINGER2, 60],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_DEFER_ACCEPT, 0],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_QUICKACK, 1],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_USER_TIMEOUT, 0],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_FASTOPEN, 0],
  [IpProtocol.IPPROTO_TCP, TcpOption.TCP_NOTSENT_LOWAT, 0],
  [IpProtocol.IPPROTO_IP, IpOption.IP_TOS, 0],
  [IpProtocol.IPPROTO_IP, IpOption.IP_TTL, 64],
  [IpProtocol.IPPROTO_IP, IpOption.IP_MTU_DISCOVER, 1],
  [IpProtocol.IPPROTO_IP, IpOption.IP_RECVERR, 0],
  [IpProtocol.IPPROTO_IP, IpOption.IP_BIND_ADDRESS_NO_PORT, 0],
  [IpProtocol.IPPROTO_IPV6, Ipv6Option.IPV6_V6ONLY, 0],
  [IpProtocol.IPPROTO_IPV6, Ipv6Option.IPV6_UNICAST_HOPS, 64],
  [IpProtocol.IPPROTO_IPV6, Ipv6Option.IPV6_TCLASS, 0],
  [IpProtocol.IPPROTO_IPV6, Ipv6Option.IPV6_MTU_DISCOVER, 1],
  [IpProtocol.IPPROTO_IPV6, Ipv6Option.IPV6_RECVERR, 0],
];

const values: ReadonlyMap<string, number> = new Map(defaults.map(([level, option, value]) => [key(level, option), value]));

/** Whether a socket of the loopback network has an option. */
export function isKept(level: number, option: number): boolean {
  return values.has(key(level, option));
}

/** What was set, or the value that a new socket has; `undefined` for an option that is not kept. */
export function keptOption(record: SocketRecord | undefined, level: number, option: number): Uint8Array | undefined {
  const set = record?.options.get(key(level, option));
  const value = values.get(key(level, option));
  return set ?? (value === undefined ? undefined : Uint8Array.from(new Uint8Array(Int32Array.of(value).buffer)));
}

/** Whether an option of one `int` is on. */
export function keptFlag(record: SocketRecord, level: number, option: number): boolean {
  return keptOption(record, level, option)?.some((byte) => byte !== 0) ?? false;
}

/** Remembers an option's value; the bytes are kept. */
export function keepOption(record: SocketRecord, level: number, option: number, value: Uint8Array): void {
  record.options.set(key(level, option), value);
}

function key(level: number, option: number): string {
  return `${level}:${option}`;
}
