import { AT_FDCWD, AtFlags, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { FileBinding } from '@occlum/native';

import { cString } from '../byte-string.js';
import { HostStat, STATX_WANTED } from '../host/host-stat.js';
import { Inode } from '../inode.js';
import type { Opened } from '../inode.js';
import type { OpenRequest } from '../open-request.js';
import { makedev } from '../stat.js';
import { SyntheticAttributes } from '../synthetic/synthetic-inode.js';
import type { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';

const EMPTY = cString('');

/** Memory devices that nobody can harm, by name and minor number of major 1. Source: linux/Documentation/admin-guide/devices.txt. */
export const HARMLESS_DEVICES: Readonly<Record<string, number>> = { null: 3, zero: 5, full: 7, random: 8, urandom: 9 };
const MEMORY_MAJOR = 1;

/** One of the host's memory devices, given to guests as it is. */
export class HostDevice extends Inode {
  declare readonly attributes: SyntheticAttributes;
  readonly type = 'char';
  readonly #binding: FileBinding;
  readonly #path: Uint8Array;
  /** `O_PATH` handle; made with the first open. */
  #handle: number | undefined;

  /**
   * @param fileSystem - Where it is.
   * @param name - One of {@link HARMLESS_DEVICES}.
   */
  constructor(fileSystem: SyntheticFileSystem, name: string) {
    super(new SyntheticAttributes(fileSystem, 'char', { mode: 0o666, rdev: makedev(MEMORY_MAJOR, HARMLESS_DEVICES[name] ?? 0) }));
    this.#binding = fileSystem.binding;
    this.#path = cString(`/dev/${name}`);
  }

  override open({ flags }: OpenRequest): Opened | number {
    const handle = this.#find();
    if (handle < 0) return handle;
    const hostFd = this.#binding.reopen(handle, (flags & (3 | OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK)) | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC);
    return hostFd < 0 ? hostFd : { hostFd, kind: FdKind.file };
  }

  close(): void {
    if (this.#handle !== undefined) this.#binding.close(this.#handle);
    this.#handle = undefined;
  }

  /** The host's device, if it is one: anybody could have put something else there. */
  #find(): number {
    if (this.#handle !== undefined) return this.#handle;
    const handle = this.#binding.openat(AT_FDCWD, this.#path, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0, 0);
    if (handle < 0) return -Errno.ENXIO;
    const seen = new HostStat();
    const result = this.#binding.statx(handle, EMPTY, AtFlags.AT_EMPTY_PATH, STATX_WANTED, seen.bytes);
    if (result < 0 || seen.type !== 'char' || seen.rdev !== this.attributes.rdev) {
      this.#binding.close(handle);
      return -Errno.ENXIO;
    }
    this.#handle = handle;
    return handle;
  }
}
