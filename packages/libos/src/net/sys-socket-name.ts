import type { DataArgument, Handler } from '@occlum/abi';
import { AddressFamily } from '@occlum/abi';

import type { Network } from './network.js';
import { recordOf, socketOf, writeAddress } from './socket-caller.js';
import type { SocketCaller } from './socket-caller.js';
import { SocketView } from './socket-view.js';

/** Descriptor, room for an address, and its length, which is read and replaced. */
type NameArguments = ['fd', DataArgument<'output', Uint8Array>, DataArgument<'inoutput', Uint8Array>];

/**
 * `getsockname(2)`: tells a socket's own address.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTSOCK`; `EFAULT` the length is not readable; `EINVAL` it is
 * negative; `EFAULT` the address or the length is not writable.
 *
 * Source: linux/net/socket.c, `__sys_getsockname`.
 */
export function getsockname(network: Network): Handler<SocketCaller, NameArguments> {
  return (context, _fd, address, length) => {
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    const own = socket.domain === AddressFamily.AF_UNIX ? new SocketView(network, socket, recordOf(context)).local : socket.localAddress();
    return typeof own === 'number' ? own : writeAddress(own, address, length);
  };
}

/**
 * `getpeername(2)`: tells the address of the other end.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTSOCK`; `ENOTCONN`; then as `getsockname(2)`.
 *
 * Source: linux/net/socket.c, `__sys_getpeername`.
 */
export function getpeername(network: Network): Handler<SocketCaller, NameArguments> {
  return (context, _fd, address, length) => {
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    const peer = socket.domain === AddressFamily.AF_UNIX ? new SocketView(network, socket, recordOf(context)).peer : socket.peerAddress();
    return typeof peer === 'number' ? peer : writeAddress(peer, address, length);
  };
}
