import { FcntlCommand, OpenFlags, signalfdSiginfo } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import type { MediatedFile } from '../io/mediated-file.js';
import type { Kernel } from '../kernel/kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { Process } from '../process/process.js';
import { recordOf } from './signal-record.js';
import type { SignalSet } from './signal-set.js';

/** What the count of an eventfd takes and gives. */
const COUNT_BYTES = 8;

/**
 * A descriptor that is read for signals, as signalfd(2) makes it. The guest holds an eventfd that is readable while a signal
 * of the mask waits, so that poll and epoll need no kernel; reads come here.
 */
export class SignalDescriptor implements MediatedFile {
  /** Signals it is read for. */
  mask: SignalSet;
  readonly #host: HostBinding;
  readonly #owner: Process;
  /** The kernel's copy of the eventfd. */
  readonly #event: number;
  readonly #unsubscribe: () => void;
  #isReady = false;

  /**
   * @param kernel - Its host.
   * @param owner - Whose signals make it readable.
   * @param event - Copy of the eventfd; belongs to this.
   * @param mask - Signals it is read for.
   */
  constructor(kernel: Pick<Kernel, 'host'>, owner: Process, event: number, mask: SignalSet) {
    this.#host = kernel.host;
    this.#owner = owner;
    this.#event = event;
    this.mask = mask;
    this.#unsubscribe = owner.pendingChanged.subscribe(() => { this.show(); });
  }

  /** Makes the eventfd say whether a signal waits. */
  show(): void {
    const isReady = this.#isWaiting();
    if (isReady === this.#isReady) return;
    this.#isReady = isReady;
    const count = new Uint8Array(COUNT_BYTES);
    if (isReady) this.#host.write(this.#event, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
    else this.#host.read(this.#event, count);
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
    if ((this.#host.fcntl(hostFd, FcntlCommand.F_GETFL, 0) & OpenFlags.O_NONBLOCK) !== 0) return -Errno.EAGAIN;
    return context.wait(context.process.signalArrived, () => this.#take(context, most));
  }

  write(): number {
    return -Errno.EINVAL;
  }

  close(): void {
    this.#unsubscribe();
    this.#host.close(this.#event);
  }

  #take(context: SyscallContext, most: number): Uint8Array | undefined {
    const { process, thread, kernel } = context;
    const records: Uint8Array[] = [];
    while (records.length < most) {
      const info = thread.pending.take(this.mask) ?? process.pending.take(this.mask);
      if (info === undefined) break;
      records.push(recordOf(info));
    }
    kernel.signals.showPending(thread);
    return records.length === 0 ? undefined : Buffer.concat(records);
  }

  #isWaiting(): boolean {
    let waiting = this.#owner.pending.set;
    for (const { pending } of this.#owner.threads.values()) waiting |= pending.set;
    return (waiting & this.mask) !== 0n;
  }
}
