import { SIGRTMIN } from '@occlum/abi';

import type { Thread } from '../process/thread.js';
import type { SignalInfo } from './signal-info.js';
import type { SignalOffer } from './signal-offer.js';
import { NO_SIGNALS, firstSignal, hasSignal, signalBit } from './signal-set.js';
import type { SignalSet } from './signal-set.js';

/**
 * Signals that wait for a thread or for any thread of a process. A standard signal waits once, the real-time ones as often
 * as they were sent, in order. One of them may be offered to a thread; whoever looks sees first whether it was taken.
 */
export class PendingSignals {
  #set: SignalSet = NO_SIGNALS;
  readonly #queue: SignalInfo[] = [];
  #offer: SignalOffer | undefined;

  /** Numbers that wait. */
  get set(): SignalSet {
    this.#settle();
    return this.#set;
  }

  /** Numbers that a thread has to ask for: those that wait, without the one that is offered. */
  get askedFor(): SignalSet {
    this.#settle();
    if (this.#offer === undefined) return this.#set;
    const { info } = this.#offer;
    return this.#queue.some((other) => other !== info && other.signal === info.signal) ? this.#set : this.#set & ~signalBit(info.signal);
  }

  /** Signals that wait, each as often as it was queued. */
  get count(): number {
    this.#settle();
    return this.#queue.length;
  }

  /** Whether one is offered. */
  get isOffering(): boolean {
    this.#settle();
    return this.#offer !== undefined;
  }

  /**
   * Adds one.
   *
   * @returns `false` where it is a standard signal that waits already.
   */
  add(info: SignalInfo): boolean {
    this.#settle();
    if (info.signal < SIGRTMIN && hasSignal(this.#set, info.signal)) return false;
    this.#set |= signalBit(info.signal);
    this.#queue.push(info);
    return true;
  }

  /** A signal that waits here lies in a thread's slot now. No other one does. */
  offered(offer: SignalOffer): void {
    this.#offer = offer;
  }

  /** Nothing is offered to a thread any more. What it has not taken still waits. */
  withdrawFrom(thread: Thread): void {
    if (this.#offer?.thread === thread) this.#withdraw();
  }

  /**
   * Takes the first signal that may be delivered.
   *
   * @param wanted - Numbers that may.
   */
  take(wanted: SignalSet): SignalInfo | undefined {
    this.#settle();
    if (this.#offer !== undefined && hasSignal(wanted, this.#offer.info.signal)) this.#withdraw();
    const signal = firstSignal(this.#set & wanted);
    if (signal === 0) return undefined;
    const info = this.#queue.find((one) => one.signal === signal);
    if (info !== undefined) this.#remove(info);
    return info;
  }

  /** Whether a signal that was added was not taken yet. */
  waits(info: SignalInfo): boolean {
    this.#settle();
    return this.#queue.includes(info);
  }

  /** Drops every signal of a set. */
  discard(signals: SignalSet): void {
    if (this.#offer !== undefined && hasSignal(signals, this.#offer.info.signal)) this.#withdraw();
    if ((this.#set & signals) === 0n) return;
    this.#set &= ~signals;
    for (let i = this.#queue.length - 1; i >= 0; i--) {
      const info = this.#queue[i];
      if (info !== undefined && hasSignal(signals, info.signal)) this.#queue.splice(i, 1);
    }
  }

  #settle(): void {
    if (this.#offer?.isTaken === true) this.#withdraw();
  }

  #withdraw(): void {
    const offer = this.#offer;
    if (offer === undefined) return;
    this.#offer = undefined;
    offer.forget();
    if (!offer.withdraw()) this.#remove(offer.info);
  }

  #remove(info: SignalInfo): void {
    const index = this.#queue.indexOf(info);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    if (!this.#queue.some((other) => other.signal === info.signal)) this.#set &= ~signalBit(info.signal);
  }
}
