import { AddressFamily, Capability, SocketLevel, SocketOption, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { HostSocket } from './host-socket.js';
import { anyAddress, asFamily, parseInetAddress, reachOf } from './inet-address.js';
import type { InetAddress } from './inet-address.js';
import { IpProtocol, Ipv6Option } from './inet-flags.js';
import type { PortClaim } from './loopback-ports.js';
import type { Network } from './network.js';
import { keptFlag } from './kept-options.js';
import { credentialsOf } from './socket-caller.js';
import type { SocketCaller } from './socket-caller.js';
import type { SocketRecord } from './socket-record.js';
import { addressFamily } from './unix-address.js';
import { bindHost, connectWithRoom, nameClient } from './unix-sockets.js';

/**
 * Connections that the host's socket keeps for `accept`. TCP has the peer try again when there is no room; AF_UNIX would
 * refuse, so there is as much room as the host gives.
 */
const BACKLOG = 4096;

/** First port that anyone may bind. Source: ip(7), `ip_unprivileged_port_start`. */
const UNPRIVILEGED_PORT_FIRST = 1024;

/**
 * Binds a socket of the loopback network to an address.
 *
 * Errors, in the order Linux checks them: `EINVAL` the address is too short, `EAFNOSUPPORT` of another family;
 * `EADDRNOTAVAIL` it is not on the loopback network; `EACCES` a port below 1024; `EINVAL` the socket has an address;
 * `EADDRINUSE`.
 *
 * Source: linux/net/ipv4/af_inet.c, `__inet_bind`.
 */
export function bindLoopback(network: Network, caller: SocketCaller, record: SocketRecord, bytes: Uint8Array): number {
  const address = inetAddressOf(record, bytes, 'bind');
  if (typeof address === 'number') return address;
  if (reachOf(address) === 'outside') return -Errno.EADDRNOTAVAIL;
  const denied = checkPort(caller, address.port);
  if (denied !== 0) return denied;
  return record.local === undefined ? network.ports(record.kind.type).bind(record, address, claimOf(record)) : -Errno.EINVAL;
}

/**
 * Connects a socket of the loopback network.
 *
 * Errors, in the order Linux checks them: `EINVAL` the address is too short, `EAFNOSUPPORT` of another family;
 * `EISCONN`, also for a socket that listens; `ENETUNREACH` it is not on the loopback network; `EADDRNOTAVAIL` all ports
 * are taken; `ECONNREFUSED` nobody listens there.
 *
 * Source: linux/net/ipv4/af_inet.c, `__inet_stream_connect`; linux/net/ipv4/tcp_ipv4.c, `tcp_v4_connect`.
 */
export function connectLoopback(network: Network, caller: SocketCaller, socket: HostSocket, record: SocketRecord, bytes: Uint8Array): number | Promise<number> {
  if (record.mailbox !== undefined && addressFamily(bytes) === AddressFamily.AF_UNSPEC) {
    record.remote = undefined;
    return 0;
  }
  const wanted = inetAddressOf(record, bytes, 'connect');
  if (typeof wanted === 'number') return wanted;
  if (record.mailbox !== undefined) return connectUdp(network, record, wanted);
  if (typeof socket.peerAddress() !== 'number' || socket.isListening) return -Errno.EISCONN;
  const remote = reachOf(wanted) === 'any' ? loopbackOf(wanted) : wanted;
  if (reachOf(remote) === 'outside' || record.kind.type !== SocketType.SOCK_STREAM) return -Errno.ENETUNREACH;

  const listener = network.ports(record.kind.type).listener(remote);
  const id = listener?.id;
  if (listener === undefined || id === undefined) return -Errno.ECONNREFUSED;
  const claim = { ...claimOf(record), sharesAddress: false, sharesPort: false };
  const bound = record.local === undefined ? network.ports(record.kind.type).bind(record, { ...remote, port: 0 }, claim) : 0;
  if (bound < 0 || record.local === undefined) return -Errno.EADDRNOTAVAIL;

  const local = reachOf(record.local) === 'any' ? { ...remote, port: record.local.port } : record.local;
  record.local = local;
  const named = nameClient(socket, () => network.names.loopback(credentialsOf(caller), local, remote));
  return named < 0 ? named : connectWithRoom(caller, socket, () => (listener.isListening ? network.names.server(id) : undefined));
}

/** Errors: `ENETUNREACH` it is not on the loopback network; `EAGAIN` all ports are taken. Source: linux/net/ipv4/datagram.c. */
function connectUdp(network: Network, record: SocketRecord, wanted: InetAddress): number {
  const remote = destinationOf(wanted);
  if (typeof remote === 'number') return remote;
  const bound = bindSender(network, record, remote);
  if (bound < 0) return bound;
  record.remote = remote;
  if (record.local !== undefined && reachOf(record.local) === 'any') record.local = { ...remote, port: record.local.port };
  return 0;
}

/** The address that a datagram goes to; `-ENETUNREACH` outside the loopback network. */
export function destinationOf(wanted: InetAddress): InetAddress | number {
  const remote = reachOf(wanted) === 'any' ? loopbackOf(wanted) : wanted;
  return reachOf(remote) === 'outside' ? -Errno.ENETUNREACH : remote;
}

/** Gives a socket that sends a port; one that is bound keeps its own. */
export function bindSender(network: Network, record: SocketRecord, remote: InetAddress): number {
  if (record.local !== undefined) return 0;
  const claim = { ...claimOf(record), sharesAddress: false, sharesPort: false };
  return network.ports(record.kind.type).bind(record, anyAddress(remote.family), claim) < 0 ? -Errno.EAGAIN : 0;
}

/** What the receiver of a datagram sees: a socket bound to no address in particular sends from that of the destination. */
export function sourceOf(record: SocketRecord, remote: InetAddress): InetAddress {
  const { local } = record;
  return local === undefined || reachOf(local) === 'any' ? { ...remote, port: local?.port ?? 0 } : local;
}

/**
 * Makes a socket of the loopback network one that accepts; one without an address gets a port.
 *
 * Errors, in the order Linux checks them: `EOPNOTSUPP` a socket of datagrams; `EINVAL` it is connected; `EADDRINUSE`.
 *
 * Source: linux/net/ipv4/af_inet.c, `__inet_listen_sk`.
 */
export function listenLoopback(network: Network, caller: SocketCaller, socket: HostSocket, record: SocketRecord): number {
  if (record.kind.type !== SocketType.SOCK_STREAM) return -Errno.EOPNOTSUPP;
  if (typeof socket.peerAddress() !== 'number') return -Errno.EINVAL;
  if (record.local === undefined) {
    const bound = network.ports(record.kind.type).bind(record, anyAddress(familyOf(record)), claimOf(record));
    if (bound < 0) return bound;
  }
  if (record.id === undefined) {
    const bound = bindHost(network, socket, record);
    if (bound < 0) return bound;
  }
  const result = socket.listen(BACKLOG);
  if (result < 0) return result;
  record.owner = credentialsOf(caller);
  record.isListening = true;
  return 0;
}

/**
 * Whether a caller may bind a port.
 *
 * @returns 0 or `-EACCES`.
 */
export function checkPort({ process }: SocketCaller, port: number): number {
  if (port === 0 || port >= UNPRIVILEGED_PORT_FIRST) return 0;
  return process.credentials.hasCapability(Capability.CAP_NET_BIND_SERVICE) ? 0 : -Errno.EACCES;
}

/** Family of a socket that is known to be of the Internet. */
export function familyOf({ kind }: SocketRecord): InetAddress['family'] {
  return kind.family === AddressFamily.AF_INET6 ? kind.family : AddressFamily.AF_INET;
}

/** An address argument; AF_UNSPEC with the address of no host may stand for AF_INET in bind, and asks connect to undo. */
function inetAddressOf(record: SocketRecord, bytes: Uint8Array, call: 'bind' | 'connect'): InetAddress | number {
  const family = familyOf(record);
  if (addressFamily(bytes) === AddressFamily.AF_UNSPEC && call === 'bind' && family === AddressFamily.AF_INET) {
    const stretched = Uint8Array.from(bytes);
    stretched[0] = AddressFamily.AF_INET;
    const address = parseInetAddress(stretched, family);
    return typeof address === 'number' || reachOf(address) === 'any' ? address : -Errno.EAFNOSUPPORT;
  }
  return parseInetAddress(bytes, family);
}

/** The loopback address that a connection to no host in particular goes to. Source: linux/net/ipv4/route.c, `ip_route_output_key_hash_rcu`. */
function loopbackOf({ family, host, port }: InetAddress): InetAddress {
  if (family === AddressFamily.AF_INET) return { family, host: Uint8Array.of(127, 0, 0, 1), port };
  const isMapped = host[10] === 0xff;
  if (isMapped) return { family, host: asFamily(Uint8Array.of(127, 0, 0, 1), family), port };
  const one = new Uint8Array(16);
  one[15] = 1;
  return { family, host: one, port };
}

function claimOf(record: SocketRecord): PortClaim {
  return {
    isV6Only: keptFlag(record, IpProtocol.IPPROTO_IPV6, Ipv6Option.IPV6_V6ONLY),
    sharesAddress: keptFlag(record, SocketLevel.SOL_SOCKET, SocketOption.SO_REUSEADDR),
    sharesPort: keptFlag(record, SocketLevel.SOL_SOCKET, SocketOption.SO_REUSEPORT),
  };
}
