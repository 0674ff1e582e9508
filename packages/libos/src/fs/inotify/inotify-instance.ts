import { EpollEvents, InotifyMask, inotifyEvent } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import type { Inode } from '../inode.js';

/** Events that wait because the guest does not read. Source: linux/fs/notify/inotify/inotify_user.c, `max_queued_events`. */
const QUEUE_MAX = 16384;
/** Names are padded to this. Source: the size of `struct inotify_event`. */
const NAME_UNIT = inotifyEvent.size;
/** Bits of a mask that are events, and those that say how to watch. */
const EVENTS = 0xfff;
const HOW = InotifyMask.IN_ONLYDIR | InotifyMask.IN_DONT_FOLLOW | InotifyMask.IN_EXCL_UNLINK | InotifyMask.IN_MASK_ADD | InotifyMask.IN_MASK_CREATE;

/** One inode that an instance watches. */
export interface InotifyWatch {
  readonly instance: InotifyInstance;
  readonly wd: number;
  readonly inode: Inode;
  mask: number;
}

/** Calls a function when a host descriptor is ready; returns what ends that. */
export type Watcher = (hostFd: number, events: number, ready: (events: number) => void) => () => void;

/**
 * One inotify instance. The guest reads a pipe of the host that keeps packets apart, one event each; the kernel holds the
 * end that is written.
 */
export class InotifyInstance {
  readonly #binding: Pick<FileBinding, 'write' | 'close'>;
  readonly #watch: Watcher;
  readonly #byInode = new Map<Inode, InotifyWatch>();
  readonly #byNumber = new Map<number, InotifyWatch>();
  readonly #queue: Uint8Array[] = [];
  #pipe: number;
  #nextWd = 1;
  #endDrain: (() => void) | undefined;

  /**
   * @param binding - Host calls.
   * @param pipe - Non-blocking end to write; belongs to the instance.
   * @param watch - Tells when the pipe has room again.
   */
  constructor(binding: Pick<FileBinding, 'write' | 'close'>, pipe: number, watch: Watcher) {
    this.#binding = binding;
    this.#pipe = pipe;
    this.#watch = watch;
  }

  /**
   * Watches an inode, or changes how it is watched.
   *
   * @returns The watch descriptor; `-EEXIST` with `IN_MASK_CREATE`.
   */
  add(inode: Inode, mask: number): number {
    const known = this.#byInode.get(inode);
    const wanted = (mask & ~HOW) >>> 0;
    if (known !== undefined) {
      if ((mask & InotifyMask.IN_MASK_CREATE) !== 0) return -Errno.EEXIST;
      known.mask = (mask & InotifyMask.IN_MASK_ADD) === 0 ? wanted : known.mask | wanted;
      return known.wd;
    }
    const watch: InotifyWatch = { instance: this, wd: this.#nextWd++, inode, mask: wanted };
    this.#byInode.set(inode, watch);
    this.#byNumber.set(watch.wd, watch);
    inode.watches ??= new Set();
    inode.watches.add(watch);
    return watch.wd;
  }

  /** Ends a watch by its descriptor: `-EINVAL` for one that is not there. */
  removeNumber(wd: number): number {
    const watch = this.#byNumber.get(wd);
    if (watch === undefined) return -Errno.EINVAL;
    this.remove(watch);
    return 0;
  }

  /** Ends a watch and says so. */
  remove(watch: InotifyWatch): void {
    if (!this.#drop(watch)) return;
    this.#put(watch.wd, InotifyMask.IN_IGNORED, 0, '');
  }

  /**
   * Reports an event if the watch wants it.
   *
   * @param watch - One of this instance.
   * @param event - One event bit, perhaps with `IN_ISDIR`.
   * @param name - Name in a watched directory; empty for the inode itself.
   * @param cookie - Joins the two events of a rename.
   */
  report(watch: InotifyWatch, event: number, name: string, cookie: number): void {
    if ((watch.mask & event & EVENTS) === 0) return;
    this.#put(watch.wd, event, cookie, name);
    if ((watch.mask & InotifyMask.IN_ONESHOT) !== 0) this.remove(watch);
  }

  /** The guest's end is gone. */
  close(): void {
    for (const watch of [...this.#byNumber.values()]) this.#drop(watch);
    this.#endDrain?.();
    this.#endDrain = undefined;
    if (this.#pipe >= 0) this.#binding.close(this.#pipe);
    this.#pipe = -1;
  }

  #drop(watch: InotifyWatch): boolean {
    watch.inode.watches?.delete(watch);
    this.#byInode.delete(watch.inode);
    return this.#byNumber.delete(watch.wd);
  }

  #put(wd: number, mask: number, cookie: number, name: string): void {
    if (this.#pipe < 0) return;
    if (this.#queue.length >= QUEUE_MAX) return;
    const isLast = this.#queue.length === QUEUE_MAX - 1;
    this.#queue.push(isLast ? encode(-1, InotifyMask.IN_Q_OVERFLOW, 0, '') : encode(wd, mask >>> 0, cookie, name));
    this.#flush();
  }

  #flush(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const result = this.#binding.write(this.#pipe, first);
      if (result === -Errno.EAGAIN) {
        this.#endDrain ??= this.#watch(this.#pipe, EpollEvents.EPOLLOUT, () => {
          this.#flush();
        });
        return;
      }
      this.#queue.shift();
    }
    this.#endDrain?.();
    this.#endDrain = undefined;
  }
}

function encode(wd: number, mask: number, cookie: number, name: string): Uint8Array {
  const len = name === '' ? 0 : Math.ceil((name.length + 1) / NAME_UNIT) * NAME_UNIT;
  const bytes = new Uint8Array(inotifyEvent.size + len);
  bytes.set(inotifyEvent.encode({ wd, mask, cookie, len }));
  bytes.set(Buffer.from(name, 'latin1'), inotifyEvent.size);
  return bytes;
}
