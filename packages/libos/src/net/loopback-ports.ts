import { Errno } from '@occlum/errno';

import { asV4, reachOf } from './inet-address.js';
import type { InetAddress } from './inet-address.js';
import type { SocketRecord } from './socket-record.js';

/** Ports that are picked for a socket without one. Source: linux/net/ipv4/tcp_ipv4.c, `ip_local_port_range`. */
const EPHEMERAL_FIRST = 32768;
const EPHEMERAL_LAST = 60999;

/** How a socket holds its port. */
interface Holder {
  readonly record: SocketRecord;
  readonly address: InetAddress;
  /** An IPv6 socket that takes no IPv4 connections. */
  readonly isV6Only: boolean;
  readonly sharesAddress: boolean;
  readonly sharesPort: boolean;
}

/** What `bind(2)` looks at beside the address. */
export interface PortClaim {
  readonly isV6Only: boolean;
  /** `SO_REUSEADDR`. */
  readonly sharesAddress: boolean;
  /** `SO_REUSEPORT`. */
  readonly sharesPort: boolean;
}

/** Ports of one protocol on the LibOS's own loopback network. */
export class LoopbackPorts {
  readonly #holders = new Map<number, Holder[]>();
  readonly #isThere: (record: SocketRecord) => boolean;
  #next = EPHEMERAL_FIRST;

  /** @param isThere - Whether a socket still exists; one that does not is released before this returns. */
  constructor(isThere: (record: SocketRecord) => boolean) {
    this.#isThere = isThere;
  }

  /**
   * Takes a port for a socket.
   *
   * @param record - The socket; its `local` address is set.
   * @param address - Of the loopback network, or any; port 0 picks one.
   * @param claim - Options of the socket.
   * @returns 0, or `-EADDRINUSE`.
   */
  bind(record: SocketRecord, address: InetAddress, claim: PortClaim): number {
    const port = address.port === 0 ? this.#unused(address, claim) : address.port;
    if (port === undefined) return -Errno.EADDRINUSE;
    const taken = { ...address, port };
    const holders = this.#of(port);
    if (holders.some((other) => conflicts(other, taken, claim))) return -Errno.EADDRINUSE;
    this.#holders.set(port, [...holders, { record, address: taken, ...claim }]);
    record.local = taken;
    return 0;
  }

  /** The listening socket that a connection to an address reaches: one of that very address before one of any. */
  listener(address: InetAddress): SocketRecord | undefined {
    const reached = this.#of(address.port).filter((holder) => holder.record.isListening && accepts(holder, address));
    return (reached.find((holder) => reachOf(holder.address) !== 'any') ?? reached[0])?.record;
  }

  /** The socket that a datagram reaches: one connected to its sender before others, then one of that very address before one of any. */
  receiver(address: InetAddress, sender: InetAddress): SocketRecord | undefined {
    const reached = this.#of(address.port).filter(({ record, ...holder }) => accepts({ record, ...holder }, address) && isFrom(record, sender));
    const connected = reached.find(({ record }) => record.remote !== undefined);
    return (connected ?? reached.find((holder) => reachOf(holder.address) !== 'any') ?? reached[0])?.record;
  }

  /** Gives a socket's port back. */
  release(record: SocketRecord): void {
    const port = record.local?.port;
    if (port === undefined) return;
    const left = (this.#holders.get(port) ?? []).filter((holder) => holder.record !== record);
    if (left.length === 0) this.#holders.delete(port);
    else this.#holders.set(port, left);
  }

  #of(port: number): Holder[] {
    return [...(this.#holders.get(port) ?? [])].filter(({ record }) => this.#isThere(record));
  }

  #unused(address: InetAddress, claim: PortClaim): number | undefined {
    for (let tried = EPHEMERAL_FIRST; tried <= EPHEMERAL_LAST; tried++) {
      const port = this.#next;
      this.#next = port === EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1;
      const exclusive = { ...claim, sharesAddress: false, sharesPort: false };
      if (!this.#of(port).some((other) => conflicts(other, { ...address, port }, exclusive))) return port;
    }
    return undefined;
  }
}

/** Whether a connection to an address reaches a socket. */
function accepts({ address, isV6Only }: Holder, wanted: InetAddress): boolean {
  const isV4 = asV4(wanted.host) !== undefined;
  if (isV4 && asV4(address.host) === undefined && isV6Only) return false;
  if (reachOf(address) === 'any') return isV4 ? asV4(address.host) !== undefined || !isV6Only : asV4(address.host) === undefined;
  return sameHost(address.host, wanted.host);
}

/** Whether a socket takes datagrams of a sender: a connected one those of its peer only. */
function isFrom({ remote }: SocketRecord, sender: InetAddress): boolean {
  return remote === undefined || (remote.port === sender.port && sameHost(remote.host, sender.host));
}

/** Whether two sockets may not have their addresses at once. Source: linux/net/ipv4/inet_connection_sock.c, `inet_bind_conflict`. */
function conflicts(other: Holder, address: InetAddress, claim: PortClaim): boolean {
  if (other.sharesPort && claim.sharesPort) return false;
  if (other.sharesAddress && claim.sharesAddress && !other.record.isListening) return false;
  return overlaps(other, address, claim);
}

function overlaps(other: Holder, address: InetAddress, claim: PortClaim): boolean {
  const v4 = [other.address, address].map(({ host }) => asV4(host) !== undefined);
  if (v4[0] !== v4[1]) {
    const [v6Address, isV6Only] = v4[0] === true ? [address, claim.isV6Only] : [other.address, other.isV6Only];
    return !isV6Only && reachOf(v6Address) === 'any';
  }
  return reachOf(other.address) === 'any' || reachOf(address) === 'any' || sameHost(other.address.host, address.host);
}

function sameHost(a: Uint8Array, b: Uint8Array): boolean {
  const [x, y] = [asV4(a) ?? a, asV4(b) ?? b];
  return x.length === y.length && x.every((byte, index) => byte === y[index]);
}
