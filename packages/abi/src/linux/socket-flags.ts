import type { FlagTable } from '../flags.js';

/**
 * Socket domains.
 *
 * Source: linux/include/linux/socket.h.
 */
export const AddressFamily = {
  AF_UNSPEC: 0,
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  AF_PACKET: 17,
  AF_VSOCK: 40,
} as const satisfies FlagTable;

/**
 * Types and flags of `socket(2)`; the low 4 bits are the field of the type.
 *
 * Source: linux/include/linux/net.h.
 */
export const SocketType = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_RDM: 4,
  SOCK_SEQPACKET: 5,
  SOCK_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x80000,
} as const satisfies FlagTable;

/**
 * Flags of `sendmsg(2)` and `recvmsg(2)`.
 *
 * Source: linux/include/linux/socket.h.
 */
export const MessageFlags = {
  MSG_OOB: 1,
  MSG_PEEK: 2,
  MSG_DONTROUTE: 4,
  MSG_CTRUNC: 8,
  MSG_PROXY: 0x10,
  MSG_TRUNC: 0x20,
  MSG_DONTWAIT: 0x40,
  MSG_EOR: 0x80,
  MSG_WAITALL: 0x100,
  MSG_FIN: 0x200,
  MSG_SYN: 0x400,
  MSG_CONFIRM: 0x800,
  MSG_RST: 0x1000,
  MSG_ERRQUEUE: 0x2000,
  MSG_NOSIGNAL: 0x4000,
  MSG_MORE: 0x8000,
  MSG_WAITFORONE: 0x10000,
  MSG_BATCH: 0x40000,
  MSG_ZEROCOPY: 0x4000000,
  MSG_FASTOPEN: 0x20000000,
  MSG_CMSG_CLOEXEC: 0x40000000,
} as const satisfies FlagTable;

/**
 * Levels of `setsockopt(2)`.
 *
 * Source: linux/include/linux/socket.h.
 */
export const SocketLevel = {
  SOL_IP: 0,
  SOL_SOCKET: 1,
  SOL_IPV6: 41,
} as const satisfies FlagTable;

/**
 * Options of `SOL_SOCKET`.
 *
 * Source: linux/include/uapi/asm-generic/socket.h.
 */
export const SocketOption = {
  SO_DEBUG: 1,
  SO_REUSEADDR: 2,
  SO_TYPE: 3,
  SO_ERROR: 4,
  SO_DONTROUTE: 5,
  SO_BROADCAST: 6,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_KEEPALIVE: 9,
  SO_OOBINLINE: 10,
  SO_PRIORITY: 12,
  SO_LINGER: 13,
  SO_REUSEPORT: 15,
  SO_PASSCRED: 16,
  SO_PEERCRED: 17,
  SO_RCVLOWAT: 18,
  SO_SNDLOWAT: 19,
  SO_RCVTIMEO: 20,
  SO_SNDTIMEO: 21,
  SO_BINDTODEVICE: 25,
  SO_TIMESTAMP: 29,
  SO_ACCEPTCONN: 30,
  SO_PEERSEC: 31,
  SO_SNDBUFFORCE: 32,
  SO_RCVBUFFORCE: 33,
  SO_PASSSEC: 34,
  SO_TIMESTAMPNS: 35,
  SO_MARK: 36,
  SO_TIMESTAMPING: 37,
  SO_PROTOCOL: 38,
  SO_DOMAIN: 39,
  SO_PEEK_OFF: 42,
  SO_NOFCS: 43,
  SO_LOCK_FILTER: 44,
  SO_BUSY_POLL: 46,
  SO_INCOMING_CPU: 49,
  SO_COOKIE: 57,
  SO_PEERGROUPS: 59,
  SO_ZEROCOPY: 60,
} as const satisfies FlagTable;

/**
 * Types of `SOL_SOCKET` control messages.
 *
 * Source: linux/include/linux/socket.h.
 */
export const ControlType = {
  SCM_RIGHTS: 1,
  SCM_CREDENTIALS: 2,
} as const satisfies FlagTable;

/**
 * Second argument of `shutdown(2)`.
 *
 * Source: linux/include/linux/net.h.
 */
export const ShutdownHow = {
  SHUT_RD: 0,
  SHUT_WR: 1,
  SHUT_RDWR: 2,
} as const satisfies FlagTable;

/** The bits of a socket type that are one number. Source: linux/include/linux/net.h. */
export const SOCK_TYPE_MASK = 0xf;
