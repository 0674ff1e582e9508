import { AtFlags, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import { cString } from '../byte-string.js';
import { HostStat, STATX_WANTED } from '../host/host-stat.js';
import type { Time } from '../stat.js';
import { ByteQuota } from './byte-quota.js';

/** The part of a logger that a store needs. */
export interface StoreLog {
  warn(fields: object, message: string): void;
}

/** What makes a {@link Store}. */
export interface StoreOptions {
  readonly binding: FileBinding;
  /** Descriptor of a private, empty directory of the host; belongs to the store. */
  readonly directory: number;
  /** Bytes that all files together may take on the host, perhaps with those of other stores; no limit when left out. */
  readonly quota?: ByteQuota | undefined;
  /** Where it says that the limit was reached. */
  readonly log?: StoreLog;
  /** Copies a big file elsewhere than on this thread: from and to are descriptors that stay the caller's. Result is 0 or a negative error number. */
  readonly copyLater?: (from: number, to: number) => Promise<number>;
  /** Numbers of files that are there from an earlier run; none when left out. */
  readonly stored?: readonly number[];
}

/** Files from this size on are copied on another thread. */
const LARGE_BYTES = 1 << 20;
/** Files looked at to see how much guests wrote. */
const SAMPLE_COUNT = 256;
const BLOCK = 512;

/**
 * The bytes of the files of one or more layered file systems: host files in one private flat directory, named by number.
 * Nothing else about them is on the host: names, modes and owners are the LibOS's.
 */
export class Store {
  readonly binding: FileBinding;
  /** What the last {@link look} saw. */
  readonly seen = new HostStat();
  readonly #directory: number;
  readonly #quota: ByteQuota;
  readonly #log: StoreLog | undefined;
  readonly #copyLater: StoreOptions['copyLater'];
  /** Bytes of each file when it was last looked at. */
  readonly #bytes = new Map<number, number>();
  /** Files open for writing, which grow unseen. */
  readonly #growing = new Map<number, number>();
  #next = 1;

  constructor(options: StoreOptions) {
    this.binding = options.binding;
    this.#directory = options.directory;
    this.#quota = options.quota ?? new ByteQuota();
    this.#log = options.log;
    this.#copyLater = options.copyLater;
    for (const file of options.stored ?? []) {
      this.#next = Math.max(this.#next, file + 1);
      if (this.#quota.limit !== Infinity) this.#measure(file);
    }
  }

  /** Number for a new file. The host has it once it is opened. */
  allocate(): number {
    return this.#next++;
  }

  /**
   * Opens a file, a description of its own each time.
   *
   * @param file - Number.
   * @param flags - As the host is to see them.
   */
  open(file: number, flags: number): number {
    const frees = (flags & OpenFlags.O_TRUNC) !== 0 && (this.#bytes.get(file) ?? 0) > 0;
    const adds = (flags & 3) !== OpenFlags.O_RDONLY && !frees;
    if (adds && !this.hasRoom(0)) return -Errno.ENOSPC;
    const descriptor = this.binding.openat(this.#directory, nameOf(file), flags | OpenFlags.O_CREAT | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0o600, 0);
    if (descriptor >= 0 && !this.#bytes.has(file)) this.#bytes.set(file, 0);
    return descriptor;
  }

  /** A description that a guest can write through was opened. */
  writerOpened(file: number): void {
    this.#growing.set(file, (this.#growing.get(file) ?? 0) + 1);
  }

  /** It was closed. */
  writerClosed(file: number): void {
    const left = (this.#growing.get(file) ?? 1) - 1;
    this.#measure(file);
    if (left > 0) this.#growing.set(file, left);
    else this.#growing.delete(file);
  }

  /** Looks at a file; {@link seen} then says what it is. `-ENOENT` for one that was never opened. */
  look(file: number): number {
    return this.binding.statx(this.#directory, nameOf(file), AtFlags.AT_SYMLINK_NOFOLLOW, STATX_WANTED, this.seen.bytes);
  }

  resize(file: number, size: number): number {
    const descriptor = this.open(file, OpenFlags.O_WRONLY);
    if (descriptor < 0) return descriptor;
    const result = this.binding.ftruncate(descriptor, size);
    this.binding.close(descriptor);
    return result;
  }

  setTimes(file: number, atime: Time, mtime: Time): number {
    return this.binding.utimensat(this.#directory, nameOf(file), atime.sec, atime.nsec, mtime.sec, mtime.nsec, AtFlags.AT_SYMLINK_NOFOLLOW);
  }

  remove(file: number): void {
    this.binding.unlinkat(this.#directory, nameOf(file), 0);
    this.#quota.used -= this.#bytes.get(file) ?? 0;
    this.#bytes.delete(file);
    this.#growing.delete(file);
  }

  /**
   * Copies a file of the lower layer.
   *
   * @param from - Descriptor to read from; closed afterwards.
   * @param size - Its bytes.
   * @returns Number of the copy, or a negative error number; a promise of it for a large file.
   */
  copy(from: number, size: number): number | Promise<number> {
    const file = this.allocate();
    const to = this.hasRoom(size) ? this.open(file, OpenFlags.O_WRONLY) : -Errno.ENOSPC;
    if (to < 0) {
      this.binding.close(from);
      return to;
    }
    const finish = (result: number): number => {
      this.binding.close(from);
      this.binding.close(to);
      if (result < 0) {
        this.remove(file);
        return result;
      }
      this.#measure(file);
      return file;
    };
    if (size < LARGE_BYTES || this.#copyLater === undefined) return finish(this.binding.copyFile(from, to, size));
    return this.#copyLater(from, to).then(finish);
  }

  /** Whether more bytes fit below the limit; says so where they do not. */
  hasRoom(bytes: number): boolean {
    const { limit } = this.#quota;
    if (limit === Infinity) return true;
    this.measureGrowing(SAMPLE_COUNT);
    // With nothing left there is no room for the first byte of a file either.
    if (this.#quota.used + Math.max(1, bytes) <= limit) return true;
    this.#log?.warn({ bytes: this.#quota.used }, `file system is full: it may have ${limit} bytes`);
    return false;
  }

  /** Looks how much was written to files that are open for it. */
  measureGrowing(most = Infinity): void {
    let samples = most;
    for (const file of this.#growing.keys()) {
      if (samples-- <= 0) break;
      this.#measure(file);
    }
  }

  /** Bytes used and allowed. */
  get usage(): { readonly used: number; readonly limit: number } {
    return this.#quota;
  }

  /** Descriptor of the directory, for `statfs(2)`. It stays the store's. */
  get directory(): number {
    return this.#directory;
  }

  close(): void {
    this.binding.close(this.#directory);
  }

  #measure(file: number): void {
    if (this.look(file) < 0) return;
    // Holes take nothing, and what the host gives beyond the end is not the guest's wish.
    const bytes = Math.min(this.seen.size, this.seen.blocks * BLOCK);
    this.#quota.used += bytes - (this.#bytes.get(file) ?? 0);
    this.#bytes.set(file, bytes);
  }
}

function nameOf(file: number): Uint8Array {
  return cString(`${file}`);
}
