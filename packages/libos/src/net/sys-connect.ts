import { AddressFamily, PollEvents } from '@occlum/abi';
import type { BufferArgument, Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { HostSocket } from './host-socket.js';
import { parseInetAddress } from './inet-address.js';
import { bindLoopback, checkPort, connectLoopback, listenLoopback } from './loopback-sockets.js';
import { bindNetlink } from './netlink-route.js';
import type { Network } from './network.js';
import { checkOpen, readAddress, recordOf, socketOf } from './socket-caller.js';
import type { SocketCaller } from './socket-caller.js';
import type { SocketRecord } from './socket-record.js';
import { addressFamily } from './unix-address.js';
import { bindUnix, connectUnix, listenUnix } from './unix-sockets.js';

/** Descriptor, address and its length. */
type AddressArguments = ['fd', BufferArgument<'inputBuffer'>, 'int'];

/** Whose rules a socket follows: the host's network, the LibOS's own loopback network, the names of AF_UNIX, netlink's numbers. */
type Side = 'host' | 'loopback' | 'unix' | 'netlink' | 'refused';

/**
 * `bind(2)`: gives a socket an address.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTSOCK`; `EINVAL` the length; `EFAULT` the address; then those of
 * the family. A port below 1024 of the host needs the LibOS's own right as well as the host's.
 *
 * Source: linux/net/socket.c, `__sys_bind`.
 */
export function bind(network: Network): Handler<SocketCaller, AddressArguments> {
  return (context, _fd, address, length) => {
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    const bytes = readAddress(address, length);
    if (typeof bytes === 'number') return bytes;
    const record = recordOf(context);
    switch (sideOf(network, socket, record)) {
      case 'host':
        return bindHosted(context, socket, bytes);
      case 'loopback':
        return record === undefined ? -Errno.EINVAL : bindLoopback(network, context, record, bytes);
      case 'unix':
        return bindUnix(network, context, socket, record, bytes);
      case 'netlink':
        return bindNetlink(network, record, bytes);
      case 'refused':
        return -Errno.EPERM;
    }
  };
}

/**
 * `connect(2)`: connects a socket, or gives one of datagrams a destination.
 *
 * The host's call never sleeps here: for a socket that may, the runtime waits until it is writable, and the second call
 * tells how it went.
 *
 * Errors, in the order Linux checks them: `EBADF`; `EINVAL` the length; `EFAULT` the address; `ENOTSOCK`; then those of
 * the family.
 *
 * Source: linux/net/socket.c, `__sys_connect`.
 */
export function connect(network: Network): Handler<SocketCaller, AddressArguments> {
  return (context, _fd, address, length) => {
    const bad = checkOpen(context);
    if (bad !== 0) return bad;
    const bytes = readAddress(address, length);
    if (typeof bytes === 'number') return bytes;
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    const record = recordOf(context);
    switch (sideOf(network, socket, record)) {
      case 'host':
        return connectHosted(context, socket, bytes);
      case 'loopback':
        return record === undefined ? -Errno.EISCONN : connectLoopback(network, context, socket, record, bytes);
      case 'unix':
        return connectUnix(network, context, socket, record, bytes);
      case 'netlink':
        return bindNetlink(network, record, new Uint8Array(bytes.length).fill(bytes[0] ?? 0, 0, 1));
      case 'refused':
        return -Errno.EPERM;
    }
  };
}

/**
 * `listen(2)`: makes a socket one that accepts.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTSOCK`; then those of the family, `EOPNOTSUPP` for a socket of
 * datagrams among them.
 *
 * Source: linux/net/socket.c, `__sys_listen`.
 */
export function listen(network: Network): Handler<SocketCaller, ['fd', 'int']> {
  return (context, _fd, backlog) => {
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    const record = recordOf(context);
    switch (sideOf(network, socket, record)) {
      case 'host':
        return socket.listen(backlog);
      case 'loopback':
        return record === undefined ? -Errno.EINVAL : listenLoopback(network, context, socket, record);
      case 'unix':
        return listenUnix(context, socket, record, backlog);
      case 'netlink':
        return -Errno.EOPNOTSUPP;
      case 'refused':
        return -Errno.EPERM;
    }
  };
}

/**
 * A socket of the host's network where there is none for the enclave came from whoever started it: data may pass, names may not.
 *
 * What the descriptor is says the host alone. A guest that passes AF_UNIX off as something else would reach the host's names.
 */
function sideOf(network: Network, socket: HostSocket, record: SocketRecord | undefined): Side {
  if (socket.isInet) return network.mode === 'host' ? 'host' : 'refused';
  if (socket.domain !== AddressFamily.AF_UNIX) return 'refused';
  if (record?.kind.family === AddressFamily.AF_NETLINK) return 'netlink';
  return record === undefined || record.kind.family === AddressFamily.AF_UNIX ? 'unix' : 'loopback';
}

function bindHosted(context: SocketCaller, socket: HostSocket, bytes: Uint8Array): number {
  const family = addressFamily(bytes) === AddressFamily.AF_INET6 ? AddressFamily.AF_INET6 : AddressFamily.AF_INET;
  const address = parseInetAddress(bytes, family);
  const denied = typeof address === 'number' ? 0 : checkPort(context, address.port);
  return denied === 0 ? socket.bind(bytes) : denied;
}

function connectHosted(context: SocketCaller, socket: HostSocket, bytes: Uint8Array): number {
  const result = socket.connect(bytes);
  const isWaiting = result === -Errno.EINPROGRESS || result === -Errno.EALREADY;
  return isWaiting && !socket.isNonblocking ? context.pollFd(0, PollEvents.POLLOUT) : result;
}
