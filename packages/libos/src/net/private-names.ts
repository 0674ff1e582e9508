import { AddressFamily, bytes, struct, ucred } from '@occlum/abi';

import { asFamily, asV4 } from './inet-address.js';
import type { InetAddress } from './inet-address.js';
import { addressFamily, formatUnixAddress, parseUnixAddress } from './unix-address.js';

/** What `SO_PEERCRED` tells of the other end, in the LibOS's own numbers. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** What the host's name of a socket says. */
export type PrivateName =
  /** The host's socket has no name, or one that was not made here: the LibOS shows none. */
  | { readonly kind: 'none' }
  /** A socket that the LibOS bound; its record has the rest. */
  | { readonly kind: 'server'; readonly id: number }
  /** A socket without a name that connected. */
  | { readonly kind: 'client'; readonly peer: PeerCredentials }
  /** A socket of the loopback network that connected. */
  | { readonly kind: 'loopback'; readonly local: InetAddress; readonly remote: InetAddress };

/** Fixed part of a client's private name: `family` is AF_UNIX, or that of a socket of the loopback network. */
const clientName = struct('client_name', {
  sequence: 'u32',
  peer: ucred,
  family: 'u16',
  local_port: 'u16',
  remote_port: 'u16',
  local: bytes(16),
  remote: bytes(16),
});

/**
 * Names that the host's AF_UNIX sockets have, none of which a guest ever sees or chooses.
 *
 * A socket that others may connect to lies in a directory that only the LibOS can enter. A socket that connects gets an
 * abstract name which says all that the accepting side may want to know of it, so the kernel keeps nothing about
 * connections, and no descriptor: any end can be asked for its host name, and that says the rest.
 */
export class PrivateNames {
  readonly #directory: string;
  readonly #prefix: string;
  #sequence = 0;

  /**
   * @param directory - Descriptor of the directory, open as long as this lives.
   * @param token - Byte string no other LibOS has.
   */
  constructor(directory: number, token: string) {
    this.#directory = `/proc/self/fd/${directory}/`;
    this.#prefix = `\0${token}`;
  }

  /** Name of a bound socket in the directory, as bytes that end in NUL. */
  fileOf(id: number): Uint8Array {
    return Buffer.from(`${id.toString(36)}\0`);
  }

  /** Host address of a bound socket. */
  server(id: number): Uint8Array {
    return formatUnixAddress(this.#directory + id.toString(36));
  }

  /** A new host address of a socket that is to connect; `peer` is who connects it. */
  client(peer: PeerCredentials): Uint8Array {
    return this.#client({ peer, family: AddressFamily.AF_UNIX, local_port: 0, remote_port: 0, local: new Uint8Array(16), remote: new Uint8Array(16) });
  }

  /** A new host address of a socket that is to connect on the loopback network. */
  loopback(peer: PeerCredentials, local: InetAddress, remote: InetAddress): Uint8Array {
    return this.#client({
      peer,
      family: local.family,
      local_port: local.port,
      remote_port: remote.port,
      local: asFamily(local.host, AddressFamily.AF_INET6),
      remote: asFamily(remote.host, AddressFamily.AF_INET6),
    });
  }

  /**
   * Reads the host address of a socket.
   *
   * @param address - As the host's `getsockname` or `getpeername` gave it.
   */
  read(address: Uint8Array): PrivateName {
    const name = addressFamily(address) === AddressFamily.AF_UNIX ? parseUnixAddress(address) : '';
    if (typeof name === 'number') return { kind: 'none' };
    if (name.startsWith(this.#directory)) {
      const id = Number.parseInt(name.slice(this.#directory.length), 36);
      return Number.isNaN(id) ? { kind: 'none' } : { kind: 'server', id };
    }
    if (!name.startsWith(this.#prefix)) return { kind: 'none' };
    const fixed = Buffer.from(name.slice(this.#prefix.length), 'latin1');
    if (fixed.length !== clientName.size) return { kind: 'none' };
    const value = clientName.decode(fixed);
    if (value.family === AddressFamily.AF_UNIX) return { kind: 'client', peer: value.peer };
    const family = value.family === AddressFamily.AF_INET ? value.family : AddressFamily.AF_INET6;
    return { kind: 'loopback', local: endpoint(family, value.local, value.local_port), remote: endpoint(family, value.remote, value.remote_port) };
  }

  #client(value: Omit<ReturnType<typeof clientName.decode>, 'sequence'>): Uint8Array {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return formatUnixAddress(this.#prefix + Buffer.from(clientName.encode({ sequence: this.#sequence, ...value })).toString('latin1'));
  }
}

function endpoint(family: InetAddress['family'], host: Uint8Array, port: number): InetAddress {
  const v4 = family === AddressFamily.AF_INET ? asV4(host) : undefined;
  return { family, host: v4 ?? host, port };
}
