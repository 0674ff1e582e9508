import { AddressFamily, SOCK_TYPE_MASK, SocketType } from '@occlum/abi';
import type { Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { AF_MAX, IPPROTO_MAX, IpProtocol, SOCK_MAX } from './inet-flags.js';
import { installSocket } from './install-socket.js';
import { Mailbox } from './mailbox.js';
import { NETLINK_ROUTE } from './netlink-route.js';
import type { Network } from './network.js';
import type { SocketCaller } from './socket-caller.js';
import { SocketRecord } from './socket-record.js';
import type { SocketFamily, SocketKind } from './socket-record.js';

/** The type that Linux takes for AF_PACKET in the Internet families. Source: linux/include/linux/net.h, `SOCK_PACKET`. */
const SOCK_PACKET = 10;

/**
 * `socket(2)`: makes an endpoint.
 *
 * The host's socket is made here and goes to the guest; no copy stays. Without the host's network a socket of the Internet
 * families is one of AF_UNIX on the host, so there is nothing that could reach out.
 *
 * Errors, in the order Linux checks them: `EINVAL` unknown flags; `EAFNOSUPPORT` no such family; `EINVAL` no such type;
 * `EPROTONOSUPPORT`, `ESOCKTNOSUPPORT`, `EINVAL` no such protocol or type in the family; `EPERM` raw and packet sockets,
 * `EACCES` ICMP sockets, which no guest may have; `ENFILE`, `EMFILE`.
 *
 * Source: linux/net/socket.c, `__sys_socket_create` and `__sock_create`; linux/net/ipv4/af_inet.c, `inet_create`.
 */
export function socket(network: Network): Handler<SocketCaller, [NamedScalar, NamedScalar, 'int']> {
  return (context, domain, typeAndFlags, protocol) => {
    const flags = typeAndFlags & ~SOCK_TYPE_MASK;
    if ((flags & ~(SocketType.SOCK_CLOEXEC | SocketType.SOCK_NONBLOCK)) !== 0) return -Errno.EINVAL;
    const kind = kindOf(domain, typeAndFlags & SOCK_TYPE_MASK, protocol);
    return typeof kind === 'number' ? kind : make(network, context, kind, flags);
  };
}

/**
 * `socketpair(2)` for what the runtime does not make by itself, that is for everything but AF_UNIX: an error.
 *
 * Errors, in the order Linux checks them: as `socket(2)`, then `EOPNOTSUPP` a family without pairs.
 *
 * Source: linux/net/socket.c, `__sys_socketpair`.
 */
export function socketpair(): Handler<SocketCaller, [NamedScalar, NamedScalar, 'int', 'address']> {
  return (_context, domain, typeAndFlags, protocol) => {
    const flags = typeAndFlags & ~SOCK_TYPE_MASK;
    if ((flags & ~(SocketType.SOCK_CLOEXEC | SocketType.SOCK_NONBLOCK)) !== 0) return -Errno.EINVAL;
    const kind = kindOf(domain, typeAndFlags & SOCK_TYPE_MASK, protocol);
    return typeof kind === 'number' ? kind : -Errno.EOPNOTSUPP;
  };
}

function make(network: Network, context: SocketCaller, kind: SocketKind, flags: number): number {
  const isHosted = network.mode === 'host' && kind.family !== AddressFamily.AF_UNIX && kind.family !== AddressFamily.AF_NETLINK;
  if (!isHosted && (kind.type === SocketType.SOCK_DGRAM || kind.type === SocketType.SOCK_RAW)) return makeMailbox(network, context, kind, flags);
  const hostType = (isHosted ? kind.type : mediatedType(kind)) | SocketType.SOCK_CLOEXEC | (flags & SocketType.SOCK_NONBLOCK);
  const fd = isHosted ? network.host.socket(kind.family, hostType, kind.protocol) : network.host.socket(AddressFamily.AF_UNIX, hostType, 0);
  return fd < 0 ? fd : installSocket(network, context, { fd, record: new SocketRecord(kind), isHosted, flags });
}

/** A socket of datagrams whose names are the LibOS's. */
function makeMailbox(network: Network, context: SocketCaller, kind: SocketKind, flags: number): number {
  const opened = Mailbox.open(network.host, flags & SocketType.SOCK_NONBLOCK);
  if (typeof opened === 'number') return opened;
  const record = new SocketRecord(kind);
  record.mailbox = opened.mailbox;
  return installSocket(network, context, { fd: opened.guestEnd, record, isHosted: false, flags });
}

/** The host's type of a socket whose peer is in the LibOS. */
function mediatedType({ type }: SocketKind): number {
  return type === SocketType.SOCK_STREAM ? type : SocketType.SOCK_SEQPACKET;
}

function kindOf(domain: number, type: number, protocol: number): SocketKind | number {
  if (domain < 0 || domain >= AF_MAX) return -Errno.EAFNOSUPPORT;
  if (type >= SOCK_MAX) return -Errno.EINVAL;
  switch (domain) {
    case AddressFamily.AF_UNIX:
      return unixKind(type, protocol);
    case AddressFamily.AF_INET:
    case AddressFamily.AF_INET6:
      return inetKind(domain, type, protocol);
    case AddressFamily.AF_NETLINK:
      return netlinkKind(type, protocol);
    case AddressFamily.AF_PACKET:
      return -Errno.EPERM;
    default:
      return -Errno.EAFNOSUPPORT;
  }
}

/** Source: linux/net/unix/af_unix.c, `unix_create`. */
function unixKind(type: number, protocol: number): SocketKind | number {
  const family = AddressFamily.AF_UNIX;
  if (protocol !== 0 && protocol !== family) return -Errno.EPROTONOSUPPORT;
  if (type === SocketType.SOCK_STREAM || type === SocketType.SOCK_SEQPACKET || type === SocketType.SOCK_DGRAM) return { family, type, protocol: 0 };
  // Taken for datagrams, as BSD has it.
  if (type === SocketType.SOCK_RAW) return { family, type: SocketType.SOCK_DGRAM, protocol: 0 };
  return -Errno.ESOCKTNOSUPPORT;
}

/** Source: linux/net/netlink/af_netlink.c, `netlink_create`. */
function netlinkKind(type: number, protocol: number): SocketKind | number {
  const family = AddressFamily.AF_NETLINK;
  if (type !== SocketType.SOCK_RAW && type !== SocketType.SOCK_DGRAM) return -Errno.ESOCKTNOSUPPORT;
  return protocol === NETLINK_ROUTE ? { family, type, protocol } : -Errno.EPROTONOSUPPORT;
}

function inetKind(family: Exclude<SocketFamily, 1 | 16>, type: number, protocol: number): SocketKind | number {
  if (protocol < 0 || protocol >= IPPROTO_MAX) return -Errno.EINVAL;
  if (type === SOCK_PACKET && family === AddressFamily.AF_INET) return -Errno.EPERM;
  const icmp = family === AddressFamily.AF_INET ? IpProtocol.IPPROTO_ICMP : IpProtocol.IPPROTO_ICMPV6;
  switch (type) {
    case SocketType.SOCK_STREAM:
      return protocol === 0 || protocol === IpProtocol.IPPROTO_TCP ? { family, type, protocol: IpProtocol.IPPROTO_TCP } : -Errno.EPROTONOSUPPORT;
    case SocketType.SOCK_DGRAM:
      if (protocol === icmp) return -Errno.EACCES;
      return protocol === 0 || protocol === IpProtocol.IPPROTO_UDP ? { family, type, protocol: IpProtocol.IPPROTO_UDP } : -Errno.EPROTONOSUPPORT;
    case SocketType.SOCK_RAW:
      return protocol === 0 ? -Errno.EPROTONOSUPPORT : -Errno.EPERM;
    default:
      return -Errno.ESOCKTNOSUPPORT;
  }
}
