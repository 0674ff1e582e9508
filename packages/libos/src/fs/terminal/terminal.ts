import { O_ACCMODE, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { FileBinding } from '@occlum/native';

import { takeTerminal } from '../../process/controlling-terminal.js';
import type { ControllingTerminal } from '../../process/controlling-terminal.js';
import type { ProcessGroup, Session } from '../../process/session.js';
import type { FileDescription } from '../file-description.js';
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
export class Terminal extends Inode implements ControllingTerminal {
  declare readonly attributes: SyntheticAttributes;
  readonly type = 'char';
  readonly index: number;
  /** The other end has not unlocked it yet. */
  locked: boolean;
  session: Session | undefined;
  foreground: ProcessGroup | undefined;
  /** The other end is gone. */
  isHungUp = false;
  isElsewhere = false;
  /** The host tells what its keys raise. */
  isWatched = false;
  readonly #binding: FileBinding;
  readonly #handle: number;
  #keeper: number;
  readonly #closed: (() => void)[] = [];

  constructor({ fileSystem, index, uid, handle, keeper, locked }: TerminalOptions) {
    super(new TerminalAttributes(fileSystem, 'char', { mode: 0o620, uid, gid: TTY_GROUP, rdev: makedev(PTY_MAJOR, index) }));
    this.index = index;
    this.locked = locked;
    this.#binding = fileSystem.binding;
    this.#handle = handle;
    this.#keeper = keeper;
  }

  get device(): number {
    return this.attributes.rdev;
  }

  override open({ flags, context }: OpenRequest): Opened | number {
    if (this.locked || this.isHungUp) return -Errno.EIO;
    const hostFd = this.reopen(flags);
    if (hostFd < 0) return hostFd;
    if (this.#keeper >= 0) this.#binding.close(this.#keeper);
    this.#keeper = -1;
    const process = context?.process;
    const isFree = this.session === undefined && (flags & O_ACCMODE) !== OpenFlags.O_WRONLY;
    if (process !== undefined && (flags & OpenFlags.O_NOCTTY) === 0 && isFree) {
      if (process.session.sid === process.pid && process.terminal === undefined) takeTerminal(this, process);
    }
    return { hostFd, kind: FdKind.terminal };
  }

  /** A host descriptor of the guest's end. */
  reopen(flags: number): number {
    return this.#binding.reopen(this.#handle, (flags & (3 | OpenFlags.O_NONBLOCK)) | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC);
  }

  /** Whether the other end is closed, as the host sees it now: EIO. Another user's terminal cannot be opened either (EACCES), and is there. */
  isAlone(): boolean {
    const probe = this.reopen(OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
    if (probe >= 0) this.#binding.close(probe);
    return probe === -Errno.EIO;
  }

  /** Adds something to do when it is gone. */
  onClose(action: () => void): void {
    this.#closed.push(action);
  }

  /** It is gone: nobody can open it any more. */
  close(): void {
    this.isHungUp = true;
    for (const action of this.#closed.splice(0)) action();
    this.#binding.close(this.#handle);
    if (this.#keeper >= 0) this.#binding.close(this.#keeper);
    this.#keeper = -1;
  }
}

/** The terminal whose guest's end a description is, also by way of /dev/tty. */
export function terminalOf({ object, inode }: FileDescription): Terminal | undefined {
  if (object instanceof Terminal) return object;
  return inode instanceof Terminal ? inode : undefined;
}
