import { Capability } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Process } from '../../process/process.js';
import type { Thread } from '../../process/thread.js';
import { textOf } from '../byte-string.js';
import type { Directory, Inode } from '../inode.js';
import type { Location } from '../location.js';
import type { OpenRequest } from '../open-request.js';
import type { PathCaller } from '../path-caller.js';
import type { FileCredentials } from '../permissions.js';
import { isError } from '../result.js';
import type { InodeType } from '../stat.js';
import { SyntheticAttributes, SyntheticDirectory, SyntheticFile, SyntheticLink } from '../synthetic/synthetic-inode.js';
import type { NameSource } from '../synthetic/synthetic-inode.js';
import { descriptorInfoNames, descriptorNames, owner, shownPath } from './descriptor-links.js';
import { guestText } from './host-text.js';
import { networkDirectory } from './network-files.js';
import type { ProcessFiles } from './process-file-system.js';
import { processMaps } from './process-maps.js';
import { limitsText, mountinfoText, mountsText, readHostProcess, statText, statusText } from './process-text.js';

/** Inode numbers: a block for each process or thread; see descriptor-links.ts for the upper half of it. */
const BLOCK = 2 ** 20;
/** Bit of inode numbers in the directory of a thread. */
const OF_THREAD = 2 ** 19;

/** One name of a process's directory, and how it is made. */
interface Entry {
  readonly type: InodeType;
  /** Permission bits that differ from 0444 of files and 0555 of directories. */
  readonly mode?: number;
  /** How many directories are in it, where its links tell. */
  readonly count?: (subject: Subject) => number;
  readonly make: (subject: Subject, place: Place) => Inode;
}

interface Place {
  readonly parent: Directory;
  readonly name: string;
  readonly attributes: SyntheticAttributes;
}

/** Whose directory it is: a process, or one of its threads. */
interface Subject {
  readonly files: ProcessFiles;
  readonly process: Process;
  readonly thread: Thread | undefined;
}

const file = (content: (subject: Subject, request: OpenRequest) => string | number, mode = 0o444): Entry => ({
  type: 'file',
  mode,
  make: (subject, { attributes }) => new SyntheticFile(attributes, (request) => (isOver(subject) ? -Errno.ESRCH : content(subject, request))),
});

const link = (target: (process: Process) => Location | undefined): Entry => ({
  type: 'symlink',
  make: ({ process }, { attributes }) =>
    new SyntheticLink(
      attributes,
      ({ files: { root }, credentials }: PathCaller) => {
        if (!mayInspect(credentials, process)) return -Errno.EACCES;
        const location = target(process);
        return location === undefined ? -Errno.ENOENT : shownPath(location, root);
      },
      ({ credentials }) => (mayInspect(credentials, process) ? (target(process) ?? -Errno.ENOENT) : -Errno.EACCES),
    ),
});

const directory = (names: (subject: Subject, self: () => Directory) => NameSource, mode = 0o555): Entry => ({
  type: 'directory',
  mode,
  make: (subject, { attributes, parent, name }) => {
    // The names are asked for only once the directory is there.
    const made: SyntheticDirectory = new SyntheticDirectory(attributes, { parent, name }, names(subject, () => made));
    return made;
  },
});

/** What processes and threads both have. */
const SHARED: Readonly<Record<string, Entry>> = {
  status: file(({ process, thread, files }) => statusText(process, thread, readHostProcess(files.binding, process, thread))),
  stat: file(({ process, thread, files }) => statText(process, thread, readHostProcess(files.binding, process, thread))),
  statm: file(({ process, files }) => `${readHostProcess(files.binding, process).statm.join(' ')}\n`),
  maps: file(({ process, files }, { credentials }) =>
    mayInspect(credentials, process) ? processMaps(files.binding, process, files.trees()) : -Errno.EACCES,
  ),
  cmdline: file(({ process }) => (process.arena === undefined ? '' : textOf(process.arena.commandLine()))),
  comm: file(({ process, thread }) => `${thread?.name ?? process.name}\n`, 0o644),
  environ: file(environment, 0o400),
  limits: file(({ process }) => limitsText(process)),
  mounts: file(({ process, files }) => mountsText(process, files.mounts)),
  mountinfo: file(({ process, files }) => mountinfoText(process, files.mounts), 0o444),
  cgroup: file(() => '0::/\n'),
  cpuset: file(() => '/\n'),
  oom_score: file(() => '0\n'),
  oom_score_adj: file(() => '0\n', 0o644),
  loginuid: file(() => '4294967295', 0o644),
  sessionid: file(() => '4294967295'),
  uid_map: file(() => '         0          0 4294967295\n', 0o644),
  gid_map: file(() => '         0          0 4294967295\n', 0o644),
  wchan: file(() => '0'),
  exe: link(({ executable }) => executable),
  cwd: link(({ files }) => files.cwd),
  root: link(({ files }) => files.root),
  fd: directory(({ process, files }) => descriptorNames(process, files.fileSystem, () => files.mount()), 0o500),
  fdinfo: directory(({ process, files }) => descriptorInfoNames(process, files.fileSystem)),
  net: { type: 'directory', make: ({ files }, place) => networkDirectory(place, files.network) },
};

const OF_PROCESS: Readonly<Record<string, Entry>> = {
  ...SHARED,
  // Programs look at its links to learn whether they have one thread only.
  task: { ...directory((subject, self) => threadNames(subject, self)), count: ({ process }) => process.threads.size },
};

/** `/proc/N` of a process. */
export function processDirectory(files: ProcessFiles, process: Process, parent: Directory): SyntheticDirectory {
  const subject = { files, process, thread: undefined };
  return subjectDirectory(subject, OF_PROCESS, { parent, name: `${process.pid}`, ino: process.pid * BLOCK });
}

function threadNames({ files, process }: Subject, self: () => Directory): NameSource {
  return {
    lookup: (name) => {
      const thread = /^[1-9]\d*$/.test(name) ? process.threads.get(Number(name)) : undefined;
      if (thread === undefined) return undefined;
      return subjectDirectory({ files, process, thread }, SHARED, { parent: self(), name, ino: thread.tid * BLOCK + OF_THREAD });
    },
    list: () => [...process.threads.keys()].map((tid) => ({ name: `${tid}`, ino: tid * BLOCK + OF_THREAD, type: 'directory' as const })),
  };
}

function subjectDirectory(subject: Subject, entries: Readonly<Record<string, Entry>>, place: { parent: Directory; name: string; ino: number }): SyntheticDirectory {
  const { files, process } = subject;
  const inos = new Map(Object.keys(entries).map((name, index) => [name, place.ino + 1 + index]));
  const made: { directory?: SyntheticDirectory } = {};
  const names: NameSource = {
    lookup: (name) => {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
      const parent = made.directory;
      if (entry === undefined || parent === undefined || isOver(subject)) return undefined;
      const { mode, count } = entry;
      const options = {
        ino: inos.get(name) ?? 0,
        ...owner(process),
        ...(mode === undefined ? {} : { mode }),
        ...(count === undefined ? {} : { moreLinks: () => count(subject) }),
      };
      return entry.make(subject, { parent, name, attributes: new SyntheticAttributes(files.fileSystem, entry.type, options) });
    },
    list: () => (isOver(subject) ? [] : Object.entries(entries).map(([name, { type }]) => ({ name, type, ino: inos.get(name) ?? 0 }))),
  };
  const attributes = new SyntheticAttributes(files.fileSystem, 'directory', { ...owner(process), ino: place.ino });
  made.directory = new SyntheticDirectory(attributes, place, names);
  return made.directory;
}

/** A process that was waited for, or a thread that ended, has no files any more. */
function isOver({ process, thread }: Subject): boolean {
  return process.state === 'reaped' || thread?.gone === true;
}

/** Whether a process may see where another one is and what it maps. Source: linux/kernel/ptrace.c, `__ptrace_may_access`. */
function mayInspect(credentials: FileCredentials, { credentials: { uid, euid, suid } }: Process): boolean {
  const isSame = [uid, euid, suid].every((id) => id === credentials.fsuid);
  return isSame || credentials.hasCapability(Capability.CAP_SYS_PTRACE);
}

/** The host keeps it where the program was started, so it is what the guest's own environment was. */
function environment({ process, files }: Subject): string | number {
  const text = guestText(files.binding, process.hostPid, 'environ');
  return isError(text) ? -Errno.EACCES : text;
}
