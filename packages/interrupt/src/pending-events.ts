/** Where the words of a thread are in its slot, as byte offsets that are multiples of 4. */
export interface EventLayout {
  /** First byte of slot 0. */
  readonly first: number;
  readonly count: number;
  /** Bytes of a slot. */
  readonly stride: number;
  /** Word of the events that are there, a bit each. */
  readonly pending: number;
  /** Word of the events that the thread blocks; without one it blocks none. */
  readonly mask?: number;
  /** Word of what the thread does. */
  readonly state: number;
  /** Values of that word, 0 to 31, in which the thread looks at its events by itself before it goes on. */
  readonly quiet: readonly number[];
  /** Word of the thread's id at the host, 0 before it runs. */
  readonly tid: number;
}

/**
 * Events of threads, in memory that the threads share: a set of bits for each. Whoever posts an event sets its bit and then
 * has the thread interrupted; the thread takes the bits. All steps are atomic and sequentially consistent.
 *
 * The words may be a hostile thread's: they say whom to interrupt, never what happened.
 *
 * @example
 * ```ts
 * import { PendingEvents } from '@occlum/interrupt';
 *
 * const STOP = 1;
 * const RELOAD = 2;
 * const events = PendingEvents.allocate(4);
 *
 * events.block(0, RELOAD);
 * events.post(0, RELOAD); // => false
 * events.post(0, STOP); // => true
 * events.take(0); // => 1
 * events.block(0, 0);
 * events.take(0); // => 2
 * ```
 */
export class PendingEvents {
  readonly words: Int32Array | Uint32Array;
  readonly layout: EventLayout;

  /**
   * @param words - Memory with the slots, seen as words of 32 bits.
   * @throws RangeError when a slot or a word lies outside of the memory.
   */
  constructor(words: Int32Array | Uint32Array, layout: EventLayout) {
    const { first, count, stride, pending, mask = 0, state, tid } = layout;
    const fields = [pending, mask, state, tid];
    const isAligned = [first, stride, ...fields].every((offset) => Number.isInteger(offset) && offset >= 0 && offset % 4 === 0);
    if (!isAligned || fields.some((field) => field + 4 > stride) || first + count * stride > words.byteLength) {
      throw new RangeError(`${count} slots of ${stride} bytes from ${first} on do not fit into ${words.byteLength} bytes`);
    }
    this.words = words;
    this.layout = layout;
  }

  /** Makes slots in shared memory of their own, for threads of this process. `words` may be given to other workers. */
  static allocate(count: number): PendingEvents {
    return PendingEvents.of(new Int32Array(new SharedArrayBuffer(count * OWN_STRIDE)));
  }

  /** The same slots, seen by another worker. */
  static of(words: Int32Array): PendingEvents {
    return new PendingEvents(words, { ...OWN_LAYOUT, count: words.byteLength / OWN_STRIDE });
  }

  /**
   * Sets events of a thread.
   *
   * @returns Whether the thread has to be interrupted for them: it has an event that it does not block, and had none before.
   */
  post(slot: number, events: number): boolean {
    const before = Atomics.or(this.words, this.#word(slot, this.layout.pending), events);
    const blocked = this.blocked(slot);
    return (events & ~blocked) !== 0 && (before & ~blocked) === 0;
  }

  /**
   * Takes events that are not blocked: their bits are cleared.
   *
   * @param wanted - Which of them.
   * @returns Their bits.
   */
  take(slot: number, wanted = -1): number {
    const events = wanted & ~this.blocked(slot);
    return Atomics.and(this.words, this.#word(slot, this.layout.pending), ~events) & events;
  }

  /** Events that are there, blocked ones included. */
  pending(slot: number): number {
    return Atomics.load(this.words, this.#word(slot, this.layout.pending)) | 0;
  }

  /** Whether there is an event that is not blocked. */
  isDeliverable(slot: number): boolean {
    return (this.pending(slot) & ~this.blocked(slot)) !== 0;
  }

  /** Events that wait until they are blocked no more. */
  blocked(slot: number): number {
    const { mask } = this.layout;
    return mask === undefined ? 0 : Atomics.load(this.words, this.#word(slot, mask)) | 0;
  }

  /**
   * Sets what a thread blocks; for the thread itself.
   *
   * @throws TypeError where the layout has no mask.
   */
  block(slot: number, events: number): void {
    const { mask } = this.layout;
    if (mask === undefined) throw new TypeError('These slots have no mask');
    Atomics.store(this.words, this.#word(slot, mask), events);
  }

  #word(slot: number, field: number): number {
    const { first, count, stride } = this.layout;
    if (!(slot >= 0 && slot < count)) throw new RangeError(`slot is ${slot}, must be from 0 to ${count - 1}`);
    return (first + slot * stride + field) / 4;
  }
}

/** A cache line each: threads do not slow each other down. */
const OWN_STRIDE = 64;

/** What a thread of this process does. */
export const HostThreadState = {
  /** It runs, and looks at its events before it waits. */
  running: 0,
  /** It is in a waiting call of the host, or about to be. */
  waiting: 1,
} as const;

/** Slots of {@link PendingEvents.allocate}. */
export const OWN_LAYOUT = { first: 0, stride: OWN_STRIDE, pending: 0, mask: 4, state: 8, tid: 12, quiet: [HostThreadState.running] } as const;
