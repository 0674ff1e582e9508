import { FcntlCommand, OpenFlags, signalfdSiginfo } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { FileDescription } from '../fs/file-description.js';
import type { MediatedFile } from '../io/mediated-file.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { inodeNumber } from '../net/socket-identity.js';
import type { Process } from '../process/process.js';
import { recordOf } from './signal-record.js';
import type { SignalSet } from './signal-set.js';

/** The signals that a descriptor is read for, which all its holders share. */
export class SignalMask {
  #set: SignalSet;
  readonly holders = new Set<SignalDescriptor>();

  constructor(set: SignalSet) {
    this.#set = set;
  }

  get set(): SignalSet {
    return this.#set;
  }

  /** Another set, for every holder. */
  change(set: SignalSet): void {
    this.#set = set;
    for (const holder of this.holders) holder.show();
  }
}

/** Ends of the pipe behind a {@link SignalDescriptor}, which belong to it. */
interface Ends {
  /** A description of its own: whether it waits is not the guest's. */
  readonly reader: number;
  readonly writer: number;
}

/**
 * A descriptor that one process reads for signals, as signalfd(2) makes it: a read takes those of the thread that reads. The
 * guest holds an end of a pipe in which a byte lies while a signal of the set waits, so that poll and epoll need no kernel; reads
 * come here. A process that inherits or receives the descriptor gets another pipe, and a description of its own, for the same set.
 */
export class SignalDescriptor implements MediatedFile {
  /** Whose signals make it readable. */
  readonly owner: Process;
  readonly mask: SignalMask;
  readonly #host: HostBinding;
  readonly #ends: Ends;
  readonly #unsubscribe: () => void;
  #isReady = false;

  constructor(host: HostBinding, owner: Process, mask: SignalMask, ends: Ends) {
    this.#host = host;
    this.#ends = ends;
    this.owner = owner;
    this.mask = mask;
    mask.holders.add(this);
    this.#unsubscribe = owner.pendingChanged.subscribe(() => { this.show(); });
    this.show();
  }

  /** Makes the pipe say whether a signal waits. */
  show(): void {
    const isReady = this.#isWaiting();
    if (isReady === this.#isReady) return;
    this.#isReady = isReady;
    if (isReady) this.#host.write(this.#ends.writer, new Uint8Array(1));
    else this.#host.read(this.#ends.reader, new Uint8Array(1));
  }

  /**
   * Takes signals of the caller.
   *
   * Errors, in the order Linux checks them: `EINVAL` room for less than one; `EAGAIN` none waits and the descriptor does not.
   *
   * Source: linux/fs/signalfd.c, `signalfd_read_iter`.
   */
  read(context: SyscallContext, length: number): Uint8Array | number | Promise<Uint8Array | number> {
    const most = Math.floor(length / signalfdSiginfo.size);
    if (most === 0) return -Errno.EINVAL;
    const taken = this.#take(context, most);
    if (taken !== undefined) return taken;
    const hostFd = context.hostFd(0);
    if (hostFd < 0) return hostFd;
    if (isNonBlocking(this.#host, hostFd)) return -Errno.EAGAIN;
    return context.wait(context.process.signalArrived, () => this.#take(context, most));
  }

  write(): number {
    return -Errno.EINVAL;
  }

  close(): void {
    this.mask.holders.delete(this);
    this.#unsubscribe();
    this.#host.close(this.#ends.reader);
    this.#host.close(this.#ends.writer);
  }

  #take(context: SyscallContext, most: number): Uint8Array | undefined {
    const { process, thread, kernel } = context;
    const { set } = this.mask;
    const records: Uint8Array[] = [];
    while (records.length < most) {
      const info = thread.pending.take(set) ?? process.pending.take(set);
      if (info === undefined) break;
      records.push(recordOf(info));
    }
    kernel.signals.showPending(thread);
    return records.length === 0 ? undefined : Buffer.concat(records);
  }

  #isWaiting(): boolean {
    let waiting = this.owner.pending.set;
    for (const { pending } of this.owner.threads.values()) waiting |= pending.set;
    return (waiting & this.mask.set) !== 0n;
  }
}

/** Whether reads of a descriptor do not wait. */
export function isNonBlocking(host: HostBinding, hostFd: number): boolean {
  return (host.fcntl(hostFd, FcntlCommand.F_GETFL, 0) & OpenFlags.O_NONBLOCK) !== 0;
}

/**
 * A descriptor by which a process reads its signals, and what stands behind it.
 *
 * @param mask - Its set, perhaps that of other holders too.
 * @param flags - `O_NONBLOCK` or 0.
 * @returns A negative error number where the host has no descriptors left.
 */
export function openSignals(host: HostBinding, owner: Process, mask: SignalMask, flags: number): { readonly hostFd: number; readonly description: FileDescription } | number {
  const pair = new Int32Array(2);
  const made = host.pipe(pair, OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK);
  if (made < 0) return made;
  const [hostFd = -1, writer = -1] = pair;
  // What the guest does to its end must not have a read of ours wait.
  const reader = host.reopen(hostFd, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC);
  if (reader < 0) {
    host.close(hostFd);
    host.close(writer);
    return reader;
  }
  host.fcntl(hostFd, FcntlCommand.F_SETFL, flags & OpenFlags.O_NONBLOCK);
  const object = new SignalDescriptor(host, owner, mask, { reader, writer });
  const description = new FileDescription({
    kind: FdKind.mediated,
    flags: OpenFlags.O_RDWR | (flags & OpenFlags.O_NONBLOCK),
    object,
    label: 'anon_inode:[signalfd]',
    hostIno: Number(inodeNumber(host, hostFd)),
    isPerProcess: true,
    closed: () => { object.close(); },
  });
  return { hostFd, description };
}

/**
 * Has a process read its own signals by a descriptor that it inherited or received.
 *
 * @param fd - Its number.
 * @returns 0, also for what needs nothing of the kind; a negative error number where the host has no descriptors left.
 */
export function ownSignals(host: HostBinding, context: SyscallContext, fd: number, isCloexec: boolean): number {
  const object = context.object(0)?.object;
  if (!(object instanceof SignalDescriptor) || object.owner === context.process) return 0;
  const inherited = context.hostFd(0);
  if (inherited < 0) return inherited;
  const opened = openSignals(host, context.process, object.mask, isNonBlocking(host, inherited) ? OpenFlags.O_NONBLOCK : 0);
  return typeof opened === 'number' ? opened : context.install(opened.hostFd, opened.description, FdKind.mediated, { cloexec: isCloexec, at: fd });
}
