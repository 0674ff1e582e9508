import { AtFlags, FcntlCommand, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { ProcessDescriptor } from '../../process/process-descriptor.js';
import type { Process } from '../../process/process.js';
import { Inode } from '../inode.js';
import type { Later, Opened } from '../inode.js';
import { Location, pathOf } from '../location.js';
import type { Mount } from '../mount.js';
import type { OpenRequest } from '../open-request.js';
import type { PathCaller } from '../path-caller.js';
import { isError } from '../result.js';
import type { InodeType } from '../stat.js';
import { HostStat, STATX_WANTED } from '../host/host-stat.js';
import { cString } from '../byte-string.js';
import type { NameSource } from '../synthetic/synthetic-inode.js';
import { SyntheticAttributes, SyntheticFile, SyntheticLink } from '../synthetic/synthetic-inode.js';
import type { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';

const EMPTY = cString('');
/** Arguments of a call; a descriptor that is none of them is asked for by its number above these. See arena.h, `fd_wanted`. */
const ARGUMENTS = 6;
const NUMBER = /^(0|[1-9]\d{0,4})$/;

/** What a descriptor without a place in the file systems stands for: only the process itself can give it again. */
class OpenDescriptor extends Inode {
  readonly type: InodeType;
  readonly #process: Process;
  readonly #number: number;
  readonly #fileSystem: SyntheticFileSystem;

  constructor(attributes: SyntheticAttributes, type: InodeType, process: Process, number: number) {
    super(attributes);
    this.type = type;
    this.#fileSystem = attributes.fileSystem;
    this.#process = process;
    this.#number = number;
  }

  /**
   * Opens a pipe or terminal anew, as its type allows, or a file that the program was started with, for no more than the
   * descriptor is open for; what else there is has no way to be opened again.
   *
   * Source: decisions.md 12: the host's /proc of a guest is never opened on a guest's word.
   */
  override open({ flags, context }: OpenRequest): Later<Opened> {
    if (context?.process !== this.#process) return -Errno.ENXIO;
    const hostFd = context.hostFd(ARGUMENTS + this.#number);
    if (hostFd < 0) return hostFd;
    const { binding } = this.#fileSystem;
    const seen = new HostStat();
    const looked = binding.statx(hostFd, EMPTY, AtFlags.AT_EMPTY_PATH, STATX_WANTED, seen.bytes);
    if (looked < 0) return looked;
    const isTerminal = seen.type === 'char' && Math.floor(seen.rdev / 256) >= FIRST_TERMINAL_MAJOR && seen.rdev < LAST_TERMINAL;
    if (seen.type === 'file' && !isWithin(flags, binding.fcntl(hostFd, FcntlCommand.F_GETFL, 0))) return -Errno.EACCES;
    if (seen.type !== 'fifo' && seen.type !== 'file' && !isTerminal) return -Errno.ENXIO;
    const opened = binding.reopen(hostFd, flags & REOPEN_FLAGS);
    const inode = new ReopenedDescriptor(new SyntheticAttributes(this.#fileSystem, 'file'));
    if (opened < 0) return opened;
    return { hostFd: opened, kind: isTerminal ? FdKind.terminal : seen.type === 'fifo' ? FdKind.pipe : FdKind.file, inode };
  }
}

/** Whether an open asks for no access that a description does not have. A truncation is a write. */
function isWithin(flags: number, status: number): boolean {
  if (status < 0) return false;
  const access = status & 3;
  if (access === OpenFlags.O_RDWR) return true;
  return access === (flags & 3) && ((flags & OpenFlags.O_TRUNC) === 0 || access === OpenFlags.O_WRONLY);
}

/** A descriptor that was opened anew: what it is the host says. */
class ReopenedDescriptor extends Inode {
  readonly type = 'file';

  override stat(): number {
    return -Errno.ESTALE;
  }

  override open(): number {
    return -Errno.ENXIO;
  }
}

/** What a guest may ask of a descriptor that is opened anew. */
const REOPEN_FLAGS = 3 | OpenFlags.O_TRUNC | OpenFlags.O_NONBLOCK | OpenFlags.O_APPEND | OpenFlags.O_CLOEXEC;
/** Device numbers of terminals: majors 136 to 143. Source: linux/include/uapi/linux/major.h. */
const FIRST_TERMINAL_MAJOR = 136;
const LAST_TERMINAL = 144 * 256;

/**
 * `/proc/N/fd` and `/proc/N/fdinfo`: the descriptors that the process says it has, and what the kernel granted behind them.
 *
 * @param process - Whose.
 * @param fileSystem - Where.
 * @param mount - Its mount, for what has no place of its own.
 */
export function descriptorNames(process: Process, fileSystem: SyntheticFileSystem, mount: () => Mount): NameSource {
  const link = (number: number): SyntheticLink =>
    new SyntheticLink(
      new SyntheticAttributes(fileSystem, 'symlink', { mode: 0o700, ...owner(process), ino: inoOf(process, number) }),
      (caller) => linkText(process, number, caller),
      () => follow(process, number, fileSystem, mount),
    );
  return {
    lookup: (name) => (NUMBER.test(name) && isOpen(process, Number(name)) ? link(Number(name)) : undefined),
    list: () => openNumbers(process).map((number) => ({ name: `${number}`, ino: inoOf(process, number), type: 'symlink' as const })),
  };
}

/** `/proc/N/fdinfo`. Source: proc_pid_fdinfo(5). */
export function descriptorInfoNames(process: Process, fileSystem: SyntheticFileSystem): NameSource {
  const text = (number: number): string => {
    const description = process.descriptionOf(number);
    const flags = (description?.flags ?? 2).toString(8);
    const common = `pos:\t${description?.position ?? 0}\nflags:\t0${flags}\nmnt_id:\t${description?.location?.mount.id ?? 0}\nino:\t${description?.inode?.ino ?? 0}\n`;
    return description?.object instanceof ProcessDescriptor ? `${common}${ofProcess(description.object.process)}` : common;
  };
  return {
    lookup: (name) => {
      if (!NUMBER.test(name) || !isOpen(process, Number(name))) return undefined;
      return new SyntheticFile(new SyntheticAttributes(fileSystem, 'file', { ...owner(process), ino: inoOf(process, Number(name)) + INFO }), () => text(Number(name)));
    },
    list: () => openNumbers(process).map((number) => ({ name: `${number}`, ino: inoOf(process, number) + INFO, type: 'file' as const })),
  };
}

/** Source: proc_pid_fdinfo(5), "Pid". */
function ofProcess({ pid, state }: Process): string {
  const shown = state === 'reaped' ? -1 : pid;
  return `Pid:\t${shown}\nNSpid:\t${shown}\n`;
}

/** Who owns the files of a process. */
export function owner({ credentials }: Process): { readonly uid: number; readonly gid: number } {
  return { uid: credentials.euid, gid: credentials.egid };
}

function isOpen(process: Process, number: number): boolean {
  const { arena } = process;
  return arena !== undefined && number < arena.descriptorEnd && arena.descriptor(number).kind !== FdKind.none;
}

function openNumbers(process: Process): number[] {
  const end = process.arena?.descriptorEnd ?? 0;
  return Array.from({ length: end }, (_, number) => number).filter((number) => isOpen(process, number));
}

function follow(process: Process, number: number, fileSystem: SyntheticFileSystem, mount: () => Mount): Location | number {
  if (!isOpen(process, number)) return -Errno.ENOENT;
  const description = process.descriptionOf(number);
  if (description?.location !== undefined) return description.location;
  if (description?.inode !== undefined) return new Location(mount(), description.inode);
  const type = TYPES[process.arena?.descriptor(number).kind ?? FdKind.none] ?? 'file';
  const attributes = new SyntheticAttributes(fileSystem, type, { mode: 0o600, ...owner(process), ino: inoOf(process, number) + INFO });
  return new Location(mount(), new OpenDescriptor(attributes, type, process, number));
}

/** Types of what has no inode, by `FdKind`. */
const TYPES: Readonly<Record<number, InodeType>> = {
  [FdKind.pipe]: 'fifo',
  [FdKind.inet]: 'socket',
  [FdKind.unix]: 'socket',
  [FdKind.datagram]: 'socket',
  [FdKind.terminal]: 'char',
};

function linkText(process: Process, number: number, { files }: PathCaller): string | number {
  if (!isOpen(process, number)) return -Errno.ENOENT;
  const description = process.descriptionOf(number);
  if (description?.location !== undefined) return shownPath(description.location, files.root);
  if (description !== undefined && description.label !== '') return description.label;
  const kind = process.arena?.descriptor(number).kind;
  if (kind === FdKind.pipe) return `pipe:[${description?.id ?? number}]`;
  return kind === FdKind.inet || kind === FdKind.unix ? `socket:[${description?.id ?? number}]` : 'anon_inode:[unknown]';
}

/** A path as links of /proc show it: a name that is gone is marked. */
export function shownPath(location: Location, root: Location): string {
  const { text, deleted } = pathOf(location, root);
  if (deleted) return `${text} (deleted)`;
  if (location.inode.type !== 'file') return text;
  const stat = location.inode.stat();
  return !isError(stat) && stat.nlink === 0 ? `${text} (deleted)` : text;
}

/** Inode numbers: a block for each process, descriptors in the upper half of it. */
const BLOCK = 2 ** 20;
const FIRST_DESCRIPTOR = 2 ** 16;
const INFO = 2 ** 18;

function inoOf({ pid }: Process, number: number): number {
  return pid * BLOCK + FIRST_DESCRIPTOR + number;
}
