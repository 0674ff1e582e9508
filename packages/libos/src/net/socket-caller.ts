import type { InputArgument, OutputArgument, StructInput, StructOutput } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { FileSystemContext } from '../fs/file-system-context.js';
import { isError } from '../fs/result.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { Credentials } from '../process/credentials.js';
import { HostSocket } from './host-socket.js';
import type { SocketHost } from './host-socket.js';
import type { PeerCredentials } from './private-names.js';
import { SocketRecord } from './socket-record.js';

/** The part of a {@link SyscallContext} that socket calls use. */
export interface SocketCaller
  extends Pick<SyscallContext, 'polled' | 'object' | 'fdKind' | 'hostFd' | 'install' | 'installPair' | 'wait' | 'pollFd'> {
  readonly process: {
    readonly pid: number;
    readonly credentials: Credentials;
    readonly files: FileSystemContext;
    readonly timesContinued: number;
  };
}

/** Kinds of descriptors that no socket has. */
const NEVER_SOCKETS: ReadonlySet<number> = new Set([FdKind.file, FdKind.directory, FdKind.terminal, FdKind.mediated]);

/** Longest address that a call takes. Source: linux/net/socket.c, `move_addr_to_kernel`. */
export const ADDRESS_MAX = 128;

/**
 * Whether the first argument of a call is an open descriptor.
 *
 * @returns 0 or `-EBADF`.
 */
export function checkOpen(context: SocketCaller): number {
  const kind = context.fdKind(0);
  return kind === FdKind.none || kind === FdKind.path ? -Errno.EBADF : 0;
}

/**
 * The host's socket behind the first argument of a call; asks the guest for the descriptor where it was not sent yet.
 *
 * @returns `-EBADF` for one that is not open, `-ENOTSOCK` for what is no socket.
 */
export function socketOf(context: SocketCaller, host: SocketHost): HostSocket | number {
  const bad = checkOpen(context);
  if (bad !== 0) return bad;
  if (NEVER_SOCKETS.has(context.fdKind(0))) return -Errno.ENOTSOCK;
  const fd = context.hostFd(0);
  return fd < 0 ? fd : HostSocket.of(host, fd);
}

/** What the kernel kept of the socket behind the first argument; nothing for one that was accepted. */
export function recordOf(context: SocketCaller): SocketRecord | undefined {
  const object = context.object(0)?.object;
  return object instanceof SocketRecord ? object : undefined;
}

/** The caller as `SO_PEERCRED` of the other end tells it. */
export function credentialsOf({ process: { pid, credentials } }: SocketCaller): PeerCredentials {
  return { pid, uid: credentials.euid, gid: credentials.egid };
}

/**
 * Reads an address argument.
 *
 * @param address - Where it is.
 * @param length - Its length, as the caller gave it.
 * @returns `-EINVAL` for an impossible length, `-EFAULT` for memory that is not readable.
 *
 * Source: linux/net/socket.c, `move_addr_to_kernel`.
 */
export function readAddress(address: InputArgument, length: number): Uint8Array | number {
  if (length < 0 || length > ADDRESS_MAX) return -Errno.EINVAL;
  return length === 0 ? new Uint8Array(0) : (address.read() ?? -Errno.EFAULT);
}

/** A length that the kernel reads and replaces. */
export type LengthArgument = StructInput<Uint8Array> & StructOutput<Uint8Array>;

/**
 * Writes an address result: as much as there is room for, and its whole length.
 *
 * @returns 0; `-EFAULT` for memory that is not there, `-EINVAL` for a negative length.
 *
 * Source: linux/net/socket.c, `move_addr_to_user`.
 */
export function writeAddress(value: Uint8Array, address: OutputArgument, length: LengthArgument): number {
  const room = readLength(length);
  if (isError(room)) return room;
  return writeCut(value, room, address) && writeLength(length, value.length) ? 0 : -Errno.EFAULT;
}

/** The `int` behind a length argument; `-EFAULT`, or `-EINVAL` when it is negative. */
export function readLength(length: LengthArgument): number {
  const raw = length.read();
  if (raw === undefined) return -Errno.EFAULT;
  const value = new DataView(raw.buffer, raw.byteOffset, raw.byteLength).getInt32(0, true);
  return value < 0 ? -Errno.EINVAL : value;
}

/** Writes the `int` behind a length argument. */
export function writeLength(length: OutputArgument, value: number): boolean {
  const raw = new Uint8Array(4);
  new DataView(raw.buffer).setInt32(0, value, true);
  return length.write(raw);
}

/** Writes the first bytes of a value; none need no memory. */
export function writeCut(value: Uint8Array, room: number, out: OutputArgument): boolean {
  const cut = value.subarray(0, room);
  return cut.length === 0 || out.write(cut);
}
