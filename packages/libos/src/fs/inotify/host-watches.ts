import { EpollEvents, InotifyMask, OpenFlags, inotifyEvent } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import type { Inode } from '../inode.js';

/** Bytes of events that are read at once. */
const BUFFER_BYTES = 65536;
/** Reads that take all that the host keeps by default (16384 events of 16 bytes), and one more: who writes on must not hold Node. */
const READS_MAX = 5;

/** Calls a function when a host descriptor is ready; returns what ends that. */
export type Watcher = (hostFd: number, events: number, ready: (events: number) => void) => () => void;

/** Who hears of what the host saw. */
export interface HostWatchListener {
  /** Files were read or written through descriptors: `IN_ACCESS` or `IN_MODIFY`. */
  happened(inode: Inode, event: number): void;
  /** Some of it was lost. */
  overflow(): void;
}

/**
 * One inotify instance of the host. It watches the host's files behind inodes that somebody watches, since guests read and write
 * them by calls that the kernel does not see.
 */
export class HostWatches {
  readonly #binding: FileBinding;
  readonly #inotify: number;
  readonly #listener: HostWatchListener;
  readonly #endWatch: () => void;
  /** One file of the host may be several inodes, by several mounts. */
  readonly #inodes = new Map<number, Set<Inode>>();
  /** An inode has had several files, where one was copied up. */
  readonly #numbers = new Map<Inode, Set<number>>();
  readonly #buffer = Buffer.alloc(BUFFER_BYTES);

  private constructor(binding: FileBinding, inotify: number, watch: Watcher, listener: HostWatchListener) {
    this.#binding = binding;
    this.#inotify = inotify;
    this.#listener = listener;
    this.#endWatch = watch(inotify, EpollEvents.EPOLLIN, () => { this.collect(); });
  }

  /**
   * @param watch - Tells when the host has something to say.
   * @param listener - Hears of it.
   * @returns A negative error number where the host gives no instance.
   */
  static open(binding: FileBinding, watch: Watcher, listener: HostWatchListener): HostWatches | number {
    const inotify = binding.inotifyInit(OpenFlags.O_NONBLOCK);
    return inotify < 0 ? inotify : new HostWatches(binding, inotify, watch, listener);
  }

  has(inode: Inode): boolean {
    return this.#numbers.has(inode);
  }

  /**
   * Watches the file of a descriptor for an inode, beside others that it had.
   *
   * @returns 0 or more, or a negative error number: `ENOSPC` above the host's limit of watches.
   */
  add(inode: Inode, descriptor: number, mask: number): number {
    const number = this.#binding.inotifyAdd(this.#inotify, descriptor, (mask | InotifyMask.IN_MASK_ADD) >>> 0);
    if (number < 0) return number;
    setOf(this.#inodes, number).add(inode);
    setOf(this.#numbers, inode).add(number);
    return 0;
  }

  /** Nobody wants to know of an inode any more. */
  drop(inode: Inode): void {
    for (const number of this.#numbers.get(inode) ?? []) {
      const inodes = this.#inodes.get(number);
      inodes?.delete(inode);
      if (inodes?.size !== 0) continue;
      this.#inodes.delete(number);
      this.#binding.inotifyRemove(this.#inotify, number);
    }
    this.#numbers.delete(inode);
  }

  /**
   * Tells what has happened until now; not what goes on happening meanwhile.
   *
   * @param told - Of this inode, these events are told by who asks.
   */
  collect(told?: Inode, events = 0): void {
    for (let reads = 0; reads < READS_MAX; reads++) {
      const length = this.#binding.read(this.#inotify, this.#buffer);
      if (length <= 0) return;
      for (let at = 0; at < length;) {
        const { wd, mask, len } = inotifyEvent.decode(this.#buffer.subarray(at, at + inotifyEvent.size));
        at += inotifyEvent.size + len;
        if ((mask & InotifyMask.IN_Q_OVERFLOW) !== 0) this.#listener.overflow();
        else this.#tell(wd, mask, told, events);
      }
    }
  }

  close(): void {
    this.#endWatch();
    this.#binding.close(this.#inotify);
  }

  #tell(number: number, mask: number, told: Inode | undefined, events: number): void {
    const inodes = this.#inodes.get(number);
    if (inodes === undefined) return;
    if ((mask & InotifyMask.IN_IGNORED) !== 0) {
      this.#inodes.delete(number);
      for (const inode of inodes) this.#numbers.get(inode)?.delete(number);
      return;
    }
    for (const inode of inodes) if (inode !== told || (mask & events) === 0) this.#listener.happened(inode, mask);
  }
}

function setOf<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<Value>();
  map.set(key, made);
  return made;
}
