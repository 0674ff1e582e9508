import { AddressFamily } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { after, isError } from '../fs/result.js';
import { WaitQueue } from '../kernel/wait-queue.js';
import { monotonicMs } from '../time/monotonic-clock.js';
import type { HostSocket } from './host-socket.js';
import type { Network } from './network.js';
import { credentialsOf } from './socket-caller.js';
import type { SocketCaller } from './socket-caller.js';
import { SocketRecord } from './socket-record.js';
import { addressFamily, parseUnixAddress } from './unix-address.js';
import type { UnixName } from './unix-address.js';

/** Bytes of an address that is a family and no name, which asks for an abstract name. Source: unix(7), "Autobind feature". */
const FAMILY_BYTES = 2;

/** Milliseconds between two tries of a connection whose listener has no room: the host offers nothing to wait on. */
const RETRY_MS = 5;

/**
 * Binds a socket to a name of the LibOS, and the host's socket to a private one.
 *
 * Errors, in the order Linux checks them: `EINVAL` the address is wrong; then for a path as `mknod(2)`, with `EADDRINUSE`
 * when it exists; for an abstract name `EADDRINUSE`; `EINVAL` the socket has a name.
 *
 * Source: linux/net/unix/af_unix.c, `unix_bind`.
 *
 * @param socket - The host's socket.
 * @param record - What the kernel knows of it; nothing of one that was accepted, which can't be bound.
 */
export function bindUnix(network: Network, caller: SocketCaller, socket: HostSocket, record: SocketRecord | undefined, address: Uint8Array): number | Promise<number> {
  if (address.length === FAMILY_BYTES && addressFamily(address) === AddressFamily.AF_UNIX) return autobind(network, socket, record);
  const name = parseUnixAddress(address);
  if (typeof name === 'number') return name;
  if (name.startsWith('\0')) return bindAbstract(network, socket, record, name);

  return after(network.files.create(caller, name), (inode) => {
    if (isError(inode)) return inode === -Errno.EEXIST ? -Errno.EADDRINUSE : inode;
    const bound = record === undefined || isNamed(record) ? -Errno.EINVAL : bindHost(network, socket, record);
    if (bound < 0 || record === undefined) return after(network.files.remove(inode), () => bound);
    record.name = name;
    record.inode = inode;
    inode.bound = record;
    return 0;
  });
}

/**
 * Connects to a name of the LibOS.
 *
 * Errors, in the order Linux checks them: `EINVAL` the address is wrong; for a path as a look-up, then `EACCES` no write
 * permission; `ECONNREFUSED` nobody listens there, which is also the answer of the host's own sockets; `EPROTOTYPE` a
 * socket of another type does; `EISCONN`, `EINVAL` this socket is connected or listens; `EAGAIN` no room, for one that may not wait, or not longer.
 *
 * Source: linux/net/unix/af_unix.c, `unix_stream_connect` and `unix_find_socket`.
 */
export function connectUnix(
  network: Network,
  caller: SocketCaller,
  socket: HostSocket,
  record: SocketRecord | undefined,
  address: Uint8Array,
): number | Promise<number> {
  if (record?.mailbox !== undefined && addressFamily(address) === AddressFamily.AF_UNSPEC) return disconnect(record);
  const target = findUnixSocket(network, caller, address);
  if (isError(target)) return target;
  if (record?.mailbox !== undefined) return connectDatagrams(record, target);
  const { id } = target;
  if (target.mailbox !== undefined) return -Errno.EPROTOTYPE;
  if (!target.isListening || id === undefined) return -Errno.ECONNREFUSED;
  if (record !== undefined && record.kind.type !== target.kind.type) return -Errno.EPROTOTYPE;
  if (typeof socket.peerAddress() !== 'number') return -Errno.EISCONN;
  if (socket.isListening) return -Errno.EINVAL;

  const owner = credentialsOf(caller);
  if (record !== undefined) record.owner = owner;
  const named = nameClient(socket, () => network.names.client(owner));
  return named < 0 ? named : connectWithRoom(caller, socket, () => (target.isListening ? network.names.server(id) : undefined));
}

/**
 * Makes a bound socket one that accepts.
 *
 * Errors, in the order Linux checks them: `EOPNOTSUPP` a socket of datagrams; `EINVAL` it has no name, or is connected.
 *
 * Source: linux/net/unix/af_unix.c, `unix_listen`.
 */
export function listenUnix(caller: SocketCaller, socket: HostSocket, record: SocketRecord | undefined, backlog: number): number {
  if (record?.mailbox !== undefined) return -Errno.EOPNOTSUPP;
  if (record === undefined || !isNamed(record)) return -Errno.EINVAL;
  const result = socket.listen(backlog);
  if (result < 0) return result;
  record.owner = credentialsOf(caller);
  record.isListening = true;
  return 0;
}

/**
 * Gives a socket that is to connect its private name, unless it has one.
 *
 * @param make - A new name; asked again when the host has it already.
 */
export function nameClient(socket: HostSocket, make: () => Uint8Array): number {
  const own = socket.localAddress();
  if (typeof own === 'number') return own;
  if (own.length > FAMILY_BYTES) return 0;
  const result = socket.bind(make());
  return result === -Errno.EADDRINUSE ? socket.bind(make()) : result;
}

/**
 * Connects to a host socket, waiting for room in its queue where the caller's socket may wait.
 *
 * @param target - Host address; `undefined` when nobody listens there any more.
 */
async function connectWaiting(caller: SocketCaller, socket: HostSocket, target: () => Uint8Array | undefined): Promise<number> {
  const clock = new WaitQueue();
  const { process } = caller;
  const { timesContinued } = process;
  const timeoutMs = socket.sendTimeoutMs;
  const end = monotonicMs() + timeoutMs;
  for (;;) {
    const address = target();
    if (address === undefined) return -Errno.ECONNREFUSED;
    const result = socket.connect(address);
    if (result !== -Errno.EAGAIN) return refused(result);
    const leftMs = end - monotonicMs();
    if (leftMs <= 0) return -Errno.EAGAIN;
    const waited = await caller.wait(clock, () => undefined, Math.min(RETRY_MS, leftMs));
    const isInterrupted = isError(waited) && waited !== -Errno.ETIMEDOUT;
    // With a timeout it is not made again, and a stop ends it: signal(7).
    if (timeoutMs !== Infinity && (isInterrupted || process.timesContinued !== timesContinued)) return -Errno.EINTR;
    if (isInterrupted) return waited;
  }
}

/** {@link connectWaiting}, at once where there is room. */
export function connectWithRoom(caller: SocketCaller, socket: HostSocket, target: () => Uint8Array | undefined): number | Promise<number> {
  const address = target();
  if (address === undefined) return -Errno.ECONNREFUSED;
  const result = socket.connect(address);
  return result === -Errno.EAGAIN && !socket.isNonblocking ? connectWaiting(caller, socket, target) : refused(result);
}

/** Binds the host's socket to the record's private name, unless it is reached by its mailbox; 0, or the host's error number. */
export function bindHost(network: Network, socket: HostSocket, record: SocketRecord): number {
  if (record.mailbox !== undefined) return 0;
  const result = socket.bind(network.names.server(network.sockets.number(record)));
  if (result < 0) network.sockets.unnumber(record);
  return result;
}

/** Source: linux/net/unix/af_unix.c, `unix_dgram_connect`. */
function connectDatagrams(record: SocketRecord, target: SocketRecord): number {
  if (target.kind.type !== record.kind.type) return -Errno.EPROTOTYPE;
  if (target.peer !== undefined && target.peer !== record) return -Errno.EPERM;
  record.peer = target;
  return 0;
}

function disconnect(record: SocketRecord): number {
  record.peer = undefined;
  return 0;
}

function autobind(network: Network, socket: HostSocket, record: SocketRecord | undefined): number {
  if (record === undefined) return -Errno.EINVAL;
  if (isNamed(record)) return 0;
  const name = network.sockets.unusedAbstract();
  return name === undefined ? -Errno.ENOSPC : bindAbstract(network, socket, record, name);
}

function bindAbstract(network: Network, socket: HostSocket, record: SocketRecord | undefined, name: UnixName): number {
  if (record === undefined || isNamed(record)) return -Errno.EINVAL;
  if (network.sockets.abstract(name) !== undefined) return -Errno.EADDRINUSE;
  const result = bindHost(network, socket, record);
  if (result === 0) network.sockets.setAbstract(name, record);
  return result;
}

/**
 * The socket that an address names.
 *
 * Errors: `EINVAL` the address is wrong; those of a look-up; `EACCES` no write permission; `ECONNREFUSED` nobody is bound there.
 */
export function findUnixSocket(network: Network, caller: SocketCaller, address: Uint8Array): SocketRecord | number {
  const name = parseUnixAddress(address);
  if (typeof name === 'number') return name;
  if (name.startsWith('\0')) return network.sockets.abstract(name) ?? -Errno.ECONNREFUSED;
  const inode = network.files.lookup(caller, name);
  if (isError(inode)) return inode;
  const bound = inode.bound;
  return inode.type === 'socket' && bound instanceof SocketRecord && network.sockets.isThere(bound) ? bound : -Errno.ECONNREFUSED;
}

function isNamed(record: SocketRecord): boolean {
  return record.name !== '';
}

/** What the host says of a private name that is gone, the LibOS says of the name that led there. */
function refused(result: number): number {
  return result === -Errno.ENOENT ? -Errno.ECONNREFUSED : result;
}
