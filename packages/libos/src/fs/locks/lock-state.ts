import { WaitQueue } from '../../kernel/wait-queue.js';
import type { FileDescription } from '../file-description.js';
import type { Inode } from '../inode.js';
import { RangeLocks } from './range-locks.js';

/** All locks of one inode. POSIX and open file description locks exclude each other; `flock(2)` is a world of its own. */
export class LockState {
  readonly ranges = new RangeLocks();
  /** Descriptions that hold it by `flock(2)`: one exclusively, or any number. */
  readonly flocks = new Map<FileDescription, 'shared' | 'exclusive'>();
  /** Woken whenever a lock goes. */
  readonly queue = new WaitQueue();

  /** A description that does not let another one have a `flock(2)`. */
  flockConflict(description: FileDescription, kind: 'shared' | 'exclusive'): boolean {
    for (const [holder, held] of this.flocks) {
      if (holder !== description && (kind === 'exclusive' || held === 'exclusive')) return true;
    }
    return false;
  }
}

/** The locks of an inode; made when first asked for. */
export function locksOf(inode: Inode): LockState {
  inode.locks ??= new LockState();
  return inode.locks;
}
