import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../../kernel/syscall-context.js';
import type { FileDescription } from '../file-description.js';
import type { Inode } from '../inode.js';
import { locksOf } from './lock-state.js';
import type { LockOwner, RangeLock } from './range-locks.js';

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
  /** Inodes that an owner may hold record locks on. */
  readonly #held = new Map<LockOwner, Set<Inode>>();
  readonly #waiting = new Map<LockOwner, Waiting>();

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
    const take = (): number | undefined => {
      if (ranges.conflict(lock) !== undefined) return undefined;
      ranges.set(lock);
      this.#hold(lock.owner, inode);
      queue.wake();
      return 0;
    };
    const taken = take();
    if (taken !== undefined) return taken;
    if (!waits) return -Errno.EAGAIN;
    if (lock.pid >= 0 && this.#deadlocks(inode, lock)) return -Errno.EDEADLK;

    this.#waiting.set(lock.owner, { inode, lock });
    return context.wait(queue, take).finally(() => {
      this.#waiting.delete(lock.owner);
    });
  }

  /** Takes an owner's record locks away from a range. */
  unlock(inode: Inode, owner: LockOwner, start: number, end: number): void {
    if (inode.locks?.ranges.clear(owner, start, end) === true) inode.locks.queue.wake();
  }

  /** Whether an owner may hold record locks on an inode: then each close of it by that process must be reported. */
  holds(owner: LockOwner, inode: Inode): boolean {
    return this.#held.get(owner)?.has(inode) ?? false;
  }

  /** A process closed a descriptor of an inode: its record locks there are gone. */
  closed(owner: LockOwner, inode: Inode): void {
    if (!this.holds(owner, inode)) return;
    this.#held.get(owner)?.delete(inode);
    this.unlock(inode, owner, 0, Infinity);
  }

  /** An owner is gone, with all its record locks. */
  ended(owner: LockOwner): void {
    for (const inode of this.#held.get(owner) ?? []) this.unlock(inode, owner, 0, Infinity);
    this.#held.delete(owner);
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
      if (!state.flocks.has(description)) {
        description.onClose(() => {
          this.unflock(inode, description);
        });
      }
      state.flocks.set(description, kind);
      return 0;
    };
    const taken = take();
    if (taken !== undefined) return taken;
    if (!waits) return -Errno.EAGAIN;
    // A lock that is to be converted is given up first, as flock(2) says.
    this.unflock(inode, description);
    return context.wait(state.queue, take);
  }

  unflock(inode: Inode, description: FileDescription): void {
    if (inode.locks?.flocks.delete(description) === true) inode.locks.queue.wake();
  }

  #hold(owner: LockOwner, inode: Inode): void {
    const inodes = this.#held.get(owner) ?? new Set();
    inodes.add(inode);
    this.#held.set(owner, inodes);
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
