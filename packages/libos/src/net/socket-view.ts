import { AddressFamily } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { HostSocket } from './host-socket.js';
import { anyAddress, asFamily, formatInetAddress } from './inet-address.js';
import type { InetAddress } from './inet-address.js';
import { formatNetlinkAddress } from './netlink-route.js';
import type { Network } from './network.js';
import type { PeerCredentials, PrivateName } from './private-names.js';
import type { SocketKind, SocketRecord } from './socket-record.js';
import { formatUnixAddress } from './unix-address.js';

/** What `SO_PEERCRED` says where there is nobody. Source: linux/net/core/sock.c, `cred_to_ucred`. */
export const NO_PEER: PeerCredentials = { pid: 0, uid: 0xffffffff, gid: 0xffffffff };

/**
 * A host socket of AF_UNIX as its guest sees it: its family, addresses and peer are those of the LibOS. All of it follows
 * from the two private names, and from the record where the kernel made the socket.
 */
export class SocketView {
  readonly #network: Network;
  readonly #socket: HostSocket;
  readonly #record: SocketRecord | undefined;
  readonly #own: PrivateName;

  /**
   * @param network - The enclave's.
   * @param socket - The host's socket.
   * @param record - What the kernel knows of it; nothing of one that was accepted or that the runtime made.
   */
  constructor(network: Network, socket: HostSocket, record: SocketRecord | undefined) {
    this.#network = network;
    this.#socket = socket;
    this.#record = record;
    const address = socket.localAddress();
    this.#own = typeof address === 'number' ? { kind: 'none' } : network.names.read(address);
  }

  /** What the guest thinks it is. */
  get kind(): SocketKind {
    const maker = this.#record ?? this.#listener;
    if (maker !== undefined) return maker.kind;
    // The runtime makes pairs only, and marks nothing: their type is the host's.
    return { family: AddressFamily.AF_UNIX, type: this.#socket.type as SocketKind['type'], protocol: 0 };
  }

  /** Whether it is one of the LibOS's own loopback network. */
  get isLoopback(): boolean {
    return this.kind.family !== AddressFamily.AF_UNIX;
  }

  /** Own address. */
  get local(): Uint8Array {
    if (this.#record?.kind.family === AddressFamily.AF_NETLINK) return formatNetlinkAddress(this.#record.port);
    if (!this.isLoopback) return formatUnixAddress((this.#record ?? this.#listener)?.name ?? '');
    const peer = this.#record === undefined ? this.#peerName() : undefined;
    const accepted = typeof peer === 'object' && peer.kind === 'loopback' ? peer.remote : undefined;
    return this.#inet(this.#record?.local ?? accepted ?? anyAddress(this.#family));
  }

  /** Address of the other end; the host's error number without one. */
  get peer(): Uint8Array | number {
    if (this.#record?.mailbox !== undefined) return this.#destination(this.#record);
    const peer = this.#peerName();
    if (typeof peer === 'number') return peer;
    if (!this.isLoopback) return formatUnixAddress(peer.kind === 'server' ? (this.#network.sockets.server(peer.id)?.name ?? '') : '');
    if (peer.kind === 'loopback') return this.#inet(peer.local);
    return this.#inet(this.#own.kind === 'loopback' ? this.#own.remote : anyAddress(this.#family));
  }

  /**
   * Who is at the other end.
   *
   * @param made - Who made a pair that has no names at all.
   */
  peerCredentials(made: () => PeerCredentials): PeerCredentials {
    if (this.isLoopback || this.#record?.mailbox !== undefined) return NO_PEER;
    if (this.#record?.isListening === true) return this.#record.owner ?? NO_PEER;
    const peer = this.#peerName();
    if (typeof peer === 'number') return NO_PEER;
    if (peer.kind === 'client') return peer.peer;
    return peer.kind === 'server' ? (this.#network.sockets.server(peer.id)?.owner ?? NO_PEER) : made();
  }

  /** The socket that accepted this one: the host gives an accepted socket the name of its listener. */
  get #listener(): SocketRecord | undefined {
    return this.#own.kind === 'server' ? this.#network.sockets.server(this.#own.id) : undefined;
  }

  get #family(): InetAddress['family'] {
    return this.kind.family === AddressFamily.AF_INET6 ? AddressFamily.AF_INET6 : AddressFamily.AF_INET;
  }

  #peerName(): PrivateName | number {
    const address = this.#socket.peerAddress();
    return typeof address === 'number' ? address : this.#network.names.read(address);
  }

  /** Where a socket of datagrams sends what has no address. */
  #destination({ kind, peer, remote }: SocketRecord): Uint8Array | number {
    if (kind.family === AddressFamily.AF_NETLINK) return formatNetlinkAddress(0);
    if (peer !== undefined) return formatUnixAddress(peer.name);
    return remote === undefined ? -Errno.ENOTCONN : this.#inet(remote);
  }

  #inet(address: InetAddress): Uint8Array {
    return formatInetAddress({ family: this.#family, host: asFamily(address.host, this.#family), port: address.port });
  }
}
