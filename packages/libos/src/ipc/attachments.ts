import type { Segment } from './segment.js';

/** Most mappings of one address space. Source: linux/include/linux/mm.h, `DEFAULT_MAX_MAP_COUNT`. */
const MAPPINGS_MAX = 65530;

/** Hears of each change of the number of mappings of a segment, and which process made it. */
export type AttachmentListener = (segment: Segment, change: number, pid: number) => void;

/** What an address space has attached: how many mappings of which segment. The process says so of its own, within what it was given. */
export class Attachments {
  readonly #changed: AttachmentListener;
  readonly #counts = new Map<Segment, number>();
  #total = 0;
  /** Processes that have this address space. */
  #users = 1;

  constructor(changed: AttachmentListener) {
    this.#changed = changed;
  }

  /** There can be no more mappings. */
  get isFull(): boolean {
    return this.#total >= MAPPINGS_MAX;
  }

  /** One more mapping of a segment. */
  attach(segment: Segment, pid: number): void {
    this.#add(segment, 1, pid);
  }

  /**
   * The process says that it has more or fewer mappings of a segment that it attached.
   *
   * @param token - Of the segment; one that it has not attached is ignored.
   * @param change - Cut to what is possible.
   */
  change(token: number, change: number, pid: number): void {
    for (const [segment, count] of this.#counts) {
      if (segment.token !== token) continue;
      const possible = Math.min(Math.max(change, -count), MAPPINGS_MAX - this.#total);
      if (possible !== 0) this.#add(segment, possible, pid);
      return;
    }
  }

  /** One more process has this address space. */
  share(): this {
    this.#users++;
    return this;
  }

  /** The same for an address space that is a copy. */
  copy(pid: number): Attachments {
    const copy = new Attachments(this.#changed);
    for (const [segment, count] of this.#counts) copy.#add(segment, count, pid);
    return copy;
  }

  /** A process has it no longer; with the last one all is detached. */
  leave(pid: number): void {
    if (--this.#users > 0) return;
    for (const [segment, count] of [...this.#counts]) this.#add(segment, -count, pid);
  }

  #add(segment: Segment, change: number, pid: number): void {
    const count = (this.#counts.get(segment) ?? 0) + change;
    this.#total += change;
    if (count === 0) this.#counts.delete(segment);
    else this.#counts.set(segment, count);
    this.#changed(segment, change, pid);
  }
}
