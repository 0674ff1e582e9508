import { OpenFlags } from '@occlum/abi';

import type { DirectoryEntry, Inode } from './inode.js';
import type { Location } from './location.js';

/** What makes a {@link FileDescription}. */
export interface FileDescriptionOptions {
  /** `FdKind` of the runtime's map. */
  readonly kind: number;
  /** `O_*` it was opened with. */
  readonly flags?: number;
  /** Where its file was found. */
  readonly location?: Location | undefined;
  /** What was opened, where the location's inode only led to it. */
  readonly inode?: Inode | undefined;
  /** Object of another subsystem: a socket, a terminal's master. */
  readonly object?: unknown;
  /** How /proc/N/fd shows it where it has no location, for example `socket:[7]`. */
  readonly label?: string;
  /** Inode number on the host, where it is not the inode's own. */
  readonly hostIno?: number | undefined;
  /** The host's description belongs to the embedding program. */
  readonly isShared?: boolean;
  /** Each process that has it needs a host object and a description of its own. */
  readonly isPerProcess?: boolean;
  /** Called once, when the last process has let go. */
  readonly closed?: ((description: FileDescription) => void) | undefined;
}

/**
 * An open file description as the kernel knows it: what descriptors of one or more processes stand for. The host's
 * description with the data path is in those processes; the kernel keeps no copy of it.
 */
export class FileDescription {
  /** Number in the fd maps; given by the kernel with the first grant. */
  id = 0;
  readonly kind: number;
  /** `O_*` it was opened with, without `O_CLOEXEC`. A later F_SETFL is the host description's. */
  readonly flags: number;
  readonly location: Location | undefined;
  readonly inode: Inode | undefined;
  readonly object: unknown;
  readonly label: string;
  /** The host's description belongs to the embedding program. */
  readonly isShared: boolean;
  /** Each process that has it needs a host object and a description of its own (`FdFlag.own`). */
  readonly isPerProcess: boolean;
  /** Inode number on the host. */
  readonly hostIno: number | undefined;
  /** Whether reads of inotify do not wait; F_SETFL changes it. */
  isNonBlocking: boolean;
  /** Next entry of a directory to read. */
  position = 0;
  /** Entries of a directory, as they were when reading began. */
  entries: readonly DirectoryEntry[] | undefined;

  #references = 0;
  #closed: ((description: FileDescription) => void)[];

  constructor(options: FileDescriptionOptions) {
    this.kind = options.kind;
    this.flags = (options.flags ?? 0) & ~OpenFlags.O_CLOEXEC;
    this.isNonBlocking = (this.flags & OpenFlags.O_NONBLOCK) !== 0;
    this.location = options.location;
    this.inode = options.inode ?? options.location?.inode;
    this.object = options.object;
    this.label = options.label ?? '';
    this.isShared = options.isShared ?? false;
    this.isPerProcess = options.isPerProcess ?? false;
    this.hostIno = options.hostIno ?? this.inode?.ino;
    this.#closed = options.closed === undefined ? [] : [options.closed];
  }

  /** Whether it was opened for reading, or for both. */
  get readable(): boolean {
    const access = this.flags & 3;
    return access === OpenFlags.O_RDONLY || access === OpenFlags.O_RDWR;
  }

  /** Whether it was opened for writing, or for both. */
  get writable(): boolean {
    const access = this.flags & 3;
    return access === OpenFlags.O_WRONLY || access === OpenFlags.O_RDWR;
  }

  /** How many processes were granted it. */
  get references(): number {
    return this.#references;
  }

  /** Adds something to do when it is closed. */
  onClose(action: (description: FileDescription) => void): void {
    this.#closed.push(action);
  }

  /** One more process has it. */
  retain(): void {
    this.#references++;
  }

  /** A process closed one of its descriptors: its record locks on the file go. Source: fcntl(2), "Advisory record locking". */
  letGoRecordLocks(holder: object): void {
    const { locks } = this.inode ?? {};
    if (locks?.ranges.clear(holder) === true) locks.queue.wake();
  }

  /**
   * A process let go; the last one closes it.
   *
   * @param holder - The process.
   */
  release(holder?: object): void {
    if (holder !== undefined) this.letGoRecordLocks(holder);
    if (--this.#references > 0) return;
    const actions = this.#closed;
    this.#closed = [];
    for (const action of actions) action(this);
  }
}
