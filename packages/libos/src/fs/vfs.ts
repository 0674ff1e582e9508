import { ClockId } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding, HostBinding } from '@occlum/native';

import { DeviceNumbers, MountDevices } from './device-numbers.js';
import { FifoTable } from './fifo.js';
import { InotifyRegistry } from './inotify/inotify-registry.js';
import type { Want } from './inode.js';
import type { Location } from './location.js';
import { LockTable } from './locks/lock-table.js';
import { MountTable } from './mount-table.js';
import type { PathCaller } from './path-caller.js';
import { PathWalk } from './path-walk.js';
import type { LookupRequest } from './path-walk.js';
import { Placeholder } from './placeholder.js';
import type { Time } from './stat.js';
import type { TerminalTable } from './terminal/terminal-table.js';

/** Options of a look-up beside its path. */
export interface LookupOptions {
  /** Whether a symbolic link that is the last component is followed. */
  readonly follow: boolean;
  /** `RESOLVE_*`. */
  readonly resolve?: number;
  /** What of the last component, where the attributes are asked for next. */
  readonly want?: Want;
  /** Where a relative path begins; the current directory when left out. */
  readonly base?: Location;
}

/** The host calls that file systems need. */
export type VfsBinding = FileBinding & Pick<HostBinding, 'clockGettime' | 'flock' | 'openpty'>;

/** Something that is to be written down before the call that changed it is over. */
export interface Unsettled {
  settle(): void;
}

/** The virtual file system of one enclave: its mounts, and what all of its file systems share. */
export class Vfs {
  readonly binding: VfsBinding;
  readonly mounts = new MountTable();
  readonly numbers = new DeviceNumbers();
  /** `st_dev` of what has no mount: pipes, sockets and the like of the host. */
  readonly anonymous = new MountDevices(this.numbers);
  readonly locks = new LockTable();
  readonly fifos: FifoTable;
  readonly placeholder: Placeholder;
  readonly inotify: InotifyRegistry;
  /** The terminals of /dev/pts; nobody has any before /dev is there. */
  terminals: TerminalTable | undefined;
  readonly #clock = new Float64Array(2);
  #unsettled: Unsettled[] = [];

  constructor(binding: VfsBinding) {
    this.binding = binding;
    this.fifos = new FifoTable(binding);
    this.placeholder = new Placeholder(binding);
    this.inotify = new InotifyRegistry(binding);
  }

  /**
   * Looks up a whole path; once more where the host changed what the look-up had come by.
   *
   * Source: linux/fs/namei.c, `filename_lookup`, `ESTALE`.
   */
  lookup(caller: PathCaller, path: string, options: LookupOptions): Location | number {
    const found = this.walk(caller, options).whole(path);
    return found === -Errno.ESTALE ? this.walk(caller, options).whole(path) : found;
  }

  /** A look-up to be made in steps. */
  walk(caller: PathCaller, options: LookupOptions): PathWalk {
    const request: LookupRequest = { caller, follow: options.follow, resolve: options.resolve ?? 0, want: options.want ?? 'inode' };
    return new PathWalk(this.mounts, options.base ?? caller.files.cwd, request);
  }

  /** Time of the wall clock, as coarse as the host's file systems take it: what is written later is never older. */
  now(): Time {
    this.binding.clockGettime(ClockId.CLOCK_REALTIME_COARSE, this.#clock);
    return { sec: this.#clock[0] ?? 0, nsec: this.#clock[1] ?? 0 };
  }

  /** Has something written down at the end of the present call, or of the present turn where nobody calls. */
  unsettled(what: Unsettled): void {
    if (this.#unsettled.length === 0) queueMicrotask(() => { this.settle(); });
    this.#unsettled.push(what);
  }

  /** Writes down what has to be, before anybody hears that it was done. */
  settle(): void {
    if (this.#unsettled.length === 0) return;
    const all = this.#unsettled;
    this.#unsettled = [];
    for (const what of all) what.settle();
  }

  /** Closes what it holds of the host. */
  close(): void {
    for (const { fileSystem } of this.mounts.mounts) fileSystem.close();
    this.inotify.shutDown();
    this.placeholder.close();
  }
}
