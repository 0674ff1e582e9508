/** Who holds a record lock: a process, or an open file description. */
export type LockOwner = object;

/** A record lock: bytes from `start` up to, not with, `end`. */
export interface RangeLock {
  readonly owner: LockOwner;
  /** Process id that `F_GETLK` shows; -1 for an open file description's. */
  readonly pid: number;
  readonly exclusive: boolean;
  readonly start: number;
  /** `Infinity` for a lock to the end of the file, however it grows. */
  readonly end: number;
}

/** The record locks of one inode. */
export class RangeLocks {
  #locks: RangeLock[] = [];

  get isEmpty(): boolean {
    return this.#locks.length === 0;
  }

  /** A lock of another owner that does not go with one, the first by its place. */
  conflict(wanted: RangeLock): RangeLock | undefined {
    return this.#locks.find((lock) => lock.owner !== wanted.owner && overlaps(lock, wanted) && (lock.exclusive || wanted.exclusive));
  }

  /** Every lock of others that does not go with one. */
  conflicts(wanted: RangeLock): RangeLock[] {
    return this.#locks.filter((lock) => lock.owner !== wanted.owner && overlaps(lock, wanted) && (lock.exclusive || wanted.exclusive));
  }

  /** Sets a lock that conflicts with none; it replaces what its owner had there. */
  set(lock: RangeLock): void {
    this.clear(lock.owner, lock.start, lock.end);
    this.#locks.push(lock);
    this.#merge(lock.owner);
  }

  /** Takes an owner's locks away from a range. Returns whether there were any. */
  clear(owner: LockOwner, start = 0, end = Infinity): boolean {
    const kept: RangeLock[] = [];
    let changed = false;
    for (const lock of this.#locks) {
      if (lock.owner !== owner || lock.end <= start || lock.start >= end) {
        kept.push(lock);
        continue;
      }
      changed = true;
      if (lock.start < start) kept.push({ ...lock, end: start });
      if (lock.end > end) kept.push({ ...lock, start: end });
    }
    this.#locks = kept;
    return changed;
  }

  /** Whether an owner has any. */
  has(owner: LockOwner): boolean {
    return this.#locks.some((lock) => lock.owner === owner);
  }

  /** Joins an owner's neighbours of one kind, and brings all in the order of their places. */
  #merge(owner: LockOwner): void {
    const own = this.#locks.filter((lock) => lock.owner === owner).sort((a, b) => a.start - b.start);
    const merged: RangeLock[] = [];
    for (const lock of own) {
      const last = merged.at(-1);
      if (last?.exclusive === lock.exclusive && last.end >= lock.start) merged[merged.length - 1] = { ...last, end: Math.max(last.end, lock.end) };
      else merged.push(lock);
    }
    this.#locks = [...this.#locks.filter((lock) => lock.owner !== owner), ...merged].sort((a, b) => a.start - b.start);
  }
}

function overlaps(a: RangeLock, b: RangeLock): boolean {
  return a.start < b.end && b.start < a.end;
}
