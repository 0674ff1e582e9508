import { ChildCode, ResourceLimit, SIGRTMIN, Signal, SignalCode } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { Pending, ProcessPage, ThreadSlot } from '@occlum/native';

import type { Process } from '../process/process.js';
import type { ProcessGroup } from '../process/session.js';
import type { Thread } from '../process/thread.js';
import { STOP_SIGNALS, dispositionOf, ignoresStops } from './default-action.js';
import type { PendingSignals } from './pending-signals.js';
import { SignalOffer } from './signal-offer.js';
import { childChanged, sentBy, sentByKernel } from './signal-info.js';
import type { ChildChange, Sender, SignalInfo } from './signal-info.js';
import { NO_SIGNALS, hasSignal, signalBit } from './signal-set.js';
import type { SignalSet } from './signal-set.js';

/** How the host's processes are reached, whatever their own runtime does. */
export interface HostControl {
  /** Makes a thread look at its pending events; returns whether it was signalled for that now. */
  interrupt(thread: Thread): boolean;
  /** Ends the host process at once. */
  kill(process: Process): void;
  /** Stops all threads of the host process; {@link SignalPost.stands} is called once they stand. */
  stop(process: Process): void;
  continue(process: Process): void;
}

/** Events of a thread that is about to look at its signals. */
const TOLD = Pending.signal | Pending.offer;

/** Sends signals: decides what becomes of each, and wakes whom it concerns. */
export class SignalPost {
  readonly #host: HostControl;

  constructor(host: HostControl) {
    this.#host = host;
  }

  /**
   * Sends a signal to a process; any of its threads may take it.
   *
   * @returns 0, or `-EAGAIN` where its queue is full.
   */
  toProcess(process: Process, info: SignalInfo): number {
    return this.#post(process, undefined, info);
  }

  /** Sends a signal to one thread; one with a fatal default still ends the whole process. */
  toThread(thread: Thread, info: SignalInfo): number {
    return this.#post(thread.process, thread, info);
  }

  /** Sends a signal to every process of a group, for example Ctrl-C of a terminal. */
  toGroup(group: ProcessGroup, info: SignalInfo): void {
    for (const member of [...group.members]) this.#post(member, undefined, info);
  }

  /**
   * Takes the next signal that a thread is to act on itself; those with a default action are carried out here.
   *
   * @param mask - What the thread blocks.
   * @returns `undefined` where there is none, also when the process ends.
   */
  next(thread: Thread, mask: SignalSet): SignalInfo | undefined {
    const { process } = thread;
    thread.withdrawOffer();
    while (process.exit === undefined && process.stoppedBy === 0) {
      const info = thread.pending.take(~mask) ?? process.pending.take(~mask);
      this.showPending(thread);
      if (info === undefined) break;
      switch (this.#disposition(process, info.signal)) {
        case 'handle': return info;
        case 'terminate': this.end(process, info.signal); break;
        case 'stop': this.#stop(process, info.signal); break;
        case 'ignore':
        case 'continue': break;
      }
    }
    this.remind(process, thread);
    return undefined;
  }

  /**
   * Drops what waits of a signal that a process ignores now, for all its threads.
   *
   * Source: linux/kernel/signal.c, `do_sigaction`.
   */
  dropIgnored(process: Process, signal: number): void {
    const disposition = this.#disposition(process, signal);
    if (disposition === 'ignore' || disposition === 'continue') this.#discard(process, signalBit(signal));
  }

  /** Writes the hints of what is pending to the arena. */
  showPending(thread: Thread | undefined, process = thread?.process): void {
    const arena = process?.arena;
    if (process === undefined || arena === undefined) return;
    arena.setPageWide(ProcessPage.pending_signals, process.pending.askedFor);
    if (thread?.gone === false) arena.setSlotWide(thread.slot, ThreadSlot.pending_signals, thread.pending.askedFor);
    process.pendingChanged.wake();
  }

  /**
   * Ends a process, whatever it does: no further call of it is served, and its host process is killed.
   *
   * @param status - Wait status; what was decided before holds.
   */
  end(process: Process, status: number): void {
    if (process.state !== 'running' && process.state !== 'new') return;
    process.exit ??= status;
    this.announceEnd(process);
    this.#host.kill(process);
  }

  /**
   * Interrupts each thread that has a signal to act on and is not in the kernel, whether it was told before or not.
   *
   * @returns How many were signalled.
   */
  interruptAll(threads: Iterable<Thread>): number {
    let count = 0;
    for (const thread of threads) {
      if (thread.inService !== undefined || !thread.isInterrupted || thread.process.stoppedBy !== 0) continue;
      thread.process.arena?.events.post(thread.slot, Pending.signal);
      if (this.#host.interrupt(thread)) count++;
    }
    return count;
  }

  /** A child of a vfork runs a program of its own: what was to stop it before does now. */
  hasOwnMemory(process: Process): void {
    process.borrowsMemory = false;
    if (!process.isToStop) return;
    process.isToStop = false;
    this.toProcess(process, sentByKernel(Signal.SIGTSTP));
  }

  /** Tells all threads that the process is over. */
  announceEnd(process: Process): void {
    process.arena?.setPageWord(ProcessPage.dead, 1);
    for (const thread of process.threads.values()) {
      process.arena?.events.post(thread.slot, Pending.exit);
      thread.interrupt?.();
    }
  }

  /** Tells the parent that a child stopped or goes on. */
  #childStopped(process: Process, code: ChildChange['code'], status: number): void {
    const { parent } = process;
    if (parent === undefined) return;
    parent.childChange.wake();
    const action = parent.arena?.action(Signal.SIGCHLD);
    if (action === undefined || ignoresStops(action)) return;
    const change = { pid: process.pid, uid: process.credentials.uid, code, status, userTicks: 0, systemTicks: 0 };
    this.#post(parent, undefined, childChanged(Signal.SIGCHLD, change));
  }

  #post(process: Process, thread: Thread | undefined, info: SignalInfo): number {
    if ((process.state !== 'running' && process.state !== 'new') || process.exit !== undefined) return 0;
    const { signal } = info;
    this.#prepare(process, signal);
    const disposition = this.#disposition(process, signal);
    const receivers = thread === undefined ? [...process.threads.values()] : [thread];
    const taker = receivers.find((candidate) => !hasSignal(candidate.mask, signal));
    const isAwaited = receivers.some((candidate) => hasSignal(candidate.awaited, signal));

    const isFatal = disposition === 'terminate' && taker !== undefined && !isAwaited && process.stoppedBy === 0;
    if (signal === Signal.SIGKILL || isFatal) {
      this.end(process, signal);
      return 0;
    }
    if (disposition === 'stop' && (taker !== undefined || signal === Signal.SIGSTOP)) {
      this.#stop(process, signal);
      return 0;
    }
    const isIgnored = disposition === 'ignore' || disposition === 'continue';
    if (isIgnored && taker !== undefined && !isAwaited) return 0;
    return this.#queue(process, thread, taker, info);
  }

  /** What a stop and a continue undo of each other. Source: linux/kernel/signal.c, `prepare_signal`. */
  #prepare(process: Process, signal: number): void {
    if (hasSignal(STOP_SIGNALS, signal)) this.#discard(process, signalBit(Signal.SIGCONT));
    if (signal !== Signal.SIGCONT) return;
    this.#discard(process, STOP_SIGNALS);
    process.isToStop = false;
    if (process.stoppedBy === 0) return;
    process.stoppedBy = 0;
    process.stands = false;
    process.stopReported = true;
    process.continueReported = false;
    process.timesContinued++;
    process.arena?.setPageWord(ProcessPage.stopped, 2 * process.timesContinued);
    this.#host.continue(process);
    this.#childStopped(process, ChildCode.CLD_CONTINUED, Signal.SIGCONT);
    process.signalArrived.wake();
    this.remind(process);
  }

  /** Has those threads look that may take what waits: while a process is stopped, or a thread blocks it, nobody does. */
  remind(process: Process, except?: Thread): void {
    if (process.stoppedBy !== 0 || process.exit !== undefined) return;
    for (const thread of process.threads.values()) {
      const waiting = thread.pending.set | process.pending.set;
      if (thread === except || waiting === NO_SIGNALS || (waiting & ~thread.mask) === NO_SIGNALS) continue;
      const isTold = ((process.arena?.events.pending(thread.slot) ?? 0) & TOLD) !== 0;
      if (!isTold) this.#notify(thread);
    }
  }

  #discard(process: Process, signals: SignalSet): void {
    process.pending.discard(signals);
    for (const thread of process.threads.values()) {
      thread.pending.discard(signals);
      this.showPending(thread);
    }
  }

  /** Source: linux/kernel/signal.c, `do_signal_stop`, and `get_signal` for orphaned groups. */
  #stop(process: Process, signal: number): void {
    if (signal !== Signal.SIGSTOP && process.group.isOrphaned) return;
    if (process.stoppedBy !== 0) return;
    // On Linux its parent could neither be stopped nor go on then, and the shell whose job they are would wait for ever.
    if (signal === Signal.SIGTSTP && process.borrowsMemory) {
      process.isToStop = true;
      return;
    }
    process.stoppedBy = signal;
    process.continueReported = true;
    process.arena?.setPageWord(ProcessPage.stopped, 2 * process.timesContinued + 1);
    this.#host.stop(process);
  }

  /**
   * All threads of a process that is to be stopped stand now, and take no input any more. So its parent, which may be about to read, is told
   * only now.
   */
  stands(process: Process): void {
    process.stands = true;
    process.stopReported = false;
    this.#childStopped(process, ChildCode.CLD_STOPPED, process.stoppedBy);
  }

  #queue(process: Process, thread: Thread | undefined, taker: Thread | undefined, info: SignalInfo): number {
    const pending = thread?.pending ?? process.pending;
    const kept = isFull(process) ? withoutRoom(pending, info) : info;
    if (typeof kept === 'number') return kept;
    const isAdded = pending.add(kept);
    if (isAdded) this.showPending(thread, process);
    process.signalArrived.wake();
    // A thread that unblocks the signal looks at the hints after it has changed its mask: the masks are read once more,
    // now that the hints are written.
    const receivers = thread === undefined ? [...process.threads.values()] : [thread];
    const now = taker ?? receivers.find((candidate) => !hasSignal(candidate.mask, info.signal));
    if (now === undefined) return 0;
    this.#notify(now, isAdded && this.#offer(now, pending, kept) ? Pending.offer : Pending.signal);
    return 0;
  }

  /**
   * Puts a signal into the slot of the thread that is to take it, where it is the only one that the thread would act on, by a handler.
   * The thread takes it without a call of the kernel, or asks as it would without the offer.
   */
  #offer(thread: Thread, pending: PendingSignals, info: SignalInfo): boolean {
    const { process } = thread;
    const { arena } = process;
    // What is told of a timer may change while it waits; and a signalfd hears of what waits only from here.
    if (!process.pendingChanged.isEmpty) return false;
    if (arena === undefined || info.code === SignalCode.SI_TIMER || thread.offer !== undefined || pending.isOffering) return false;
    if (process.state !== 'running' || process.stoppedBy !== 0 || this.#disposition(process, info.signal) !== 'handle') return false;
    if (((thread.pending.set | process.pending.set) & ~thread.mask) !== signalBit(info.signal)) return false;
    if (thread.pending.count + process.pending.count > 1) return false;
    pending.offered(new SignalOffer(thread, info, arena));
    this.showPending(thread);
    return true;
  }

  #notify(thread: Thread, event: number = Pending.signal): void {
    const isNew = thread.process.arena?.events.post(thread.slot, event) === true;
    if (thread.inService !== undefined) thread.interrupt?.();
    // Where it is not new the thread is about to look, or a signal is on its way to it.
    else if (isNew) this.#host.interrupt(thread);
  }

  #disposition(process: Process, signal: number): ReturnType<typeof dispositionOf> {
    return dispositionOf(signal, process.arena?.action(signal) ?? { handler: 0, flags: 0 });
  }
}

/**
 * Whether RLIMIT_SIGPENDING is reached; it is counted for each process here, not for each user.
 *
 * @param more - What counts besides the signals that wait.
 */
export function isFull(process: Process, more = 0): boolean {
  let count = process.pending.count + more;
  for (const { pending } of process.threads.values()) count += pending.count;
  return BigInt(count) >= process.limits.get(ResourceLimit.RLIMIT_SIGPENDING).soft;
}

/**
 * What becomes of a signal that has no place in the queue: the kernel's standard ones and those of timers have theirs anyway, others
 * lose their information, and of the real-time ones only those of `kill(2)` and the kernel's without any are sent at all, once.
 *
 * Source: linux/kernel/signal.c, `__send_signal_locked`.
 *
 * @returns What is sent instead; `-EAGAIN`; 0 where the signal waits already.
 */
function withoutRoom(pending: PendingSignals, info: SignalInfo): SignalInfo | number {
  const { signal, code } = info;
  if (code === SignalCode.SI_TIMER) return info;
  if (signal < SIGRTMIN) return code >= SignalCode.SI_USER ? info : sentBy(NOBODY, signal);
  if (code !== SignalCode.SI_USER && code !== SignalCode.SI_KERNEL) return -Errno.EAGAIN;
  return hasSignal(pending.set, signal) ? 0 : sentBy(NOBODY, signal);
}

/** Sender of a signal whose information was lost. */
const NOBODY: Sender = { pid: 0, uid: 0 };
