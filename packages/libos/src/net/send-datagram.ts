import { AddressFamily } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { isError } from '../fs/result.js';
import { WaitQueue } from '../kernel/wait-queue.js';
import { asFamily, formatInetAddress, parseInetAddress } from './inet-address.js';
import { bindSender, destinationOf, familyOf, sourceOf } from './loopback-sockets.js';
import { sendNetlink } from './netlink-route.js';
import type { Network } from './network.js';
import type { SocketCaller } from './socket-caller.js';
import type { SocketRecord } from './socket-record.js';
import { formatUnixAddress } from './unix-address.js';
import { findUnixSocket } from './unix-sockets.js';

/** Milliseconds between two tries to reach a receiver without room. */
const RETRY_MS = 5;

/** One datagram to send. */
export interface Datagram {
  readonly bytes: Uint8Array;
  /** Raw address; empty for that of `connect`. */
  readonly destination: Uint8Array;
  readonly mayWait: boolean;
  /** `SO_SNDTIMEO`; `Infinity` for no limit. */
  readonly timeoutMs: number;
}

/**
 * Sends a datagram within the LibOS.
 *
 * Errors, in the order Linux checks them: those of the address; `ENOTCONN` (Internet: `EDESTADDRREQ`) no destination; of
 * AF_UNIX `ECONNREFUSED` nobody is there, `EPROTOTYPE` a socket of another type is, `EPERM` it is connected to another one,
 * `EAGAIN` it has no room; of the loopback network `ENETUNREACH`, and nothing at all where nobody is there or has room.
 *
 * Source: linux/net/unix/af_unix.c, `unix_dgram_sendmsg`; linux/net/ipv4/udp.c, `udp_sendmsg`.
 */
export function sendDatagram(network: Network, caller: SocketCaller, record: SocketRecord, datagram: Datagram): number | Promise<number> {
  switch (record.kind.family) {
    case AddressFamily.AF_UNIX: return sendUnix(network, caller, record, datagram);
    case AddressFamily.AF_NETLINK: return sendNetlink(network, record, datagram.bytes, datagram.destination);
    case AddressFamily.AF_INET:
    case AddressFamily.AF_INET6:
      return sendUdp(network, record, datagram);
  }
}

function sendUnix(network: Network, caller: SocketCaller, record: SocketRecord, { bytes, destination, mayWait, timeoutMs }: Datagram): number | Promise<number> {
  const target = destination.length > 0 ? findUnixSocket(network, caller, destination) : (record.peer ?? -Errno.ENOTCONN);
  if (isError(target)) return target;
  const attempt = (): number => {
    if (target.isReleased) {
      if (record.peer === target) record.peer = undefined;
      return -Errno.ECONNREFUSED;
    }
    if (target.mailbox === undefined || target.kind.type !== record.kind.type) return -Errno.EPROTOTYPE;
    if (target.peer !== undefined && target.peer !== record) return -Errno.EPERM;
    const sent = target.mailbox.deliver(record.name === '' ? NO_NAME : formatUnixAddress(record.name), bytes);
    return sent === -Errno.EPIPE ? -Errno.ECONNREFUSED : sent;
  };
  const sent = attempt();
  return sent === -Errno.EAGAIN && mayWait ? sendWaiting(caller, attempt, timeoutMs) : sent;
}

/** Tries until there is room: the host offers nothing to wait on. */
async function sendWaiting(caller: SocketCaller, attempt: () => number, timeoutMs: number): Promise<number> {
  const clock = new WaitQueue();
  for (let leftMs = timeoutMs; leftMs > 0; leftMs -= RETRY_MS) {
    const waited = await caller.wait(clock, () => undefined, Math.min(RETRY_MS, leftMs));
    if (isError(waited) && waited !== -Errno.ETIMEDOUT) return timeoutMs === Infinity ? waited : -Errno.EINTR;
    const sent = attempt();
    if (sent !== -Errno.EAGAIN) return sent;
  }
  return -Errno.EAGAIN;
}

function sendUdp(network: Network, record: SocketRecord, { bytes, destination }: Datagram): number {
  const named = destination.length > 0 ? parseInetAddress(destination, familyOf(record)) : (record.remote ?? -Errno.EDESTADDRREQ);
  if (typeof named === 'number') return named;
  const remote = destinationOf(named);
  if (typeof remote === 'number') return remote;
  if (remote.port === 0) return -Errno.EINVAL;
  const bound = bindSender(network, record, remote);
  if (bound < 0) return bound;
  const source = sourceOf(record, remote);
  const receiver = network.ports(record.kind.type).receiver(remote, source);
  if (receiver !== undefined) {
    const family = familyOf(receiver);
    // Who has no room loses it, as with UDP everywhere.
    receiver.mailbox?.deliver(formatInetAddress({ family, host: asFamily(source.host, family), port: source.port }), bytes);
  }
  return bytes.length;
}

const NO_NAME = new Uint8Array(0);
