import { SocketLevel, SocketOption } from '@occlum/abi';

import { IpOption, IpProtocol, Ipv6Option, MoreSocketOption, TcpOption, UdpOption } from './inet-flags.js';

/**
 * Who answers for an option: the host's socket; the kernel; or nobody, since it needs a capability that no guest has on
 * the host's network.
 */
export type OptionAnswer = 'host' | 'kernel' | 'privileged';

/** What may be done with an option; a part that is not there gives `ENOPROTOOPT`. */
export interface OptionRule {
  readonly get?: OptionAnswer;
  readonly set?: OptionAnswer;
}

const BOTH: OptionRule = { get: 'host', set: 'host' };
const READ: OptionRule = { get: 'host' };
const WRITE: OptionRule = { set: 'host' };
const KERNEL: OptionRule = { get: 'kernel', set: 'kernel' };
const TOLD: OptionRule = { get: 'kernel' };
const PRIVILEGED: OptionRule = { get: 'host', set: 'privileged' };

const S = { ...SocketOption, ...MoreSocketOption };

/** Options that are let through, by level; all others give `ENOPROTOOPT`. */
const rules: ReadonlyMap<number, ReadonlyMap<number, OptionRule>> = new Map([
  [SocketLevel.SOL_SOCKET, new Map([
    ...all(BOTH, S.SO_REUSEADDR, S.SO_REUSEPORT, S.SO_KEEPALIVE, S.SO_BROADCAST, S.SO_SNDBUF, S.SO_RCVBUF, S.SO_RCVTIMEO, S.SO_SNDTIMEO),
    ...all(BOTH, S.SO_RCVTIMEO_NEW, S.SO_SNDTIMEO_NEW, S.SO_OOBINLINE, S.SO_RCVLOWAT, S.SO_TIMESTAMP, S.SO_TIMESTAMPNS, S.SO_TIMESTAMP_NEW),
    ...all(BOTH, S.SO_TIMESTAMPNS_NEW, S.SO_DONTROUTE, S.SO_NO_CHECK, S.SO_RXQ_OVFL, S.SO_PEEK_OFF, S.SO_MAX_PACING_RATE, S.SO_INCOMING_CPU),
    ...all(READ, S.SO_ERROR, S.SO_ACCEPTCONN, S.SO_SNDLOWAT, S.SO_COOKIE, S.SO_MEMINFO, S.SO_INCOMING_NAPI_ID),
    ...all(KERNEL, S.SO_LINGER, S.SO_PRIORITY),
    ...all(TOLD, S.SO_TYPE, S.SO_DOMAIN, S.SO_PROTOCOL, S.SO_PEERCRED, S.SO_PEERNAME),
    ...all(PRIVILEGED, S.SO_MARK, S.SO_BINDTODEVICE, S.SO_BUSY_POLL),
    ...all({ set: 'privileged' }, S.SO_SNDBUFFORCE, S.SO_RCVBUFFORCE),
    ...all({ get: 'host', set: 'kernel' }, S.SO_DEBUG, S.SO_PASSCRED),
  ])],
  [IpProtocol.IPPROTO_TCP, new Map([
    ...all(BOTH, TcpOption.TCP_NODELAY, TcpOption.TCP_MAXSEG, TcpOption.TCP_CORK, TcpOption.TCP_KEEPIDLE, TcpOption.TCP_KEEPINTVL),
    ...all(BOTH, TcpOption.TCP_KEEPCNT, TcpOption.TCP_SYNCNT, TcpOption.TCP_LINGER2, TcpOption.TCP_DEFER_ACCEPT, TcpOption.TCP_WINDOW_CLAMP),
    ...all(BOTH, TcpOption.TCP_QUICKACK, TcpOption.TCP_USER_TIMEOUT, TcpOption.TCP_FASTOPEN, TcpOption.TCP_FASTOPEN_NO_COOKIE),
    ...all(BOTH, TcpOption.TCP_NOTSENT_LOWAT, TcpOption.TCP_INQ),
    ...all(READ, TcpOption.TCP_INFO, TcpOption.TCP_TIMESTAMP, TcpOption.TCP_ULP),
    ...all({ get: 'host', set: 'kernel' }, TcpOption.TCP_CONGESTION),
    ...all({ set: 'privileged' }, TcpOption.TCP_REPAIR),
  ])],
  [IpProtocol.IPPROTO_UDP, new Map(all(BOTH, UdpOption.UDP_CORK, UdpOption.UDP_SEGMENT, UdpOption.UDP_GRO))],
  [IpProtocol.IPPROTO_IP, new Map([
    ...all(BOTH, IpOption.IP_TOS, IpOption.IP_TTL, IpOption.IP_PKTINFO, IpOption.IP_MTU_DISCOVER, IpOption.IP_RECVERR, IpOption.IP_RECVTTL),
    ...all(BOTH, IpOption.IP_RECVTOS, IpOption.IP_RECVOPTS, IpOption.IP_FREEBIND, IpOption.IP_RECVORIGDSTADDR, IpOption.IP_MINTTL),
    ...all(BOTH, IpOption.IP_BIND_ADDRESS_NO_PORT, IpOption.IP_MULTICAST_IF, IpOption.IP_MULTICAST_TTL, IpOption.IP_MULTICAST_LOOP),
    ...all(BOTH, IpOption.IP_MULTICAST_ALL, IpOption.IP_LOCAL_PORT_RANGE),
    ...all(WRITE, IpOption.IP_ADD_MEMBERSHIP, IpOption.IP_DROP_MEMBERSHIP, IpOption.IP_ADD_SOURCE_MEMBERSHIP, IpOption.IP_DROP_SOURCE_MEMBERSHIP),
    ...all(WRITE, IpOption.MCAST_JOIN_GROUP, IpOption.MCAST_LEAVE_GROUP),
    ...all(READ, IpOption.IP_MTU),
    ...all(PRIVILEGED, IpOption.IP_TRANSPARENT),
  ])],
  [IpProtocol.IPPROTO_IPV6, new Map([
    ...all(BOTH, Ipv6Option.IPV6_UNICAST_HOPS, Ipv6Option.IPV6_MULTICAST_IF, Ipv6Option.IPV6_MULTICAST_HOPS, Ipv6Option.IPV6_MULTICAST_LOOP),
    ...all(BOTH, Ipv6Option.IPV6_MTU_DISCOVER, Ipv6Option.IPV6_RECVERR, Ipv6Option.IPV6_V6ONLY, Ipv6Option.IPV6_MULTICAST_ALL),
    ...all(BOTH, Ipv6Option.IPV6_RECVPKTINFO, Ipv6Option.IPV6_PKTINFO, Ipv6Option.IPV6_RECVHOPLIMIT, Ipv6Option.IPV6_RECVTCLASS),
    ...all(BOTH, Ipv6Option.IPV6_TCLASS, Ipv6Option.IPV6_AUTOFLOWLABEL, Ipv6Option.IPV6_ADDR_PREFERENCES, Ipv6Option.IPV6_MINHOPCOUNT),
    ...all(BOTH, Ipv6Option.IPV6_FREEBIND),
    ...all(WRITE, Ipv6Option.IPV6_JOIN_GROUP, Ipv6Option.IPV6_LEAVE_GROUP, Ipv6Option.MCAST_JOIN_GROUP, Ipv6Option.MCAST_LEAVE_GROUP),
    ...all(READ, Ipv6Option.IPV6_MTU),
    ...all(PRIVILEGED, Ipv6Option.IPV6_TRANSPARENT),
  ])],
]);

/**
 * What may be done with an option of the host's sockets. It is a list of what is known to be harmless: the kernel makes
 * the call with the rights of whoever started it, which may be more than the guest's.
 *
 * @param level - `SOL_*` or `IPPROTO_*`.
 * @param option - Number within the level.
 */
export function optionRule(level: number, option: number): OptionRule {
  return rules.get(level)?.get(option) ?? {};
}

function all(rule: OptionRule, ...options: readonly number[]): [number, OptionRule][] {
  return options.map((option) => [option, rule]);
}
