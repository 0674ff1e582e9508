import { AddressFamily, MessageFlags, PollEvents, SocketType } from '@occlum/abi';
import type { BufferArgument, Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Network } from './network.js';
import { sendDatagram } from './send-datagram.js';
import { readAddress, recordOf, socketOf } from './socket-caller.js';
import type { SocketCaller } from './socket-caller.js';
import { SocketView } from './socket-view.js';

/** Most bytes that cross with an address beside them; a longer datagram with an address is `EMSGSIZE`. */
export const SEND_MAX = 65280;

/**
 * `sendto(2)` with an address; without one the runtime makes the host's call itself.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTSOCK`; `EINVAL` the address's length; `EFAULT` the address; then
 * those of the family: on AF_UNIX `EISCONN`, `EOPNOTSUPP` or `ENOTCONN`, since its streams take none; without the host's
 * network `ENETUNREACH`. `EOPNOTSUPP` for a connection opened by its first data; `EMSGSIZE`; `EFAULT` the data.
 *
 * Source: linux/net/socket.c, `__sys_sendto`; linux/net/unix/af_unix.c, `unix_stream_sendmsg`.
 */
export function sendto(network: Network): Handler<SocketCaller, ['fd', BufferArgument<'inputBuffer'>, 'size', NamedScalar, BufferArgument<'inputBuffer'>, 'int']> {
  return (context, _fd, data, size, flags, address, addressLength) => {
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    const destination = address.isNull ? new Uint8Array(0) : readAddress(address, addressLength);
    if (typeof destination === 'number') return destination;

    const record = recordOf(context);
    if (record?.mailbox !== undefined) {
      if (size > SEND_MAX) return -Errno.EMSGSIZE;
      const sent = size === 0 ? new Uint8Array(0) : data.read();
      if (sent === undefined) return -Errno.EFAULT;
      const mayWait = (flags & MessageFlags.MSG_DONTWAIT) === 0 && !socket.isNonblocking;
      return sendDatagram(network, context, record, { bytes: sent, destination, mayWait, timeoutMs: socket.sendTimeoutMs });
    }
    if (!socket.isInet) {
      if (socket.domain !== AddressFamily.AF_UNIX) return -Errno.EPERM;
      const view = new SocketView(network, socket, recordOf(context));
      if (view.isLoopback) return -Errno.ENETUNREACH;
      const isConnected = typeof socket.peerAddress() !== 'number';
      if (view.kind.type === SocketType.SOCK_STREAM) return isConnected ? -Errno.EISCONN : -Errno.EOPNOTSUPP;
      if (!isConnected) return -Errno.ENOTCONN;
    } else if (network.mode !== 'host') {
      return -Errno.EPERM;
    }
    if ((flags & MessageFlags.MSG_FASTOPEN) !== 0) return -Errno.EOPNOTSUPP;
    if (size > SEND_MAX) return -Errno.EMSGSIZE;
    const bytes = size === 0 ? new Uint8Array(0) : data.read();
    if (bytes === undefined) return -Errno.EFAULT;

    const sent = socket.send(bytes, flags | MessageFlags.MSG_DONTWAIT | MessageFlags.MSG_NOSIGNAL, socket.isInet ? destination : new Uint8Array(0));
    const mayWait = (flags & MessageFlags.MSG_DONTWAIT) === 0 && !socket.isNonblocking;
    return sent === -Errno.EAGAIN && mayWait ? context.pollFd(0, PollEvents.POLLOUT) : sent;
  };
}
