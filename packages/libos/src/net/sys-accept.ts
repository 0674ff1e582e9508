import { AddressFamily, PollEvents, SocketType } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, OutputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { HostSocket } from './host-socket.js';
import { parseInetAddress } from './inet-address.js';
import { installSocket } from './install-socket.js';
import { familyOf } from './loopback-sockets.js';
import type { Network } from './network.js';
import { socketOf, writeAddress } from './socket-caller.js';
import type { LengthArgument, SocketCaller } from './socket-caller.js';
import { SocketRecord } from './socket-record.js';
import { SocketView } from './socket-view.js';
import { parseUnixAddress } from './unix-address.js';

/** Descriptor, room for an address, its length, which is read and replaced, and flags. */
type AcceptArguments = ['fd', DataArgument<'output', Uint8Array>, DataArgument<'inoutput', Uint8Array>, NamedScalar];

/**
 * `accept4(2)` of sockets whose names are the LibOS's; those of the host's network the runtime accepts by itself.
 *
 * Errors, in the order Linux checks them: `EINVAL` unknown flags; `EBADF`; `ENOTSOCK`; `EOPNOTSUPP` a socket of datagrams;
 * `EINVAL` it does not listen, or the length is negative; `EAGAIN`; `ECONNABORTED`; `EFAULT` the address or its length.
 *
 * Source: linux/net/socket.c, `__sys_accept4`.
 */
export function accept4(network: Network): Handler<SocketCaller, AcceptArguments> {
  return (context, _fd, address, length, flags) => {
    if ((flags & ~(SocketType.SOCK_CLOEXEC | SocketType.SOCK_NONBLOCK)) !== 0) return -Errno.EINVAL;
    const listener = socketOf(context, network.host);
    if (typeof listener === 'number') return listener;
    const fd = listener.accept(flags & SocketType.SOCK_NONBLOCK);
    if (fd === -Errno.EAGAIN && !listener.isNonblocking) return context.pollFd(0, PollEvents.POLLIN);
    if (fd < 0) return fd;

    const told = tellPeer(network, fd, address, length);
    if (typeof told === 'number') {
      network.host.close(fd);
      return told;
    }
    return installSocket(network, context, { fd, record: told, isHosted: listener.isInet, flags });
  };
}

/** `accept(2)`: {@link accept4} without flags. */
export function accept(network: Network): Handler<SocketCaller, [AcceptArguments[0], AcceptArguments[1], AcceptArguments[2]]> {
  const run = accept4(network);
  return (context, fd, address, length) => run(context, fd, address, length, 0);
}

/** Writes the address of a new connection's other end, where it is wanted; gives the record of this end. */
function tellPeer(network: Network, fd: number, address: OutputArgument, length: LengthArgument): SocketRecord | number {
  const socket = HostSocket.of(network.host, fd);
  if (typeof socket === 'number') return socket;
  const view = new SocketView(network, socket, undefined);
  const peer = socket.domain === AddressFamily.AF_UNIX ? view.peer : socket.peerAddress();
  if (typeof peer === 'number') return peer === -Errno.ENOTCONN ? -Errno.ECONNABORTED : peer;
  const result = address.isNull ? 0 : writeAddress(peer, address, length);
  return result === 0 ? recordOfAccepted(view) : result;
}

/** The record of a socket that was accepted: its kind and name are those of its listener. */
export function recordOfAccepted(view: SocketView): SocketRecord {
  const record = new SocketRecord(view.kind);
  if (record.kind.family === AddressFamily.AF_UNIX) {
    const name = parseUnixAddress(view.local);
    record.name = typeof name === 'string' ? name : '';
  } else {
    const local = parseInetAddress(view.local, familyOf(record));
    if (typeof local === 'object') record.local = local;
  }
  return record;
}
