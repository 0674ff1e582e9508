/** What a timer counts in. */
export interface TimeSource {
  /** Nanoseconds now; `undefined` once it has stopped for ever. */
  now(): bigint | undefined;
  /** Seconds of it that pass in a second at most: 1 of a clock, the number of threads of CPU time. */
  speed(): number;
}

/**
 * Calls a function once, later.
 *
 * @param ms - Milliseconds from now; it may be called early.
 * @returns Ends that.
 */
export type Schedule = (ms: number, run: () => void) => () => void;

/** How long and how often. */
export interface Expiry {
  /** Nanoseconds until the first expiry; 0 disarms. */
  readonly valueNs: bigint;
  /** Nanoseconds between expiries; 0 for one only. */
  readonly intervalNs: bigint;
}

const MILLISECOND_NS = 1_000_000;

/** Longest that is waited at once: clocks may be set, and a timer of JavaScript takes no more than 31 bits. */
const WAIT_MAX_MS = 1_000_000_000;

/** Shortest wait for CPU time, which can only be asked for. */
const WAIT_MIN_MS = 1;

/** One timer that counts down to an expiry, and again. */
export class ExpiryTimer {
  readonly #source: TimeSource;
  readonly #schedule: Schedule;
  readonly #expired: (count: bigint) => void;
  #due = 0n;
  #interval = 0n;
  #cancel: (() => void) | undefined;

  /**
   * @param source - What it counts in.
   * @param schedule - Wakes it.
   * @param expired - Called with how often it expired since the last call: more than once where it woke late.
   */
  constructor(source: TimeSource, schedule: Schedule, expired: (count: bigint) => void) {
    this.#source = source;
    this.#schedule = schedule;
    this.#expired = expired;
  }

  /** What is left, and the interval; both 0 when it is not armed. An armed timer has at least a nanosecond left. */
  get remaining(): Expiry {
    if (this.#due === 0n) return { valueNs: 0n, intervalNs: 0n };
    const left = this.#due - (this.#source.now() ?? 0n);
    return { valueNs: left > 0n ? left : 1n, intervalNs: this.#interval };
  }

  /** Arms it to expire after some time. */
  arm({ valueNs, intervalNs }: Expiry): void {
    this.armAt(valueNs === 0n ? 0n : (this.#source.now() ?? 0n) + valueNs, intervalNs);
  }

  /** Arms it to expire at a time of its source; 0 disarms. */
  armAt(dueNs: bigint, intervalNs: bigint): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#due = dueNs;
    this.#interval = intervalNs;
    if (dueNs !== 0n) this.#wait();
  }

  #wait(): void {
    const now = this.#source.now();
    if (now === undefined) return;
    const left = Number(this.#due - now) / MILLISECOND_NS / this.#source.speed();
    this.#cancel = this.#schedule(Math.min(WAIT_MAX_MS, Math.max(WAIT_MIN_MS, Math.ceil(left))), () => { this.#wake(); });
  }

  #wake(): void {
    const now = this.#source.now();
    if (now === undefined || this.#due === 0n) return;
    if (now < this.#due) {
      this.#wait();
      return;
    }
    const count = this.#interval === 0n ? 1n : (now - this.#due) / this.#interval + 1n;
    this.#due = this.#interval === 0n ? 0n : this.#due + count * this.#interval;
    this.#cancel = undefined;
    if (this.#due !== 0n) this.#wait();
    this.#expired(count);
  }
}
