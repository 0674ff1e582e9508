import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../../kernel/syscall-context.js';
import type { WaitQueue } from '../../kernel/wait-queue.js';
import type { FileDescription } from '../file-description.js';
import type { Inode } from '../inode.js';
import { locksOf } from './lock-state.js';
import type { LockOwner, RangeLock } from './range-locks.js';

/** Milliseconds between asking all processes what they closed, while somebody waits for a lock. */
const ASK_EVERY_MS = 20;

/** A process that waits, and for what. */
interface Waiting {
  readonly inode: Inode;
  readonly lock: RangeLock;
}

/**
 * The file locks of one enclave: waits, deadlocks, and what is let go when descriptions close and processes end. The locks
 * themselves hang on the inodes, so they hold whatever layer the bytes are in.
 */
export class LockTable {
  readonly #waiting = new Map<LockOwner, Waiting>();
  /** Descriptions whose locks end with them. */
  readonly #ending = new WeakSet<FileDescription>();

  /**
   * Sets a record lock.
   *
   * @param context - The caller; it waits if it must.
   * @param inode - What to lock.
   * @param lock - Owner, range and kind.
   * @param waits - Whether to wait for others; else `-EAGAIN`.
   * @returns 0; `-EAGAIN`; `-EDEADLK` where the wait would never end; `-ERESTARTSYS`.
   */
  lock(context: SyscallContext, inode: Inode, lock: RangeLock, waits: boolean): number | Promise<number> {
    const { ranges, queue } = locksOf(inode);
    let isTaken = false;
    const take = (): number | undefined => {
      // Who waits is woken by its own lock, too.
      if (isTaken) return 0;
      if (ranges.conflict(lock) !== undefined) return undefined;
      isTaken = true;
      ranges.set(lock);
      queue.wake();
      return 0;
    };
    const taken = take() ?? this.#again(context, take);
    if (taken !== undefined) return taken;
    if (!waits) return -Errno.EAGAIN;
    if (lock.pid >= 0 && this.#deadlocks(inode, lock)) return -Errno.EDEADLK;

    this.#waiting.set(lock.owner, { inode, lock });
    return this.#wait(context, queue, take).finally(() => {
      this.#waiting.delete(lock.owner);
    });
  }

  /** Takes an owner's record locks away from a range. */
  unlock(inode: Inode, owner: LockOwner, start: number, end: number): void {
    if (inode.locks?.ranges.clear(owner, start, end) === true) inode.locks.queue.wake();
  }

  /**
   * `flock(2)`.
   *
   * @returns 0; `-EAGAIN`; `-ERESTARTSYS`.
   */
  flock(context: SyscallContext, inode: Inode, description: FileDescription, kind: 'shared' | 'exclusive', waits: boolean): number | Promise<number> {
    const state = locksOf(inode);
    const take = (): number | undefined => {
      if (state.flockConflict(description, kind)) return undefined;
      this.endWith(description, inode);
      state.flocks.set(description, kind);
      return 0;
    };
    const taken = take() ?? this.#again(context, take);
    if (taken !== undefined) return taken;
    if (!waits) return -Errno.EAGAIN;
    // A lock that is to be converted is given up first, as flock(2) says.
    this.unflock(inode, description);
    return this.#wait(context, state.queue, take);
  }

  /** Lets a description's locks go when it is closed. */
  endWith(description: FileDescription, inode: Inode): void {
    if (this.#ending.has(description)) return;
    this.#ending.add(description);
    description.onClose(() => {
      this.unflock(inode, description);
      this.unlock(inode, description, 0, Infinity);
    });
  }

  unflock(inode: Inode, description: FileDescription): void {
    if (inode.locks?.flocks.delete(description) === true) inode.locks.queue.wake();
  }

  /** Tries once more after everybody was asked what they closed. */
  #again(context: SyscallContext, take: () => number | undefined): number | undefined {
    context.kernel.takeReleases();
    return take();
  }

  /** Waits for a lock. Who closed a file may tell of it only with its next call, so that all are asked now and then. */
  async #wait(context: SyscallContext, queue: WaitQueue, take: () => number | undefined): Promise<number> {
    for (;;) {
      const result = await context.wait(queue, take, ASK_EVERY_MS);
      if (result !== -Errno.ETIMEDOUT) return result;
      context.kernel.takeReleases();
    }
  }

  /** Whether some holder waits, by whatever detours, for what the owner holds. Source: linux/fs/locks.c, `posix_locks_deadlock`. */
  #deadlocks(inode: Inode, lock: RangeLock): boolean {
    const seen = new Set<LockOwner>();
    const open: Waiting[] = [{ inode, lock }];
    for (let wait = open.pop(); wait !== undefined; wait = open.pop()) {
      for (const { owner } of wait.inode.locks?.ranges.conflicts(wait.lock) ?? []) {
        if (owner === lock.owner) return true;
        if (seen.has(owner)) continue;
        seen.add(owner);
        const next = this.#waiting.get(owner);
        if (next !== undefined) open.push(next);
      }
    }
    return false;
  }
}
