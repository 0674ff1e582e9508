import { SIGRTMIN } from '@occlum/abi';

import type { SignalInfo } from './signal-info.js';
import { NO_SIGNALS, firstSignal, hasSignal, signalBit } from './signal-set.js';
import type { SignalSet } from './signal-set.js';

/**
 * Signals that wait for a thread or for any thread of a process. A standard signal waits once, the real-time ones as often
 * as they were sent, in order.
 */
export class PendingSignals {
  #set: SignalSet = NO_SIGNALS;
  readonly #queue: SignalInfo[] = [];

  /** Numbers that wait. */
  get set(): SignalSet {
    return this.#set;
  }

  /** Signals that wait, each as often as it was queued. */
  get count(): number {
    return this.#queue.length;
  }

  /**
   * Adds one.
   *
   * @returns `false` where it is a standard signal that waits already.
   */
  add(info: SignalInfo): boolean {
    if (info.signal < SIGRTMIN && hasSignal(this.#set, info.signal)) return false;
    this.#set |= signalBit(info.signal);
    this.#queue.push(info);
    return true;
  }

  /**
   * Takes the first signal that may be delivered.
   *
   * @param wanted - Numbers that may.
   */
  take(wanted: SignalSet): SignalInfo | undefined {
    const signal = firstSignal(this.#set & wanted);
    if (signal === 0) return undefined;
    const index = this.#queue.findIndex((info) => info.signal === signal);
    const [info] = this.#queue.splice(index, 1);
    if (!this.#queue.some((other) => other.signal === signal)) this.#set &= ~signalBit(signal);
    return info;
  }

  /** Whether a signal that was added was not taken yet. */
  waits(info: SignalInfo): boolean {
    return this.#queue.includes(info);
  }

  /** Drops every signal of a set. */
  discard(signals: SignalSet): void {
    if ((this.#set & signals) === 0n) return;
    this.#set &= ~signals;
    for (let i = this.#queue.length - 1; i >= 0; i--) {
      const info = this.#queue[i];
      if (info !== undefined && hasSignal(signals, info.signal)) this.#queue.splice(i, 1);
    }
  }
}
