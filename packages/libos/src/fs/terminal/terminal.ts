import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { FileBinding } from '@occlum/native';

import type { Process } from '../../process/process.js';
import type { Session } from '../../process/session.js';
import { Inode } from '../inode.js';
import type { AttributeChange, Opened } from '../inode.js';
import type { OpenRequest } from '../open-request.js';
import { makedev } from '../stat.js';
import { SyntheticAttributes } from '../synthetic/synthetic-inode.js';
import type { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';

/** Major number of pseudo terminals, and the group that may write to them. Source: linux/include/uapi/linux/major.h, `UNIX98_PTY_SLAVE_MAJOR`. */
const PTY_MAJOR = 136;
const TTY_GROUP = 5;

/** Attributes that the owner may change. */
class TerminalAttributes extends SyntheticAttributes {
  override change({ mode, uid, gid }: AttributeChange): number {
    if (mode !== undefined) this.mode = (this.mode & ~0o7777) | mode;
    this.uid = uid ?? this.uid;
    this.gid = gid ?? this.gid;
    return 0;
  }
}

/** What makes a {@link Terminal}. */
export interface TerminalOptions {
  readonly fileSystem: SyntheticFileSystem;
  /** Its number in /dev/pts. */
  readonly index: number;
  readonly uid: number;
  /** `O_PATH` handle of the host's terminal; belongs to it now. It keeps nobody from seeing a hang-up. */
  readonly handle: number;
  /** Descriptor of the host's terminal that is closed once a guest has opened it; -1 for none. A terminal nobody ever had open is not hung up. */
  readonly keeper: number;
  readonly locked: boolean;
}

/** A terminal: the guest's end of one of the host's, as /dev/pts/N. Whose it is, and whom it signals, is the LibOS's. */
export class Terminal extends Inode {
  declare readonly attributes: SyntheticAttributes;
  readonly type = 'char';
  readonly index: number;
  /** The other end has not unlocked it yet. */
  locked: boolean;
  readonly #binding: FileBinding;
  readonly #handle: number;
  #keeper: number;
  #session: Session | undefined;

  constructor({ fileSystem, index, uid, handle, keeper, locked }: TerminalOptions) {
    super(new TerminalAttributes(fileSystem, 'char', { mode: 0o620, uid, gid: TTY_GROUP, rdev: makedev(PTY_MAJOR, index) }));
    this.index = index;
    this.locked = locked;
    this.#binding = fileSystem.binding;
    this.#handle = handle;
    this.#keeper = keeper;
  }

  /** The session whose controlling terminal it is. */
  get session(): Session | undefined {
    return this.#session?.terminal === this ? this.#session : undefined;
  }

  /** Makes it the controlling terminal of a process's session, and the process's group the foreground one. */
  control(process: Process): void {
    this.#session = process.session;
    process.session.terminal = this;
    process.session.foreground = process.group;
  }

  override open({ flags, context }: OpenRequest): Opened | number {
    if (this.locked) return -Errno.EIO;
    const hostFd = this.reopen(flags);
    if (hostFd < 0) return hostFd;
    if (this.#keeper >= 0) this.#binding.close(this.#keeper);
    this.#keeper = -1;
    const process = context?.process;
    if (process !== undefined && (flags & OpenFlags.O_NOCTTY) === 0 && this.session === undefined) {
      const { session } = process;
      if (session.sid === process.pid && session.terminal === undefined) this.control(process);
    }
    return { hostFd, kind: FdKind.terminal };
  }

  /** A host descriptor of the guest's end. */
  reopen(flags: number): number {
    return this.#binding.reopen(this.#handle, (flags & (3 | OpenFlags.O_NONBLOCK)) | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC);
  }

  /** It is gone: nobody can open it any more. */
  close(): void {
    this.#binding.close(this.#handle);
    if (this.#keeper >= 0) this.#binding.close(this.#keeper);
    this.#keeper = -1;
  }
}
