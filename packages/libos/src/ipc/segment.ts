import { AtFlags, FcntlCommand, MemfdFlags, OpenFlags, PAGE_SIZE, SealFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import { cString } from '../fs/byte-string.js';
import { HostStat, STATX_WANTED } from '../fs/host/host-stat.js';
import type { Credentials } from '../process/credentials.js';
import { IpcObject } from './ipc-object.js';

const SIZE_SEALS = SealFlags.F_SEAL_SEAL | SealFlags.F_SEAL_SHRINK | SealFlags.F_SEAL_GROW;
/** Bytes of a unit that `stat(2)` counts. */
const BLOCK_BYTES = 512;

/** What a {@link Segment} is made with. */
export interface SegmentOptions {
  readonly key: number;
  readonly mode: number;
  readonly credentials: Credentials;
  /** Bytes. */
  readonly size: number;
  readonly pid: number;
  readonly now: number;
}

/** A segment of shared memory: a file in the host's memory whose size nobody can change. */
export class Segment extends IpcObject {
  /** Names it to runtimes; no other one of the enclave ever has it. */
  readonly token: number;
  /** Bytes, as they were asked for. */
  readonly size: number;
  readonly cpid: number;
  /** Process of the last attach or detach; 0 before the first. */
  lpid = 0;
  atime = 0;
  dtime = 0;
  /** Mappings of it in all processes. */
  attachments = 0;
  readonly #binding: FileBinding;
  readonly #memory: number;

  private constructor(binding: FileBinding, memory: number, token: number, { key, mode, credentials, size, pid, now }: SegmentOptions) {
    super(key, mode, credentials, now);
    this.#binding = binding;
    this.#memory = memory;
    this.token = token;
    this.size = size;
    this.cpid = pid;
  }

  /** Makes one; a negative error number where the host has no room for it. */
  static make(binding: FileBinding, token: number, options: SegmentOptions): Segment | number {
    const memory = binding.memfdCreate(cString('occlum-segment'), MemfdFlags.MFD_CLOEXEC | MemfdFlags.MFD_ALLOW_SEALING);
    if (memory < 0) return -Errno.ENOMEM;
    const sized = binding.ftruncate(memory, pagesOf(options.size) * PAGE_SIZE);
    const sealed = sized < 0 ? sized : binding.fcntl(memory, FcntlCommand.F_ADD_SEALS, SIZE_SEALS);
    if (sealed >= 0) return new Segment(binding, memory, token, options);
    binding.close(memory);
    return -Errno.ENOMEM;
  }

  get pages(): number {
    return pagesOf(this.size);
  }

  /** Bytes of the host's memory that it takes now. */
  get residentBytes(): number {
    const status = new HostStat();
    const result = this.#binding.statx(this.#memory, cString(''), AtFlags.AT_EMPTY_PATH, STATX_WANTED, status.bytes);
    return result < 0 ? 0 : status.blocks * BLOCK_BYTES;
  }

  /** A descriptor of its memory for a guest, which can write only if it may; the caller closes it. */
  open(access: 'read' | 'write'): number {
    return this.#binding.reopen(this.#memory, (access === 'read' ? OpenFlags.O_RDONLY : OpenFlags.O_RDWR) | OpenFlags.O_CLOEXEC);
  }

  /** Gives its memory back, once no guest has it mapped. */
  close(): void {
    this.#binding.close(this.#memory);
  }
}

/** Pages that so many bytes take. */
export function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE);
}
