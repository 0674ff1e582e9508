import { OpenFlags, SocketType } from '@occlum/abi';
import { FdKind } from '@occlum/native';

import { FileDescription } from '../fs/file-description.js';
import type { Network } from './network.js';
import type { SocketCaller } from './socket-caller.js';
import { inodeNumber } from './socket-identity.js';
import type { SocketRecord } from './socket-record.js';

/** A host socket that becomes a guest's. */
export interface NewSocket {
  /** Handed over to {@link installSocket}. */
  readonly fd: number;
  readonly record: SocketRecord;
  /** Its names are the host's: data, names and options of it need no kernel. */
  readonly isHosted: boolean;
  /** `SOCK_CLOEXEC`, `SOCK_NONBLOCK`. */
  readonly flags: number;
}

/** Makes a socket the result of a call; its record lives as long as any process has it. */
export function installSocket(network: Network, context: SocketCaller, socket: NewSocket): number {
  const description = describeSocket(network, socket);
  return context.install(socket.fd, description, description.kind, { cloexec: (socket.flags & SocketType.SOCK_CLOEXEC) !== 0 });
}

/** The description of a socket; the descriptor stays whose it is. */
export function describeSocket(network: Network, { fd, record, isHosted, flags }: NewSocket): FileDescription {
  return new FileDescription({
    kind: isHosted ? FdKind.inet : record.mailbox === undefined ? FdKind.unix : FdKind.datagram,
    flags: OpenFlags.O_RDWR | (flags & SocketType.SOCK_NONBLOCK),
    object: record,
    label: `socket:[${inodeNumber(network.host, fd)}]`,
    closed: () => {
      network.sockets.release(record);
      record.mailbox?.close();
    },
  });
}
