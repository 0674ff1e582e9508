import { IpcFlags, SemFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { WaitQueue } from '../kernel/wait-queue.js';
import type { Credentials } from '../process/credentials.js';
import type { Thread } from '../process/thread.js';
import { IpcObject } from './ipc-object.js';
import type { Clock } from './ipc-object.js';
import type { UndoAdjustments } from './undo-list.js';

/** Highest value. Source: linux/include/uapi/linux/sem.h, `SEMVMX`. */
export const SEMVMX = 32767;
/** Highest adjustment at the end of a process. Source: linux/include/uapi/linux/sem.h, `SEMAEM`. */
export const SEMAEM = SEMVMX;

/** One operation of `semop(2)`. */
export interface SemaphoreOperation {
  readonly sem_num: number;
  readonly sem_op: number;
  readonly sem_flg: number;
}

/** A `semop(2)` that is being made, and waits where it cannot be done at once. */
export interface PendingOperations {
  readonly operations: readonly SemaphoreOperation[];
  readonly thread: Thread;
  readonly pid: number;
  readonly undo: UndoAdjustments | undefined;
  /** What it waits for; known once it waits. */
  blockedBy?: SemaphoreOperation | undefined;
  /** 0 or a negative error number, once it is decided. */
  result?: number;
  /** Woken then. */
  readonly decided: WaitQueue;
}

/** A set of semaphores. */
export class SemaphoreSet extends IpcObject {
  readonly values: Uint16Array;
  /** Process of the last operation on each; 0 before the first. */
  readonly pids: Uint32Array;
  otime = 0;
  readonly #now: Clock;
  /** In the order they came. */
  #pending: PendingOperations[] = [];

  constructor({ key, mode, credentials, count, now }: { readonly key: number; readonly mode: number; readonly credentials: Credentials; readonly count: number; readonly now: Clock }) {
    super(key, mode, credentials, now());
    this.#now = now;
    this.values = new Uint16Array(count);
    this.pids = new Uint32Array(count);
  }

  get count(): number {
    return this.values.length;
  }

  /** Operations that wait for a semaphore to grow, or to be 0. Source: linux/ipc/sem.c, `count_semcnt`. */
  waiting(number: number, what: 'growth' | 'zero'): number {
    return this.#pending.filter(({ blockedBy, thread }) => !thread.gone && blockedBy?.sem_num === number && (blockedBy.sem_op === 0) === (what === 'zero')).length;
  }

  /** Does all operations, or makes them wait: then `result` is not there yet. */
  perform(pending: PendingOperations): void {
    this.#try(pending);
    if (pending.result === undefined) this.#pending.push(pending);
    else if (pending.result === 0 && isAltering(pending)) this.update();
  }

  /** They wait no longer. */
  withdraw(pending: PendingOperations): void {
    this.#pending = this.#pending.filter((other) => other !== pending);
  }

  /** Values changed: does what waited for that, first those that wait for zero only, each kind in the order they came. */
  update(): void {
    // Who is gone would take what is nobody's then.
    this.#pending = this.#pending.filter(({ thread }) => !thread.gone);
    let again = true;
    while (again) {
      again = false;
      for (const pending of [...this.#pending.filter((each) => !isAltering(each)), ...this.#pending.filter(isAltering)]) {
        this.#try(pending);
        if (pending.result === undefined) continue;
        this.withdraw(pending);
        pending.decided.wake();
        again = pending.result === 0 && isAltering(pending);
        if (again) break;
      }
    }
  }

  /** It is removed: who waits gets `EIDRM`. */
  end(): void {
    for (const pending of this.#pending) {
      pending.result = -Errno.EIDRM;
      pending.decided.wake();
    }
    this.#pending = [];
  }

  /** Source: linux/ipc/sem.c, `perform_atomic_semop_slow`. */
  #try(pending: PendingOperations): void {
    const { operations, undo } = pending;
    const values = new Map<number, number>();
    const adjustments = new Map<number, number>();
    for (const operation of operations) {
      const { sem_num, sem_op, sem_flg } = operation;
      const now = values.get(sem_num) ?? this.values[sem_num] ?? 0;
      const next = now + sem_op;
      if ((sem_op === 0 && now !== 0) || next < 0) {
        pending.blockedBy = operation;
        if ((sem_flg & IpcFlags.IPC_NOWAIT) !== 0) pending.result = -Errno.EAGAIN;
        return;
      }
      if (next > SEMVMX) {
        pending.result = -Errno.ERANGE;
        return;
      }
      if ((sem_flg & SemFlags.SEM_UNDO) !== 0) {
        const adjustment = (adjustments.get(sem_num) ?? undo?.get(sem_num) ?? 0) - sem_op;
        if (adjustment < -SEMAEM - 1 || adjustment > SEMAEM) {
          pending.result = -Errno.ERANGE;
          return;
        }
        adjustments.set(sem_num, adjustment);
      }
      values.set(sem_num, next);
    }
    for (const [number, value] of values) {
      this.values[number] = value;
      this.pids[number] = pending.pid;
    }
    for (const [number, adjustment] of adjustments) undo?.set(number, adjustment);
    this.otime = this.#now();
    pending.result = 0;
  }
}

function isAltering({ operations }: PendingOperations): boolean {
  return operations.some(({ sem_op }) => sem_op !== 0);
}
