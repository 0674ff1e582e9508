import { AddressFamily, SocketLevel, SocketOption, linger, ucred } from '@occlum/abi';
import type { BufferArgument, DataArgument, Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { isError } from '../fs/result.js';
import type { HostSocket } from './host-socket.js';
import { MoreSocketOption, TcpOption } from './inet-flags.js';
import { isKept, keepOption, keptOption } from './kept-options.js';
import type { Network } from './network.js';
import type { PeerCredentials } from './private-names.js';
import { readLength, recordOf, socketOf, writeCut, writeLength } from './socket-caller.js';
import type { SocketCaller } from './socket-caller.js';
import { inodeNumber } from './socket-identity.js';
import { optionRule } from './socket-options.js';
import type { SocketRecord } from './socket-record.js';
import { NO_PEER, SocketView } from './socket-view.js';

/** Bytes of an option that is one `int`. */
const INT_BYTES = 4;

/** Most bytes of an option that cross; the longest one let through is `TCP_INFO`. */
export const OPTION_MAX = 512;

/** Highest priority that needs no capability. Source: socket(7), `SO_PRIORITY`. */
const PRIORITY_MAX = 6;

/** Congestion control that anyone may choose. Source: tcp(7), `tcp_allowed_congestion_control`. */
const CONGESTION_ALLOWED: ReadonlySet<string> = new Set(['reno', 'cubic']);

/** Group and user of a process of the host that the LibOS does not know. Source: linux/kernel/sys.c, `DEFAULT_OVERFLOWUID`. */
const OVERFLOW_ID = 65534;

/** One option call: the socket as host and guest see it. */
interface OptionCall {
  readonly network: Network;
  readonly context: SocketCaller;
  readonly socket: HostSocket;
  readonly view: SocketView;
}

/**
 * `setsockopt(2)`: sets an option of a socket.
 *
 * `SO_LINGER` with a time is kept and told, but not set on the host: closing never waits, data goes out in the background.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTSOCK`; `EINVAL` the length is negative, or too short for
 * SOL_SOCKET; `EFAULT`; `EOPNOTSUPP` another level of AF_UNIX; `ENOPROTOOPT` no such option, or none that is let through;
 * `EPERM` one that needs a capability; `EINVAL` a wrong value.
 *
 * Source: linux/net/socket.c, `do_sock_setsockopt`; linux/net/core/sock.c, `sk_setsockopt`.
 */
export function setsockopt(network: Network): Handler<SocketCaller, ['fd', 'int', 'int', BufferArgument<'inputBuffer'>, 'int']> {
  return (context, _fd, level, option, value, length) => {
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    if (length < 0 || (level === SocketLevel.SOL_SOCKET && length < INT_BYTES)) return -Errno.EINVAL;
    const bytes = length === 0 ? new Uint8Array(0) : value.read();
    if (bytes === undefined) return -Errno.EFAULT;

    const view = new SocketView(network, socket, recordOf(context));
    if (isForeignLevel(socket, view, level)) return -Errno.EOPNOTSUPP;
    const rule = optionRule(level, option).set;
    if (rule === undefined) return -Errno.ENOPROTOOPT;
    if (rule === 'privileged') return -Errno.EPERM;
    const call = { network, context, socket, view };
    return rule === 'kernel' ? setHere(call, level, option, bytes) : setPlain(call, level, option, bytes);
  };
}

/**
 * `getsockopt(2)` for what the runtime does not ask the host by itself.
 *
 * Errors, in the order Linux checks them: `EBADF`; `ENOTSOCK`; `EFAULT` the length is not readable; `EINVAL` it is
 * negative; `EOPNOTSUPP` another level of AF_UNIX; `ENOPROTOOPT` no such option, or none that is let through; `ENOTCONN`;
 * `EFAULT` the value or the length is not writable.
 *
 * Source: linux/net/socket.c, `do_sock_getsockopt`; linux/net/core/sock.c, `sk_getsockopt`.
 */
export function getsockopt(
  network: Network,
): Handler<SocketCaller, ['fd', 'int', 'int', DataArgument<'output', Uint8Array>, DataArgument<'inoutput', Uint8Array>]> {
  return (context, _fd, level, option, value, length) => {
    const socket = socketOf(context, network.host);
    if (typeof socket === 'number') return socket;
    const room = readLength(length);
    if (isError(room)) return room;

    const view = new SocketView(network, socket, recordOf(context));
    if (isForeignLevel(socket, view, level)) return -Errno.EOPNOTSUPP;
    const bytes = answer({ network, context, socket, view }, level, option, Math.min(room, OPTION_MAX));
    if (typeof bytes === 'number') return bytes;
    const told = bytes.subarray(0, room);
    return writeCut(told, room, value) && writeLength(length, told.length) ? 0 : -Errno.EFAULT;
  };
}

function answer(call: OptionCall, level: number, option: number, room: number): Uint8Array | number {
  const rule = optionRule(level, option).get;
  if (rule === undefined || rule === 'privileged') return -Errno.ENOPROTOOPT;
  if (rule === 'kernel') return getHere(call, level, option, room);

  const isHosts = call.socket.isInet || !call.view.isLoopback;
  const kept = isHosts ? undefined : keptOption(rememberedRecord(call), level, option);
  if (kept !== undefined) return kept;
  return isHosts || level === SocketLevel.SOL_SOCKET ? call.socket.getOption(level, option, room) : -Errno.ENOPROTOOPT;
}

/** Levels that AF_UNIX has not. */
function isForeignLevel(socket: HostSocket, view: SocketView, level: number): boolean {
  return !socket.isInet && !view.isLoopback && level !== SocketLevel.SOL_SOCKET;
}

function setPlain(call: OptionCall, level: number, option: number, bytes: Uint8Array): number {
  const { socket, view } = call;
  if (socket.isInet || !view.isLoopback) return socket.setOption(level, option, bytes);
  if (!isKept(level, option)) return level === SocketLevel.SOL_SOCKET ? socket.setOption(level, option, bytes) : -Errno.ENOPROTOOPT;
  if (bytes.length < INT_BYTES) return -Errno.EINVAL;
  keepOption(keptRecord(call), level, option, bytes.slice(0, INT_BYTES));
  return 0;
}

function setHere(call: OptionCall, level: number, option: number, bytes: Uint8Array): number {
  const { socket } = call;
  if (level === SocketLevel.SOL_SOCKET && option === SocketOption.SO_LINGER) return setLinger(call, bytes);
  if (level === SocketLevel.SOL_SOCKET) {
    const value = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
    if (option === SocketOption.SO_DEBUG && value !== 0) return -Errno.EACCES;
    if (option === SocketOption.SO_PASSCRED && !tellsSenders(call)) return -Errno.EOPNOTSUPP;
    if (option === SocketOption.SO_PRIORITY && (value < 0 || value > PRIORITY_MAX)) return -Errno.EPERM;
    return setPlain(call, level, option, bytes);
  }
  if (option !== TcpOption.TCP_CONGESTION || !socket.isInet) return -Errno.ENOPROTOOPT;
  const name = Buffer.from(bytes).toString('latin1').replace(/\0.*$/s, '');
  return CONGESTION_ALLOWED.has(name) ? socket.setOption(level, option, bytes) : -Errno.EPERM;
}

/** Whether the host's socket has the guest's messages as they are sent: not one of which the kernel sends them, or another family's. */
function tellsSenders({ socket, view, context }: OptionCall): boolean {
  return !socket.isInet && !view.isLoopback && recordOf(context)?.mailbox === undefined && context.fdKind(0) !== FdKind.datagram;
}

/** A time would have the host's last close wait, and that may be one made here. None at all ends the connection at once, which does not wait. */
function setLinger(call: OptionCall, bytes: Uint8Array): number {
  if (bytes.length < linger.size) return -Errno.EINVAL;
  const { l_onoff, l_linger } = linger.decode(bytes);
  const isWaiting = l_onoff !== 0 && l_linger !== 0;
  const result = isWaiting || !call.socket.isInet ? 0 : call.socket.setOption(SocketLevel.SOL_SOCKET, SocketOption.SO_LINGER, bytes);
  if (result === 0) keepOption(keptRecord(call), SocketLevel.SOL_SOCKET, SocketOption.SO_LINGER, linger.encode({ l_onoff: l_onoff === 0 ? 0 : 1, l_linger }));
  return result;
}

function getHere(call: OptionCall, level: number, option: number, room: number): Uint8Array | number {
  const { socket, view } = call;
  switch (option) {
    case SocketOption.SO_LINGER:
      return keptOption(rememberedRecord(call), level, option) ?? socket.getOption(level, option, room);
    case SocketOption.SO_PEERCRED:
      return ucred.encode(socket.isInet ? NO_PEER : view.peerCredentials(() => pairCredentials(call)));
    case MoreSocketOption.SO_PEERNAME:
      return socket.isInet ? socket.peerAddress() : view.peer;
    default:
      break;
  }
  if (socket.domain !== AddressFamily.AF_UNIX || option === SocketOption.SO_PRIORITY) return socket.getOption(level, option, room);
  const { family, type, protocol } = view.kind;
  const value = option === SocketOption.SO_DOMAIN ? family : option === SocketOption.SO_TYPE ? type : protocol;
  return new Uint8Array(Int32Array.of(value).buffer);
}

/** Who made a pair: the host says which process, the LibOS who that is. */
function pairCredentials({ network, context, socket }: OptionCall): PeerCredentials {
  const bytes = socket.getOption(SocketLevel.SOL_SOCKET, SocketOption.SO_PEERCRED, ucred.size);
  if (typeof bytes === 'number' || bytes.length < ucred.size) return NO_PEER;
  const pid = network.pidOfHost(ucred.decode(bytes).pid);
  if (pid === undefined) return { pid: 0, uid: OVERFLOW_ID, gid: OVERFLOW_ID };
  return { pid, uid: context.process.credentials.euid, gid: context.process.credentials.egid };
}

/** The record that options are kept in: of an accepted socket a new one, found again by the host's inode number. */
function keptRecord({ network, context, socket, view }: OptionCall): SocketRecord {
  return recordOf(context) ?? network.sockets.accepted(inodeNumber(network.host, socket.fd), view.kind);
}

function rememberedRecord({ network, context, socket }: OptionCall): SocketRecord | undefined {
  return recordOf(context) ?? network.sockets.remembered(inodeNumber(network.host, socket.fd));
}
