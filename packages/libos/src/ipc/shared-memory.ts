import { PAGE_SIZE, ShmGetFlags, ShmMode } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import type { Process } from '../process/process.js';
import { Attachments } from './attachments.js';
import type { Clock } from './ipc-object.js';
import { IpcTable } from './ipc-table.js';
import { Segment, pagesOf } from './segment.js';

/** Most segments: each is a descriptor of Node's process. */
const SHMMNI = 256;
/** Bytes of the smallest segment. Source: linux/include/uapi/linux/shm.h. */
const SHMMIN = 1;
/** Bytes of the largest segment, and pages of all together, where there is no other limit. Source: linux/include/uapi/linux/shm.h. */
const UNLIMITED = 2n ** 64n - 1n - 2n ** 24n;

/** Limits as they are told. */
export interface SharedMemoryLimits {
  readonly shmmax: bigint;
  readonly shmmin: number;
  readonly shmmni: number;
  /** Pages. */
  readonly shmall: bigint;
}

/** The segments of shared memory of one enclave. */
export class SharedMemory {
  readonly segments = new IpcTable<Segment>(SHMMNI);
  readonly limits: SharedMemoryLimits;
  readonly #binding: FileBinding;
  /** Seconds of the wall clock. */
  readonly now: Clock;
  /** What is attached in the address space of each process. */
  readonly #spaces = new WeakMap<Process, Attachments>();
  /** Pages of all segments. */
  pages = 0;
  #lastToken = 0;

  /** @param memoryBytes - Memory that all programs may have together; no limit when left out. */
  constructor(binding: FileBinding, now: Clock, memoryBytes?: number) {
    this.#binding = binding;
    this.now = now;
    this.limits = {
      shmmax: UNLIMITED,
      shmmin: SHMMIN,
      shmmni: SHMMNI,
      shmall: memoryBytes === undefined ? UNLIMITED : BigInt(Math.ceil(memoryBytes / PAGE_SIZE)),
    };
  }

  /**
   * `shmget(2)`.
   *
   * Errors, in the order Linux checks them: those of {@link IpcTable.get}; `EINVAL` too small, too large, or larger than the one that is there;
   * `ENOSPC` too many pages; `ENOMEM` no huge pages, or no memory of the host.
   */
  get(process: Process, key: number, size: number, flags: number): number {
    const { credentials, pid } = process;
    const make = (): Segment | number => {
      if (size < SHMMIN || size > Number(UNLIMITED)) return -Errno.EINVAL;
      if (this.pages + pagesOf(size) > this.limits.shmall) return -Errno.ENOSPC;
      if ((flags & ShmGetFlags.SHM_HUGETLB) !== 0) return -Errno.ENOMEM;
      this.#lastToken = (this.#lastToken + 1) >>> 0 || 1;
      const made = Segment.make(this.#binding, this.#lastToken, { key, mode: flags, credentials, size, pid, now: this.now() });
      if (typeof made !== 'number') this.pages += made.pages;
      return made;
    };
    return this.segments.get({ key, flags, credentials, make, check: (found) => (found.size < size ? -Errno.EINVAL : 0) });
  }

  /** What a process has attached. */
  of(process: Process): Attachments {
    let space = this.#spaces.get(process);
    if (space === undefined) {
      space = new Attachments((segment, change, pid) => { this.#changed(segment, change, pid); });
      this.#spaces.set(process, space);
    }
    return space;
  }

  /** A process is being made. Source: linux/kernel/fork.c, `copy_mm`. */
  forked(child: Process, parent: Process, memory: 'copied' | 'shared'): void {
    const space = this.#spaces.get(parent);
    if (memory === 'shared') this.#spaces.set(child, this.of(parent).share());
    else if (space !== undefined) this.#spaces.set(child, space.copy(parent.pid));
  }

  /** The address space of a process is gone: it runs another program, or has ended. */
  left(process: Process): void {
    this.#spaces.get(process)?.leave(process.pid);
    this.#spaces.delete(process);
  }

  /** `IPC_RMID`: it goes with its last attachment. Source: linux/ipc/shm.c, `do_shm_rmid`. */
  remove(segment: Segment): void {
    if (segment.attachments === 0) {
      this.#destroy(segment);
      return;
    }
    segment.mode |= ShmMode.SHM_DEST;
    this.segments.hide(segment);
  }

  /** Bytes of memory that no process has mapped, so that nobody's memory counts it. */
  unattachedBytes(): number {
    return this.segments.all().reduce((total, segment) => total + (segment.attachments === 0 ? segment.residentBytes : 0), 0);
  }

  /** Gives everything back. */
  close(): void {
    for (const segment of this.segments.all()) this.#destroy(segment);
  }

  #changed(segment: Segment, change: number, pid: number): void {
    segment.attachments += change;
    segment.lpid = pid;
    if (change > 0) segment.atime = this.now();
    else segment.dtime = this.now();
    if (segment.attachments === 0 && (segment.mode & ShmMode.SHM_DEST) !== 0) this.#destroy(segment);
  }

  #destroy(segment: Segment): void {
    if (segment.isRemoved) return;
    this.segments.remove(segment);
    this.pages -= segment.pages;
    segment.close();
  }
}
