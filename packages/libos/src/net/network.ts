import { AddressFamily, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import type { SocketHost } from './host-socket.js';
import { LoopbackPorts } from './loopback-ports.js';
import { PrivateNames } from './private-names.js';
import type { SocketFiles } from './socket-files.js';
import { SocketTable } from './socket-table.js';

/**
 * Which network the enclave has: the host's own, or none but a loopback of its own, so that no socket of the host's
 * network ever exists.
 */
export type NetworkMode = 'host' | 'none';

/** What a network is made of. */
export interface NetworkOptions {
  readonly mode: NetworkMode;
  readonly host: SocketHost & Pick<HostBinding, 'getrandom'>;
  /** Descriptor of an empty directory that only the LibOS can enter; it stays the caller's and open. */
  readonly directory: number;
  readonly files: SocketFiles;
  /** LibOS process id of a process of the host, for sockets that a guest made itself; `undefined` for one that is gone. */
  readonly pidOfHost: (pid: number) => number | undefined;
}

/** What the socket calls of one enclave work on. */
export interface Network {
  readonly mode: NetworkMode;
  readonly host: SocketHost;
  readonly names: PrivateNames;
  readonly sockets: SocketTable;
  /** Ports of the loopback network, by `SOCK_*`. */
  readonly ports: (type: number) => LoopbackPorts;
  readonly files: SocketFiles;
  readonly pidOfHost: (pid: number) => number | undefined;
}

/** Bytes that make private names of this network unlike all others. */
const TOKEN_BYTES = 16;

/** Makes the network of an enclave. */
export function createNetwork({ mode, host, directory, files: socketFiles, pidOfHost }: NetworkOptions): Network {
  const token = new Uint8Array(TOKEN_BYTES);
  host.getrandom(token);
  const names = new PrivateNames(directory, Buffer.from(token).toString('latin1'));
  const ports = new Map<number, LoopbackPorts>();
  const files = { isBound: (id: number) => isBound(host, names.server(id)), remove: (id: number) => { host.unlinkat(directory, names.fileOf(id), 0); } };
  const sockets = new SocketTable(files, (record) => { ports.get(record.kind.type)?.release(record); });
  return {
    mode,
    host,
    names,
    sockets,
    ports: (type) => {
      const made = ports.get(type) ?? new LoopbackPorts((record) => sockets.isThere(record));
      ports.set(type, made);
      return made;
    },
    files: socketFiles,
    pidOfHost,
  };
}

/** A socket of another type cannot connect, and learns whether there is anybody to refuse it. Source: linux/net/unix/af_unix.c, `unix_find_bsd`. */
function isBound(host: SocketHost, address: Uint8Array): boolean {
  const fd = host.socket(AddressFamily.AF_UNIX, SocketType.SOCK_DGRAM | SocketType.SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const result = host.connect(fd, address);
  host.close(fd);
  return result === -Errno.EPROTOTYPE;
}
