import type { FlagTable } from '@occlum/abi';

/** One more than the highest type and family there is. Source: linux/include/linux/net.h; linux/include/linux/socket.h. */
export const SOCK_MAX = 11;
export const AF_MAX = 46;

/** One more than the highest protocol of the Internet families. Source: linux/include/uapi/linux/in.h. */
export const IPPROTO_MAX = 263;

/**
 * Protocols of the Internet families.
 *
 * Source: linux/include/uapi/linux/in.h.
 */
export const IpProtocol = {
  IPPROTO_IP: 0,
  IPPROTO_ICMP: 1,
  IPPROTO_TCP: 6,
  IPPROTO_UDP: 17,
  IPPROTO_IPV6: 41,
  IPPROTO_ICMPV6: 58,
} as const satisfies FlagTable;

/**
 * Options of level SOL_SOCKET beyond those of `@occlum/abi`.
 *
 * Source: linux/include/uapi/asm-generic/socket.h.
 */
export const MoreSocketOption = {
  SO_NO_CHECK: 11,
  SO_ATTACH_FILTER: 26,
  SO_DETACH_FILTER: 27,
  SO_PEERNAME: 28,
  SO_RXQ_OVFL: 40,
  SO_MAX_PACING_RATE: 47,
  SO_ATTACH_BPF: 50,
  SO_ATTACH_REUSEPORT_CBPF: 51,
  SO_ATTACH_REUSEPORT_EBPF: 52,
  SO_MEMINFO: 55,
  SO_INCOMING_NAPI_ID: 56,
  SO_TIMESTAMP_NEW: 63,
  SO_TIMESTAMPNS_NEW: 64,
  SO_RCVTIMEO_NEW: 66,
  SO_SNDTIMEO_NEW: 67,
  SO_PEERPIDFD: 77,
} as const satisfies FlagTable;

/**
 * Options of level IPPROTO_TCP.
 *
 * Source: linux/include/uapi/linux/tcp.h.
 */
export const TcpOption = {
  TCP_NODELAY: 1,
  TCP_MAXSEG: 2,
  TCP_CORK: 3,
  TCP_KEEPIDLE: 4,
  TCP_KEEPINTVL: 5,
  TCP_KEEPCNT: 6,
  TCP_SYNCNT: 7,
  TCP_LINGER2: 8,
  TCP_DEFER_ACCEPT: 9,
  TCP_WINDOW_CLAMP: 10,
  TCP_INFO: 11,
  TCP_QUICKACK: 12,
  TCP_CONGESTION: 13,
  TCP_USER_TIMEOUT: 18,
  TCP_REPAIR: 19,
  TCP_FASTOPEN: 23,
  TCP_TIMESTAMP: 24,
  TCP_NOTSENT_LOWAT: 25,
  TCP_FASTOPEN_CONNECT: 30,
  TCP_ULP: 31,
  TCP_FASTOPEN_NO_COOKIE: 34,
  TCP_INQ: 36,
} as const satisfies FlagTable;

/**
 * Options of level IPPROTO_IP.
 *
 * Source: linux/include/uapi/linux/in.h.
 */
export const IpOption = {
  IP_TOS: 1,
  IP_TTL: 2,
  IP_RECVOPTS: 6,
  IP_PKTINFO: 8,
  IP_MTU_DISCOVER: 10,
  IP_RECVERR: 11,
  IP_RECVTTL: 12,
  IP_RECVTOS: 13,
  IP_MTU: 14,
  IP_FREEBIND: 15,
  IP_TRANSPARENT: 19,
  IP_RECVORIGDSTADDR: 20,
  IP_MINTTL: 21,
  IP_BIND_ADDRESS_NO_PORT: 24,
  IP_MULTICAST_IF: 32,
  IP_MULTICAST_TTL: 33,
  IP_MULTICAST_LOOP: 34,
  IP_ADD_MEMBERSHIP: 35,
  IP_DROP_MEMBERSHIP: 36,
  IP_ADD_SOURCE_MEMBERSHIP: 39,
  IP_DROP_SOURCE_MEMBERSHIP: 40,
  MCAST_JOIN_GROUP: 42,
  MCAST_LEAVE_GROUP: 45,
  IP_MULTICAST_ALL: 49,
  IP_LOCAL_PORT_RANGE: 51,
} as const satisfies FlagTable;

/**
 * Options of level IPPROTO_IPV6.
 *
 * Source: linux/include/uapi/linux/in6.h.
 */
export const Ipv6Option = {
  IPV6_UNICAST_HOPS: 16,
  IPV6_MULTICAST_IF: 17,
  IPV6_MULTICAST_HOPS: 18,
  IPV6_MULTICAST_LOOP: 19,
  IPV6_JOIN_GROUP: 20,
  IPV6_LEAVE_GROUP: 21,
  IPV6_MTU_DISCOVER: 23,
  IPV6_MTU: 24,
  IPV6_RECVERR: 25,
  IPV6_V6ONLY: 26,
  IPV6_MULTICAST_ALL: 29,
  MCAST_JOIN_GROUP: 42,
  MCAST_LEAVE_GROUP: 45,
  IPV6_RECVPKTINFO: 49,
  IPV6_PKTINFO: 50,
  IPV6_RECVHOPLIMIT: 51,
  IPV6_RECVTCLASS: 66,
  IPV6_TCLASS: 67,
  IPV6_AUTOFLOWLABEL: 70,
  IPV6_ADDR_PREFERENCES: 72,
  IPV6_MINHOPCOUNT: 73,
  IPV6_TRANSPARENT: 75,
  IPV6_FREEBIND: 78,
} as const satisfies FlagTable;

/**
 * Options of level IPPROTO_UDP.
 *
 * Source: linux/include/uapi/linux/udp.h.
 */
export const UdpOption = {
  UDP_CORK: 1,
  UDP_SEGMENT: 103,
  UDP_GRO: 104,
} as const satisfies FlagTable;
