import { InotifyMask, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import { Readiness } from '../../io/readiness.js';
import type { FileDescription } from '../file-description.js';
import { Directory } from '../inode.js';
import type { Inode } from '../inode.js';
import type { Location } from '../location.js';
import { HostWatches } from './host-watches.js';
import type { Watcher } from './host-watches.js';
import { InotifyInstance } from './inotify-instance.js';
import type { InotifyWatch } from './inotify-instance.js';
import { OpenFiles } from './open-files.js';

/** Events by what happened. */
export const InotifyEvent = {
  access: InotifyMask.IN_ACCESS,
  modify: InotifyMask.IN_MODIFY,
  attributes: InotifyMask.IN_ATTRIB,
  closeWrite: InotifyMask.IN_CLOSE_WRITE,
  closeNoWrite: InotifyMask.IN_CLOSE_NOWRITE,
  open: InotifyMask.IN_OPEN,
  movedFrom: InotifyMask.IN_MOVED_FROM,
  movedTo: InotifyMask.IN_MOVED_TO,
  create: InotifyMask.IN_CREATE,
  remove: InotifyMask.IN_DELETE,
  removeSelf: InotifyMask.IN_DELETE_SELF,
  moveSelf: InotifyMask.IN_MOVE_SELF,
} as const;

/** Instances and watches that an enclave may have, as /proc/sys/fs/inotify shows them. */
export const INSTANCES_MAX = 128;
export const WATCHES_MAX = 65536;

/** What guests do by calls that the kernel does not see. */
const DATA = InotifyMask.IN_ACCESS | InotifyMask.IN_MODIFY;

/**
 * All inotify instances, and where file systems report what happens. While nobody watches, only which files are open is kept.
 *
 * The kernel reports what it does itself. What guests do with open descriptors it hears from the host, and before each report
 * of its own, so that the order is right.
 */
export class InotifyRegistry {
  readonly #binding: FileBinding;
  readonly #instances = new Set<InotifyInstance>();
  readonly #open = new OpenFiles();
  #host: HostWatches | undefined;
  #cookie = 0;

  constructor(binding: FileBinding) {
    this.#binding = binding;
  }

  /**
   * Makes an instance.
   *
   * @param watch - Tells when a host descriptor is ready.
   * @returns The instance and the guest's descriptor; `-EMFILE` above {@link INSTANCES_MAX}.
   */
  open(watch: Watcher): { readonly instance: InotifyInstance; readonly hostFd: number } | number {
    if (this.#instances.size >= INSTANCES_MAX) return -Errno.EMFILE;
    if (this.#host === undefined) {
      const host = HostWatches.open(this.#binding, watch, {
        happened: (inode, event) => { this.#happened(inode, event); },
        overflow: () => { for (const instance of this.#instances) instance.overflow(); },
      });
      if (typeof host === 'number') return host;
      this.#host = host;
    }
    const opened = Readiness.open(this.#binding);
    if (typeof opened === 'number') {
      this.#closeUnused();
      return opened;
    }
    const owner = { collect: () => { this.collect(); }, watchChanged: (inode: Inode) => this.#watchChanged(inode) };
    const instance = new InotifyInstance(owner, opened.readiness);
    this.#instances.add(instance);
    return { instance, hostFd: opened.hostFd };
  }

  /** An instance was closed. */
  close(instance: InotifyInstance): void {
    instance.close();
    this.#instances.delete(instance);
    this.#closeUnused();
  }

  /** Whether one more watch is allowed. */
  get hasRoom(): boolean {
    let count = 0;
    for (const instance of this.#instances) count += instance.watchCount;
    return count < WATCHES_MAX;
  }

  /** Takes in what guests did with descriptors until now. */
  collect(): void {
    this.#host?.collect();
  }

  /** Something happened to an inode itself: its own watches and those of the directory it was found in hear of it. */
  changed(location: Location, event: number): void {
    if (this.#instances.size === 0) return;
    const { inode } = location;
    // What the kernel tells itself, it does not take from the host once more.
    this.#host?.collect(inode, event & DATA);
    const full = withKind(event, inode);
    this.#report(inode, full, '', 0);
    const name = this.#open.nameOf(location);
    if (name !== undefined) this.#report(name.directory, full, name.name, 0, name.isUnlinked);
  }

  /**
   * A file was opened: reads and writes through its descriptor are watched where somebody wants to know.
   *
   * @param hostFd - The descriptor; stays the caller's.
   * @param flags - `O_*` of this open.
   */
  opened(location: Location, description: FileDescription, hostFd: number, flags: number): void {
    const { inode } = location;
    this.#open.add(inode, description);
    // That it became empty is told after this, as Linux does.
    if ((flags & OpenFlags.O_TRUNC) !== 0) this.#host?.collect(inode, InotifyEvent.modify);
    this.changed(location, InotifyEvent.open);
    if (this.#host !== undefined && inode.type === 'file') this.#observe(inode, hostFd);
    description.onClose(() => {
      this.changed(location, description.writable ? InotifyEvent.closeWrite : InotifyEvent.closeNoWrite);
      if (!this.#open.remove(inode, description)) return;
      if (this.#host?.has(inode) === true) this.#observe(inode);
      this.gone(inode);
    });
  }

  /** A name in a directory came or went. */
  entry(directory: Directory, event: number, name: string, inode: Inode, cookie = 0): void {
    if (this.#instances.size === 0) return;
    this.collect();
    this.#report(directory, withKind(event, inode), name, cookie);
  }

  /** An inode moved, or got or lost a name. */
  self(inode: Inode, event: number): void {
    if (this.#instances.size === 0 || inode.watches === undefined) return;
    this.collect();
    this.#report(inode, event, '', 0);
  }

  /** A name moved. */
  moved(inode: Inode, from: Directory, fromName: string, directory: Directory, name: string): void {
    if (this.#instances.size > 0) this.#open.renamed(inode, from, fromName, { directory, name });
  }

  /** A name was taken away, or went to another inode. */
  unlinked(inode: Inode, directory: Directory, name: string): void {
    if (this.#instances.size > 0) this.#open.renamed(inode, directory, name);
  }

  /** Ends the watches of an inode that has lost its last name and is not open any more. */
  gone(inode: Inode): void {
    if (this.#instances.size === 0 || inode.watches === undefined || inode.watches.size === 0) return;
    if (this.#open.isOpen(inode) || !isGone(inode)) return;
    this.self(inode, InotifyEvent.removeSelf);
    for (const watch of [...inode.watches]) watch.instance.remove(watch);
  }

  /** Number that joins the two events of a rename. */
  nextCookie(): number {
    this.#cookie = (this.#cookie + 1) >>> 0;
    return this.#cookie;
  }

  /** Closes what it holds of the host. */
  shutDown(): void {
    this.#host?.close();
    this.#host = undefined;
  }

  #closeUnused(): void {
    if (this.#instances.size === 0) this.shutDown();
  }

  #watchChanged(inode: Inode): number {
    if (!(inode instanceof Directory)) return inode.type === 'file' ? this.#observe(inode) : 0;
    for (const open of [...this.#open.within(inode)]) if (open.type === 'file') this.#observe(open);
    return 0;
  }

  /**
   * Has the host watch the file of an inode, or no longer, as somebody wants to know of it.
   *
   * @param hostFd - A descriptor of it, where there is one at hand.
   * @returns 0, or `-ENOSPC`: the host has no more watches.
   */
  #observe(inode: Inode, hostFd?: number): number {
    const host = this.#host;
    if (host === undefined) return 0;
    const wanted = this.#wanted(inode);
    if (wanted === 0) {
      host.drop(inode);
      return 0;
    }
    const result = hostFd === undefined ? inode.withHostFile?.((descriptor) => host.add(inode, descriptor, wanted)) : host.add(inode, hostFd, wanted);
    return result === -Errno.ENOSPC ? result : 0;
  }

  /** Which uses of its bytes somebody wants to know of. */
  #wanted(inode: Inode): number {
    let mask = masksOf(inode.watches);
    for (const { location } of this.#open.of(inode)) mask |= location === undefined ? 0 : masksOf(this.#open.nameOf(location)?.directory.watches);
    return mask & DATA;
  }

  /** Guests used a file, by some of the names that they have it open by; who wrote is not known. */
  #happened(inode: Inode, event: number): void {
    this.#report(inode, event, '', 0);
    const isWrite = (event & InotifyMask.IN_MODIFY) !== 0;
    const told: { readonly directory: Directory; readonly name: string }[] = [];
    for (const description of this.#open.of(inode)) {
      if (description.location === undefined || !(isWrite ? description.writable : description.readable)) continue;
      const name = this.#open.nameOf(description.location);
      if (name === undefined || told.some((other) => other.directory === name.directory && other.name === name.name)) continue;
      told.push(name);
      this.#report(name.directory, event, name.name, 0, name.isUnlinked);
    }
  }

  #report(inode: Inode, event: number, name: string, cookie: number, isUnlinked = false): void {
    if (inode.watches === undefined) return;
    for (const watch of [...inode.watches]) {
      if (isUnlinked && (watch.mask & InotifyMask.IN_EXCL_UNLINK) !== 0) continue;
      watch.instance.report(watch, event, name, cookie);
    }
  }
}

function masksOf(watches: ReadonlySet<InotifyWatch> | undefined): number {
  let mask = 0;
  for (const watch of watches ?? []) mask |= watch.mask;
  return mask;
}

function withKind(event: number, inode: Inode): number {
  return inode.type === 'directory' ? (event | InotifyMask.IN_ISDIR) >>> 0 : event;
}

/** Whether an inode has lost its last name. */
function isGone(inode: Inode): boolean {
  if (inode instanceof Directory) return inode.deleted;
  const attributes = inode.stat();
  return typeof attributes === 'number' || attributes.nlink === 0;
}
