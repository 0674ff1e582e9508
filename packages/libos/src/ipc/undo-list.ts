import type { SemaphoreSet } from './semaphore-set.js';

/** What is added to semaphores of one set when a process ends, by number. */
export type UndoAdjustments = Map<number, number>;

/** What the processes that share it undo at their end, by set. */
export class UndoList {
  readonly sets = new Map<SemaphoreSet, UndoAdjustments>();
  /** Processes that have it. */
  users = 1;

  /** Semaphores that it adjusts. */
  get size(): number {
    let size = 0;
    for (const adjustments of this.sets.values()) size += adjustments.size;
    return size;
  }
}
