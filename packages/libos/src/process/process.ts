import type { InterruptTarget } from '@occlum/interrupt';
import { ProcessPage, ThreadSlot } from '@occlum/native';
import type { CpuSet, SchedAgent } from '@occlum/sched';

import type { FileDescription } from '../fs/file-description.js';
import type { FileSystemContext } from '../fs/file-system-context.js';
import type { Location } from '../fs/location.js';
import type { ProcessArena } from '../kernel/arena.js';
import type { ProcessLink } from '../kernel/process-link.js';
import { WaitQueue } from '../kernel/wait-queue.js';
import { PendingSignals } from '../signal/pending-signals.js';
import type { ControllingTerminal } from './controlling-terminal.js';
import type { Credentials } from './credentials.js';
import type { Limits } from './limits.js';
import type { ProcessTable } from './process-table.js';
import type { ProcessGroup, Session } from './session.js';
import { Thread } from './thread.js';
import { NO_USAGE } from './usage.js';
import type { Usage } from './usage.js';

/** What a new process is made with. */
export interface ProcessOptions {
  readonly pid: number;
  /** `undefined` for the first process of a tree, whose parent is the kernel. */
  readonly parent: Process | undefined;
  /** Who forked it, also where that is not the parent; `undefined` for one started from outside. */
  readonly creator?: Process;
  readonly group: ProcessGroup;
  readonly credentials: Credentials;
  readonly files: FileSystemContext;
  readonly limits: Limits;
  readonly exitSignal: number;
  readonly startedAtMs: number;
}

/** What becomes of a process when its new image reports. */
export interface PreparedExec {
  /** The thread that executes. */
  readonly tid: number;
  readonly executable: Location;
  readonly path: string;
}

/** How a process is: `zombie` from its end until it was waited for. */
export type ProcessState = 'new' | 'running' | 'zombie' | 'reaped';

/** One process of the LibOS; while it runs, one process of the host. */
export class Process {
  readonly pid: number;
  parent: Process | undefined;
  readonly children = new Set<Process>();
  group: ProcessGroup;
  state: ProcessState = 'new';

  credentials: Credentials;
  /** Root and current directory, umask. */
  files: FileSystemContext;
  limits: Limits;
  /** Objects it may name, by id. */
  readonly grants = new Map<number, FileDescription>();

  readonly threads = new Map<number, Thread>();
  /** Thread of each slot. */
  readonly slots: (Thread | undefined)[] = [];
  /** What ties it to its host process; `undefined` before that is prepared and after it ended. */
  link: ProcessLink | undefined;
  /** Process id on the host, as host or supervisor said; 0 before that. */
  hostPid = 0;
  /** Interrupts its threads, while its host process is known. */
  interrupts: InterruptTarget | undefined;

  /** The process that was started from outside, from which it descends; itself for that one. */
  readonly root: Process;
  /** Who forked it, while its host process has not reported yet: it is among that one's {@link preparedChildren}. */
  creator: Process | undefined;

  /** What it runs: the file, and its path as execve got it resolved. */
  executable: Location | undefined;
  executablePath = '';
  /** Name of the program as `comm` starts out. */
  name = '';
  /** An exec that was prepared, while its image has not reported yet. */
  preparedExec: PreparedExec | undefined;
  /** Children whose host process has not reported yet. */
  readonly preparedChildren = new Set<Process>();
  /** The host's clone of it was let through. */
  isCloning = false;
  /** It has run another program since it was forked: `setpgid(2)` of the parent is EACCES. */
  hasExecuted = false;
  /** It runs in its parent's memory, and its parent waits for it: from a vfork to its exec. */
  borrowsMemory = false;

  /** Signals for any of its threads. */
  readonly pending = new PendingSignals();
  /** Signal the parent gets at its end; 0 for none. */
  exitSignal: number;
  /** Wait status, once its end is decided; the first decision holds. */
  exit: number | undefined;
  /** The signal that stopped it; 0 while it runs. */
  stoppedBy = 0;
  /** It is stopped, and all of its threads stand. */
  stands = false;
  /** A key is to stop it once it has given its parent's memory back. */
  isToStop = false;
  /** A stop that nobody has waited for yet. */
  stopReported = true;
  /** A continue that nobody has waited for yet. */
  continueReported = true;
  /** How often it was stopped and went on: that ends some waits. */
  timesContinued = 0;
  /** Woken when a child ends, stops or goes on. */
  readonly childChange = new WaitQueue();
  /** Woken when a signal is queued for it or one of its threads. */
  readonly signalArrived = new WaitQueue();
  /** Woken when one is queued, taken or dropped. */
  readonly pendingChanged = new WaitQueue();
  /** Of one that was started from outside: woken when a signal has stopped it, or what descends from it. */
  readonly stopped = new WaitQueue();
  /** Woken when its host process has ended. */
  readonly ended = new WaitQueue();

  /** Its controlling terminal, which other processes of its session may have too; `undefined` where it has none. */
  terminal: ControllingTerminal | undefined;
  /** Of a session's leader: the foreground group of a terminal that was hung up. */
  formerForeground: ProcessGroup | undefined;
  /** Whoever started it from outside continues it when it is stopped, as a shell does. */
  isContinuedOutside = false;

  /** Signal it gets when its parent ends; 0 for none. */
  parentDeathSignal = 0;
  dumpable = 1;
  /** Of one that was started from outside: the only CPUs that it and what descends from it may run on; those of the enclave when left out. */
  cpuset: CpuSet | undefined;
  /** Of the same: CPUs' worth of time that they have together; no limit of their own when left out. */
  cpus: number | undefined;
  noNewPrivileges = false;
  isSubreaper = false;
  usage: Usage = NO_USAGE;
  childrenUsage: Usage = NO_USAGE;
  /** Milliseconds of the kernel's monotonic clock. */
  readonly startedAtMs: number;

  constructor(options: ProcessOptions) {
    this.pid = options.pid;
    this.parent = options.parent;
    this.group = options.group;
    this.credentials = options.credentials;
    this.files = options.files;
    this.limits = options.limits;
    this.exitSignal = options.exitSignal;
    this.startedAtMs = options.startedAtMs;
    this.root = options.creator?.root ?? this;
    this.creator = options.creator;
    options.parent?.children.add(this);
    options.group.members.add(this);
  }

  /** Memory shared with it. */
  get arena(): ProcessArena | undefined {
    return this.link?.arena;
  }

  /** Started from outside: whoever started it waits for it. */
  get isRoot(): boolean {
    return this.root === this;
  }

  get session(): Session {
    return this.group.session;
  }

  /** Pid of the parent; 0 for the first of a tree. */
  get ppid(): number {
    return this.parent?.pid ?? 0;
  }

  /** The first thread; `undefined` once it ended before others. */
  get leader(): Thread | undefined {
    return this.threads.get(this.pid);
  }

  /** Makes its first thread, in the first slot. */
  startLeader(table: ProcessTable, sched: SchedAgent, pending?: PendingSignals): Thread {
    const thread = new Thread(this, { tid: this.pid, slot: 0, name: this.name, sched, pending });
    this.threads.set(thread.tid, thread);
    this.slots[0] = thread;
    table.threads.set(thread.tid, thread);
    this.arena?.setSlotWord(0, ThreadSlot.tid, thread.tid);
    return thread;
  }

  /** Its host process has reported, or never will: its creator has nothing to do with it any more. */
  reported(): void {
    this.creator?.preparedChildren.delete(this);
    this.creator = undefined;
  }

  /** Lets it name an object, and so the children that are about to be forked from it. */
  grant(description: FileDescription): void {
    if (this.grants.has(description.id)) return;
    this.grants.set(description.id, description);
    description.retain();
    for (const child of this.preparedChildren) child.grant(description);
  }

  /** Takes an object away; none of its descriptors stands for it any more. */
  release(id: number): void {
    const description = this.grants.get(id);
    if (description === undefined) return;
    this.grants.delete(id);
    description.release(this);
  }

  /**
   * What one of its descriptors stands for, as far as the process says so: one that it was granted, or none.
   *
   * @param fd - Any number.
   */
  descriptionOf(fd: number): FileDescription | undefined {
    const { arena } = this;
    return arena === undefined || fd < 0 || fd >= arena.descriptorEnd ? undefined : this.grants.get(arena.descriptor(fd).object);
  }

  /** Writes its parent's pid where its runtime answers `getppid(2)` from. */
  showParent(): void {
    this.arena?.setPageWord(ProcessPage.ppid, this.ppid);
  }

  /** Whether its terminal is another group's now. */
  get isInBackground(): boolean {
    const { terminal } = this;
    if (terminal === undefined) return false;
    return terminal.isElsewhere || (terminal.foreground !== undefined && terminal.foreground !== this.group);
  }

  /** Writes that where its runtime looks before it reads or writes a terminal. */
  showBackground(): void {
    this.arena?.setPageWord(ProcessPage.background, this.isInBackground ? 1 : 0);
  }

  /** Moves it to another group. */
  joinGroup(group: ProcessGroup): void {
    this.group.members.delete(this);
    this.group = group;
    group.members.add(this);
    this.showBackground();
  }
}
