import type { ProcessArena } from '../kernel/arena.js';
import type { Thread } from '../process/thread.js';
import type { SignalInfo } from './signal-info.js';

/** Offers that are told apart, and room for a signal's number. */
const OFFERS = 2 ** 24;
const NUMBERS = 2 ** 8;

/**
 * A signal that lies in a thread's slot, for the thread to take without a call. It stays pending until it is seen that the thread
 * has taken it, which is the thread's word and hurts nobody else where it lies; until then it can be withdrawn.
 */
export class SignalOffer {
  readonly thread: Thread;
  readonly info: SignalInfo;
  readonly #arena: ProcessArena;
  /** What stands in the slot: the number, and which offer of the thread this is, so that a late look at another is noticed. */
  readonly #word: number;

  /** Puts it there. The thread has no other one. */
  constructor(thread: Thread, info: SignalInfo, arena: ProcessArena) {
    this.thread = thread;
    this.info = info;
    this.#arena = arena;
    thread.offerCount = (thread.offerCount + 1) % OFFERS;
    this.#word = thread.offerCount * NUMBERS + info.signal;
    arena.offerSignal(thread.slot, this.#word, info.bytes);
    thread.offer = this;
  }

  /** Whether the thread has taken it. */
  get isTaken(): boolean {
    return this.#arena.offeredSignal(this.thread.slot) !== this.#word;
  }

  /**
   * Takes it back.
   *
   * @returns `false` where the thread was faster.
   */
  withdraw(): boolean {
    return this.#arena.withdrawSignal(this.thread.slot, this.#word);
  }

  /** It was taken, or withdrawn: another one may lie there. */
  forget(): void {
    if (this.thread.offer === this) this.thread.offer = undefined;
  }
}
