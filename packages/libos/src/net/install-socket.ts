import { OpenFlags, SocketType } from '@occlum/abi';
import { FdKind } from '@occlum/native';

import { FileDescription } from '../fs/file-description.js';
import type { Network } from './network.js';
import type { SocketCaller } from './socket-caller.js';
import { inodeNumber } from './socket-identity.js';
import type { SocketRecord } from './socket-record.js';

/** A host socket that becomes a guest's. */
export interface NewSocket {
  /** Handed over. */
  readonly fd: number;
  readonly record: SocketRecord;
  /** Its names are the host's: data, names and options of it need no kernel. */
  readonly isHosted: boolean;
  /** `SOCK_CLOEXEC`, `SOCK_NONBLOCK`. */
  readonly flags: number;
}

/** Makes a socket the result of a call; its record lives as long as any process has it. */
export function installSocket(network: Network, context: SocketCaller, { fd, record, isHosted, flags }: NewSocket): number {
  const kind = isHosted ? FdKind.inet : FdKind.unix;
  const description = new FileDescription({
    kind,
    flags: OpenFlags.O_RDWR | (flags & SocketType.SOCK_NONBLOCK),
    object: record,
    label: `socket:[${inodeNumber(network.host, fd)}]`,
    closed: () => {
      network.sockets.release(record);
      network.ports(record.kind.type).release(record);
    },
  });
  return context.install(fd, description, kind, { cloexec: (flags & SocketType.SOCK_CLOEXEC) !== 0 });
}
