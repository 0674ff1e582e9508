import { Errno } from '@occlum/errno';

import type { Process } from '../process/process.js';
import type { Clock } from './ipc-object.js';
import { IpcTable } from './ipc-table.js';
import { SEMVMX, SemaphoreSet } from './semaphore-set.js';
import type { SemaphoreOperation } from './semaphore-set.js';
import { UndoList } from './undo-list.js';
import type { UndoAdjustments } from './undo-list.js';

/** Limits as /proc/sys/kernel/sem tells them; all but `semmns` are those of Linux. Source: linux/include/uapi/linux/sem.h. */
export const SEMAPHORE_LIMITS = { semmsl: 32000, semmns: 1_024_000, semopm: 500, semmni: 32000 } as const;
/** Most semaphores that all processes together undo. */
const UNDO_MAX = 262_144;

/** The sets of semaphores of one enclave. */
export class Semaphores {
  readonly sets = new IpcTable<SemaphoreSet>(SEMAPHORE_LIMITS.semmni);
  /** Seconds of the wall clock. */
  readonly now: Clock;
  /** Semaphores of all sets. */
  used = 0;
  readonly #undos = new Map<Process, UndoList>();
  #undoCount = 0;

  constructor(now: Clock) {
    this.now = now;
  }

  /**
   * `semget(2)`.
   *
   * Errors, in the order Linux checks them: `EINVAL` a count that is none; those of {@link IpcTable.get}; `EINVAL` no semaphores, or more than
   * the set that is there has; `ENOSPC` too many in all.
   */
  get(process: Process, key: number, count: number, flags: number): number {
    if (count < 0 || count > SEMAPHORE_LIMITS.semmsl) return -Errno.EINVAL;
    const { credentials } = process;
    const make = (): SemaphoreSet | number => {
      if (count === 0) return -Errno.EINVAL;
      if (this.used + count > SEMAPHORE_LIMITS.semmns) return -Errno.ENOSPC;
      this.used += count;
      return new SemaphoreSet({ key, mode: flags, credentials, count, now: this.now });
    };
    return this.sets.get({ key, flags, credentials, make, check: (found) => (found.count < count ? -Errno.EINVAL : 0) });
  }

  /** `IPC_RMID`. */
  remove(set: SemaphoreSet): void {
    this.sets.remove(set);
    this.used -= set.count;
    for (const list of this.#undos.values()) {
      this.#undoCount -= list.sets.get(set)?.size ?? 0;
      list.sets.delete(set);
    }
    set.end();
  }

  /**
   * What a process undoes of a set, with places for the operations that are to be undone; `-ENOMEM` where there are too many in all.
   */
  undoOf(process: Process, set: SemaphoreSet, operations: readonly SemaphoreOperation[]): UndoAdjustments | number {
    let list = this.#undos.get(process);
    if (list === undefined) this.#undos.set(process, list = new UndoList());
    let adjustments = list.sets.get(set);
    if (adjustments === undefined) list.sets.set(set, adjustments = new Map<number, number>());
    for (const { sem_num } of operations) {
      if (adjustments.has(sem_num)) continue;
      if (this.#undoCount >= UNDO_MAX) return -Errno.ENOMEM;
      this.#undoCount++;
      adjustments.set(sem_num, 0);
    }
    return adjustments;
  }

  /** A value was set: nobody undoes what was before. */
  forgetUndo(set: SemaphoreSet, number: number): void {
    for (const { sets } of this.#undos.values()) {
      const adjustments = sets.get(set);
      if (adjustments?.has(number) === true) adjustments.set(number, 0);
    }
  }

  /** A process is being made that undoes together with its maker: `CLONE_SYSVSEM`. */
  share(child: Process, parent: Process): void {
    let list = this.#undos.get(parent);
    if (list === undefined) this.#undos.set(parent, list = new UndoList());
    list.users++;
    this.#undos.set(child, list);
  }

  /** A process has ended: what it did is undone. Source: linux/ipc/sem.c, `exit_sem`. */
  ended(process: Process): void {
    const list = this.#undos.get(process);
    this.#undos.delete(process);
    if (list === undefined || --list.users > 0) return;
    this.#undoCount -= list.size;
    for (const [set, adjustments] of list.sets) {
      for (const [number, adjustment] of adjustments) {
        if (adjustment === 0) continue;
        set.values[number] = Math.min(Math.max((set.values[number] ?? 0) + adjustment, 0), SEMVMX);
        set.pids[number] = process.pid;
      }
      set.otime = this.now();
      set.update();
    }
  }
}
