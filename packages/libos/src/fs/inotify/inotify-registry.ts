import { FcntlCommand, InotifyMask, OpenFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import { Directory } from '../inode.js';
import type { Inode } from '../inode.js';
import type { Location } from '../location.js';
import { InotifyInstance } from './inotify-instance.js';
import type { Watcher } from './inotify-instance.js';

/** Events by what happened. */
export const InotifyEvent = {
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

/** Bytes of events that the host's pipe may hold. */
const PIPE_BYTES = 1 << 20;

/** All inotify instances, and where file systems report what happens. Nothing costs anything while nobody watches. */
export class InotifyRegistry {
  readonly #binding: FileBinding;
  #instances = 0;
  #cookie = 0;

  constructor(binding: FileBinding) {
    this.#binding = binding;
  }

  /**
   * Makes an instance.
   *
   * @param watch - Tells when a host descriptor is ready.
   * @returns The instance and the guest's end of its pipe.
   */
  open(watch: Watcher): { readonly instance: InotifyInstance; readonly hostFd: number } | number {
    const ends = new Int32Array(2);
    const result = this.#binding.pipe(ends, OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK | OpenFlags.O_DIRECT);
    if (result < 0) return result;
    const [hostFd = -1, pipe = -1] = ends;
    // Not allowed to every user; then fewer events fit, and more wait in memory.
    this.#binding.fcntl(pipe, FcntlCommand.F_SETPIPE_SZ, PIPE_BYTES);
    this.#instances++;
    return { instance: new InotifyInstance(this.#binding, pipe, watch), hostFd };
  }

  /** An instance was closed. */
  close(instance: InotifyInstance): void {
    this.#instances--;
    instance.close();
  }

  /** Something happened to an inode itself: its own watches and those of the directory it was found in hear of it. */
  changed(location: Location, event: number): void {
    if (this.#instances === 0) return;
    const { inode } = location;
    const full = withKind(event, inode);
    this.#report(inode, full, '', 0);
    const directory = inode instanceof Directory ? inode.parent : location.directory;
    const name = inode instanceof Directory ? inode.name : location.name;
    if (directory !== undefined && !name.includes('/')) this.#report(directory, full, name, 0);
  }

  /** A name in a directory came or went. */
  entry(directory: Directory, event: number, name: string, inode: Inode, cookie = 0): void {
    if (this.#instances === 0) return;
    this.#report(directory, withKind(event, inode), name, cookie);
  }

  /** An inode moved, or lost its last name, which ends its watches. */
  self(inode: Inode, event: number): void {
    if (this.#instances === 0 || inode.watches === undefined) return;
    this.#report(inode, event, '', 0);
    if (event !== InotifyEvent.removeSelf) return;
    for (const watch of [...inode.watches]) watch.instance.remove(watch);
  }

  /** Number that joins the two events of a rename. */
  nextCookie(): number {
    this.#cookie = (this.#cookie + 1) >>> 0;
    return this.#cookie;
  }

  #report(inode: Inode, event: number, name: string, cookie: number): void {
    if (inode.watches === undefined) return;
    for (const watch of [...inode.watches]) watch.instance.report(watch, event, name, cookie);
  }
}

function withKind(event: number, inode: Inode): number {
  return inode.type === 'directory' ? (event | InotifyMask.IN_ISDIR) >>> 0 : event;
}
