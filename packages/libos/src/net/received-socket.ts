import { AddressFamily, SocketLevel, SocketOption } from '@occlum/abi';

import type { FileDescription } from '../fs/file-description.js';
import { HostSocket } from './host-socket.js';
import { describeSocket } from './install-socket.js';
import type { Network } from './network.js';
import { recordOfAccepted } from './sys-accept.js';
import { SocketRecord } from './socket-record.js';
import type { SocketKind } from './socket-record.js';
import { SocketView } from './socket-view.js';

/**
 * Describes a socket that a guest received and that no process had: it was on its way when the sender let go of it.
 *
 * @param network - The enclave's.
 * @param fd - The host's descriptor; it stays the caller's.
 * @returns `undefined` for what is no socket, or has no name of which the kernel would know.
 */
export function receivedSocket(network: Network, fd: number): FileDescription | undefined {
  const socket = HostSocket.of(network.host, fd);
  if (typeof socket === 'number') return undefined;
  if (socket.isInet) return network.mode === 'host' ? describeSocket(network, { fd, record: hostedRecord(socket), isHosted: true, flags: 0 }) : undefined;

  const address = socket.localAddress();
  const own = typeof address === 'number' ? undefined : network.names.read(address);
  if (own === undefined || own.kind === 'none') return undefined;
  const bound = own.kind === 'server' ? network.sockets.server(own.id) : undefined;
  const isAccepted = bound === undefined || (bound.isListening && typeof socket.peerAddress() !== 'number');
  if (!isAccepted) network.sockets.revive(bound);
  const record = isAccepted ? recordOfAccepted(new SocketView(network, socket, undefined)) : bound;
  return describeSocket(network, { fd, record, isHosted: false, flags: 0 });
}

function hostedRecord(socket: HostSocket): SocketRecord {
  const protocol = socket.getOption(SocketLevel.SOL_SOCKET, SocketOption.SO_PROTOCOL, 4);
  return new SocketRecord({
    family: socket.domain === AddressFamily.AF_INET6 ? AddressFamily.AF_INET6 : AddressFamily.AF_INET,
    // The host's number is one of those it was made with, since it came from `socket` above or the embedding program.
    type: socket.type as SocketKind['type'],
    protocol: typeof protocol === 'number' ? 0 : (protocol[0] ?? 0),
  });
}
