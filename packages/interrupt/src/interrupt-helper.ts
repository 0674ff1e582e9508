import { ErrnoError, errnoName } from '@occlum/errno';
import type { InterruptBinding } from '@occlum/native';

import { layoutWords } from './layout-words.js';
import type { PendingEvents } from './pending-events.js';

/** How the helper behaves. */
export interface InterruptHelperOptions {
  /**
   * Milliseconds from a signal until the helper looks whether it was acknowledged and, if not, sends another; the time doubles
   * with each. A safety net: no wake-up depends on it. 25 when left out, at most {@link PERIOD_MAX_MS}.
   */
  readonly periodMs?: number;
}

/** Whose the threads are, where they are not of this process. */
export interface GuestProcess {
  /** Host process id that the supervisor vouches for. */
  readonly pid: number;
  /** Handle of the supervisor that reaps it. */
  readonly supervisor: number;
}

/** What a helper has done since it was opened. */
export interface InterruptStatistics {
  readonly sent: number;
  /** Signals that the host had no room for, each tried again. */
  readonly refused: number;
  /** Signals that were sent again, as the first was not acknowledged within the period. */
  readonly repeated: number;
  /** Events found taken when the helper looked. */
  readonly acknowledged: number;
  /** How often its thread woke. */
  readonly wakes: number;
  /** Threads that it waits for now. */
  readonly watched: number;
}

/** Default of {@link InterruptHelperOptions.periodMs}. */
export const DEFAULT_PERIOD_MS = 25;
/** A day. */
export const PERIOD_MAX_MS = 86_400_000;

/**
 * Interrupts threads that have an event. A signal is sent at once by whoever asks; a native thread, which no busy event loop
 * delays and which starts when it is first needed, sends it again where the host had no room for it or the thread did not
 * acknowledge it. While nothing is unacknowledged that thread sleeps. A Node thread has one helper.
 */
export class InterruptHelper {
  readonly #host: InterruptBinding;
  readonly #targets = new Set<InterruptTarget>();
  #periodMs: number;
  #isOpen = false;

  /**
   * @throws RangeError when the period is not over 0 or too long.
   */
  constructor(host: InterruptBinding, { periodMs = DEFAULT_PERIOD_MS }: InterruptHelperOptions = {}) {
    this.#host = host;
    this.#periodMs = checkedPeriod(periodMs);
  }

  /**
   * Lets it work.
   *
   * @returns 0; `-EBUSY` where this Node thread has another one.
   */
  open(): number {
    if (this.#isOpen) return 0;
    const result = this.#host.helperOpen(this.#periodMs);
    this.#isOpen = result === 0;
    return result;
  }

  /** Ends its thread; what was posted and not acknowledged stays pending. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const target of [...this.#targets]) target.remove();
    this.#host.helperClose();
  }

  get periodMs(): number {
    return this.#periodMs;
  }

  /** Takes effect at once, also for what waits now. */
  set periodMs(periodMs: number) {
    this.#periodMs = checkedPeriod(periodMs);
    if (this.#isOpen) this.#host.helperSetPeriod(periodMs);
  }

  /**
   * Makes the threads of a process known.
   *
   * @param guest - Left out, they are threads of this process: those of them are signalled that have opted in, see `InterruptibleThread`.
   * @throws {@link ErrnoError} `EBADF` the helper is not open, or there is no such supervisor; `EINVAL` the memory does not
   *   hold the slots.
   */
  add(events: PendingEvents, guest?: GuestProcess): InterruptTarget {
    const handle = this.#host.helperAdd(events.words, layoutWords(events.layout), guest?.pid ?? 0, guest?.supervisor ?? -1);
    if (handle < 0) throw new ErrnoError(errnoName(-handle) ?? 'EIO', { syscall: 'helperAdd' });
    const target: InterruptTarget = new InterruptTarget(this.#host, handle, events, () => { this.#targets.delete(target); });
    this.#targets.add(target);
    return target;
  }

  /**
   * Interrupts every thread that has an event which it does not block, and that does not look by itself.
   *
   * @returns How many were signalled.
   */
  broadcastInterrupts(): number {
    let count = 0;
    for (const target of this.#targets) count += target.interruptAll();
    return count;
  }

  statistics(): InterruptStatistics {
    const out = new Float64Array(6);
    if (this.#isOpen) this.#host.helperCount(out);
    const [sent = 0, refused = 0, repeated = 0, acknowledged = 0, wakes = 0, watched = 0] = out;
    return { sent, refused, repeated, acknowledged, wakes, watched };
  }
}

/** Threads of one process that a helper knows. */
export class InterruptTarget {
  readonly events: PendingEvents;
  readonly #host: InterruptBinding;
  readonly #handle: number;
  readonly #removed: () => void;
  #isThere = true;

  /** @internal */
  constructor(host: InterruptBinding, handle: number, events: PendingEvents, removed: () => void) {
    this.#host = host;
    this.#handle = handle;
    this.events = events;
    this.#removed = removed;
  }

  /**
   * Posts events to a thread and interrupts it where it would not see them by itself.
   *
   * @returns Whether it was signalled.
   */
  post(slot: number, events: number): boolean {
    return this.events.post(slot, events) && this.interrupt(slot);
  }

  /**
   * Posts events to a thread when a signal is aborted, at once where it is already.
   *
   * @returns Ends it: nothing is posted any more.
   */
  postOnAbort(slot: number, events: number, signal: AbortSignal): () => void {
    const post = (): void => { this.post(slot, events); };
    if (signal.aborted) post();
    else signal.addEventListener('abort', post, { once: true });
    return () => { signal.removeEventListener('abort', post); };
  }

  /**
   * Interrupts a thread that has an event.
   *
   * @returns Whether it was signalled now. Where not, it needs no signal, is not there, or the helper signals it later.
   */
  interrupt(slot: number): boolean {
    return this.#isThere && this.#host.helperInterrupt(this.#handle, slot) > 0;
  }

  /** As {@link InterruptHelper.broadcastInterrupts}, for these threads. */
  interruptAll(): number {
    let count = 0;
    for (let slot = 0; slot < this.events.layout.count; slot++) if (this.interrupt(slot)) count++;
    return count;
  }

  /** The process is gone: nobody is signalled any more. */
  remove(): void {
    if (!this.#isThere) return;
    this.#isThere = false;
    this.#removed();
    this.#host.helperRemove(this.#handle);
  }
}

function checkedPeriod(periodMs: number): number {
  if (!(periodMs > 0 && periodMs <= PERIOD_MAX_MS)) throw new RangeError(`periodMs is ${periodMs}, must be over 0 and at most ${PERIOD_MAX_MS}`);
  return periodMs;
}
