import { InotifyMask, inotifyEvent } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { MediatedFile } from '../../io/mediated-file.js';
import type { Readiness } from '../../io/readiness.js';
import type { SyscallContext } from '../../kernel/syscall-context.js';
import { WaitQueue } from '../../kernel/wait-queue.js';
import type { Inode } from '../inode.js';

/** Events that wait because the guest does not read. Source: linux/fs/notify/inotify/inotify_user.c, `max_queued_events`. */
const QUEUE_MAX = 16384;
/** Names are padded to this. Source: the size of `struct inotify_event`. */
const NAME_UNIT = inotifyEvent.size;
/** Bits of a mask that are events, and those that say how to watch. */
const EVENTS = 0xfff;
const HOW = InotifyMask.IN_ONLYDIR | InotifyMask.IN_DONT_FOLLOW | InotifyMask.IN_MASK_ADD | InotifyMask.IN_MASK_CREATE;

/** One inode that an instance watches. */
export interface InotifyWatch {
  readonly instance: InotifyInstance;
  readonly wd: number;
  readonly inode: Inode;
  mask: number;
}

/** What an instance needs of the registry that made it. */
export interface InotifyOwner {
  /** Takes in what happened and was not told yet. */
  collect(): void;
  /** A watch began, wants other events, or ended: `-ENOSPC` where the host can watch nothing more. */
  watchChanged(inode: Inode): number;
}

/** Something that happened, as a read gives it. */
interface InotifyEventRecord {
  readonly wd: number;
  readonly mask: number;
  readonly cookie: number;
  readonly name: string;
}

/** One inotify instance, read by the guest through the kernel. */
export class InotifyInstance implements MediatedFile {
  readonly arrived = new WaitQueue();
  readonly #owner: InotifyOwner;
  readonly #readiness: Readiness;
  readonly #byInode = new Map<Inode, InotifyWatch>();
  readonly #byNumber = new Map<number, InotifyWatch>();
  #queue: InotifyEventRecord[] = [];
  #nextWd = 1;
  #isClosed = false;

  /**
   * @param owner - Who reports to it.
   * @param readiness - Shows the guest whether an event waits; belongs to the instance.
   */
  constructor(owner: InotifyOwner, readiness: Readiness) {
    this.#owner = owner;
    this.#readiness = readiness;
  }

  /** Watches that it has. */
  get watchCount(): number {
    return this.#byNumber.size;
  }

  /** Bytes that a read would give. */
  get waitingBytes(): number {
    this.#owner.collect();
    return this.#queue.reduce((sum, event) => sum + bytesOf(event), 0);
  }

  /** Whether it watches an inode already. */
  watches(inode: Inode): boolean {
    return this.#byInode.has(inode);
  }

  /**
   * Watches an inode, or changes how it is watched.
   *
   * @returns The watch descriptor; `-EEXIST` with `IN_MASK_CREATE`; `-ENOSPC` where the host can watch nothing more.
   */
  add(inode: Inode, mask: number): number {
    const known = this.#byInode.get(inode);
    const wanted = (mask & ~HOW) >>> 0;
    if (known !== undefined) {
      if ((mask & InotifyMask.IN_MASK_CREATE) !== 0) return -Errno.EEXIST;
      known.mask = (mask & InotifyMask.IN_MASK_ADD) === 0 ? wanted : (known.mask | wanted) >>> 0;
      const changed = this.#owner.watchChanged(inode);
      return changed < 0 ? changed : known.wd;
    }
    const watch: InotifyWatch = { instance: this, wd: this.#nextWd, inode, mask: wanted };
    inode.watches ??= new Set();
    inode.watches.add(watch);
    const changed = this.#owner.watchChanged(inode);
    if (changed < 0) {
      inode.watches.delete(watch);
      return changed;
    }
    this.#nextWd++;
    this.#byInode.set(inode, watch);
    this.#byNumber.set(watch.wd, watch);
    return watch.wd;
  }

  /** Ends a watch by its descriptor: `-EINVAL` for one that is not there. */
  removeNumber(wd: number): number {
    const watch = this.#byNumber.get(wd);
    if (watch === undefined) return -Errno.EINVAL;
    this.#owner.collect();
    this.remove(watch);
    return 0;
  }

  /** Ends a watch and says so. */
  remove(watch: InotifyWatch): void {
    if (!this.#drop(watch)) return;
    this.#put({ wd: watch.wd, mask: InotifyMask.IN_IGNORED, cookie: 0, name: '' });
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
    this.#put({ wd: watch.wd, mask: event >>> 0, cookie, name });
    if ((watch.mask & InotifyMask.IN_ONESHOT) !== 0) this.remove(watch);
  }

  /** Events were lost before they came here. */
  overflow(): void {
    this.#put({ wd: -1, mask: InotifyMask.IN_Q_OVERFLOW, cookie: 0, name: '' });
  }

  /**
   * Takes as many events as fit.
   *
   * Errors: `EAGAIN` none waits and the descriptor does not; `EINVAL` the first one does not fit.
   *
   * Source: linux/fs/notify/inotify/inotify_user.c, `inotify_read`.
   */
  read(context: SyscallContext, length: number): Uint8Array | number | Promise<Uint8Array | number> {
    context.kernel.takeReleases();
    this.#owner.collect();
    const taken = this.#take(length);
    if (taken !== undefined) return taken;
    if (context.object(0)?.isNonBlocking === true) return -Errno.EAGAIN;
    return context.wait(this.arrived, () => this.#take(length));
  }

  /** It cannot be written. */
  write(): number {
    return -Errno.EBADF;
  }

  /** The guest's end is gone. */
  close(): void {
    this.#isClosed = true;
    for (const watch of [...this.#byNumber.values()]) this.#drop(watch);
    this.#readiness.close();
  }

  #take(length: number): Uint8Array | number | undefined {
    if (this.#queue.length === 0) return undefined;
    let count = 0;
    let bytes = 0;
    for (const event of this.#queue) {
      if (bytes + bytesOf(event) > length) break;
      bytes += bytesOf(event);
      count++;
    }
    if (count === 0) return -Errno.EINVAL;
    const taken = this.#queue.splice(0, count);
    this.#readiness.show(this.#queue.length > 0);
    return Buffer.concat(taken.map(encode), bytes);
  }

  #drop(watch: InotifyWatch): boolean {
    watch.inode.watches?.delete(watch);
    this.#byInode.delete(watch.inode);
    const had = this.#byNumber.delete(watch.wd);
    if (had) this.#owner.watchChanged(watch.inode);
    return had;
  }

  /** One that is the same as the last is not told again. Source: linux/fs/notify/inotify/inotify_fsnotify.c, `inotify_merge`. */
  #put(event: InotifyEventRecord): void {
    if (this.#isClosed || this.#queue.length >= QUEUE_MAX) return;
    const last = this.#queue.at(-1);
    if (last?.wd === event.wd && last.mask === event.mask && last.cookie === event.cookie && last.name === event.name) return;
    const isFull = this.#queue.length === QUEUE_MAX - 1;
    this.#queue.push(isFull ? { wd: -1, mask: InotifyMask.IN_Q_OVERFLOW, cookie: 0, name: '' } : event);
    this.#readiness.show(true);
    this.arrived.wake();
  }
}

function nameBytes(name: string): number {
  return name === '' ? 0 : Math.ceil((name.length + 1) / NAME_UNIT) * NAME_UNIT;
}

function bytesOf({ name }: InotifyEventRecord): number {
  return inotifyEvent.size + nameBytes(name);
}

function encode(event: InotifyEventRecord): Uint8Array {
  const { name, ...head } = event;
  const bytes = new Uint8Array(bytesOf(event));
  bytes.set(inotifyEvent.encode({ ...head, len: nameBytes(name) }));
  bytes.set(Buffer.from(name, 'latin1'), inotifyEvent.size);
  return bytes;
}
