import { AtFlags, FcntlCommand, O_ACCMODE } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdFlag, FdKind, ThreadSlot } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { cString } from '../fs/byte-string.js';
import type { FileDescription } from '../fs/file-description.js';
import { HostStat, STATX_WANTED } from '../fs/host/host-stat.js';
import type { Call } from './call.js';

/** A description, with its number, of what is behind a host descriptor; `undefined` for what the kernel need not know. */
export type Describe = (hostFd: number) => FileDescription | undefined;

/**
 * Tells a runtime what a descriptor is that came over a socket, and grants it. The descriptor itself is the proof: who has it
 * can use it. What is found nowhere is the runtime's alone, as a pipe is.
 *
 * @param host - Host calls.
 * @param call - The runtime's; it sent the descriptor.
 * @param known - Every description that any process has.
 * @param describe - Describes what no process has.
 * @returns 0, or `-EBADF` where none was sent.
 */
export function receiveDescriptor(host: HostBinding, call: Call, known: Iterable<FileDescription>, describe: Describe): number {
  const { process, thread } = call;
  const hostFd = process.link?.takeDescriptor(thread.slot, call.sequence) ?? -1;
  if (hostFd < 0) return -Errno.EBADF;
  const description = identify(host, hostFd, known) ?? describe(hostFd);
  host.close(hostFd);
  if (description === undefined) return 0;
  process.grant(description);
  call.setReplyField(ThreadSlot.new_object, description.id);
  call.setReplyField(ThreadSlot.new_kind, description.kind);
  call.setReplyField(ThreadSlot.new_flags, description.isPerProcess ? FdFlag.own : 0);
  return 0;
}

function identify(host: HostBinding, hostFd: number, known: Iterable<FileDescription>): FileDescription | undefined {
  const seen = new HostStat();
  if (host.statx(hostFd, cString(''), AtFlags.AT_EMPTY_PATH, STATX_WANTED, seen.bytes) < 0) return undefined;
  const { ino } = seen.toStat(0);
  const access = host.fcntl(hostFd, FcntlCommand.F_GETFL, 0) & O_ACCMODE;
  for (const description of known) {
    if (seen.type === 'socket' && description.label === `socket:[${ino}]`) return description;
    if (seen.type === 'fifo' && description.isPerProcess && description.hostIno === ino) return description;
    const isFile = description.kind === FdKind.file && seen.type === 'file';
    if (isFile && description.hostIno === ino && (description.flags & O_ACCMODE) === access) return description;
  }
  return undefined;
}
