import { ChildCode, Signal } from '@occlum/abi';

import { ignoresChildren, reapsByItself } from '../signal/default-action.js';
import { childChanged, sentBy, sentByKernel } from '../signal/signal-info.js';
import type { SignalPost } from '../signal/signal-post.js';
import { leaveTerminal } from './controlling-terminal.js';
import type { Process } from './process.js';
import type { ProcessTable } from './process-table.js';
import type { ProcessGroup } from './session.js';
import type { Thread } from './thread.js';
import { addUsage } from './usage.js';
import type { Usage } from './usage.js';

/** Microseconds of a clock tick: `times(2)` counts 100 a second. */
const TICK_US = 10_000;

/** The end of processes and threads: what others are told, and who adopts whom. */
export class Lifecycle {
  readonly #table: ProcessTable;
  readonly #signals: SignalPost;

  constructor(table: ProcessTable, signals: SignalPost) {
    this.#table = table;
    this.#signals = signals;
  }

  /** Forgets a thread; its slot is free. */
  removeThread(thread: Thread): void {
    const { process } = thread;
    thread.withdrawOffer();
    thread.gone = true;
    thread.interrupt?.();
    process.threads.delete(thread.tid);
    if (process.slots[thread.slot] === thread) process.slots[thread.slot] = undefined;
    if (this.#table.threads.get(thread.tid) === thread) this.#table.threads.delete(thread.tid);
  }

  /**
   * Makes a zombie of a process whose host process is gone, and tells its parent.
   *
   * @param status - Wait status.
   * @param usage - What it used.
   * @param release - Gives up what ties it to the host.
   */
  ended(process: Process, status: number, usage: Usage, release: (process: Process) => void): void {
    if (process.state === 'zombie' || process.state === 'reaped') return;
    process.exit = status;
    process.usage = usage;
    for (const thread of [...process.threads.values()]) this.removeThread(thread);
    release(process);
    process.state = 'zombie';
    const orphaned = [...process.children].filter((child) => isTie(child, process)).map(({ group }) => group);
    if (process.parent !== undefined && isTie(process, process.parent)) orphaned.push(process.group);
    this.#giveAwayChildren(process);
    leaveTerminal({ processes: this.#table, signals: this.#signals }, process, 'end');
    for (const group of new Set(orphaned)) this.#hangUpStopped(group, process);
    process.ended.wake();
    this.#tellParent(process);
  }

  /** Removes a zombie; its parent inherits what it used. */
  reap(process: Process): void {
    if (process.state !== 'zombie') return;
    process.state = 'reaped';
    const { parent } = process;
    if (parent !== undefined) parent.childrenUsage = addUsage(parent.childrenUsage, addUsage(process.usage, process.childrenUsage));
    this.#table.remove(process);
  }

  /** Source: linux/kernel/exit.c, `find_new_reaper`; prctl(2), `PR_SET_CHILD_SUBREAPER`. */
  #giveAwayChildren(process: Process): void {
    let heir = process.parent;
    while (heir !== undefined && !(heir.isSubreaper && heir.state === 'running')) heir = heir.parent;
    for (const child of [...process.children]) {
      process.children.delete(child);
      child.parent = heir;
      heir?.children.add(child);
      child.showParent();
      if (child.parentDeathSignal !== 0) this.#signals.toProcess(child, sentBy({ pid: process.pid, uid: process.credentials.uid }, child.parentDeathSignal));
      if (child.state === 'zombie') this.#tellParent(child);
    }
  }

  #tellParent(process: Process): void {
    const { parent } = process;
    if (parent === undefined) {
      if (!process.isRoot) this.reap(process);
      return;
    }
    const action = parent.arena?.action(Signal.SIGCHLD) ?? { handler: 0, flags: 0 };
    const isChildSignal = process.exitSignal === Signal.SIGCHLD;
    if (process.exitSignal !== 0 && !(isChildSignal && ignoresChildren(action))) {
      this.#signals.toProcess(parent, childEnded(process));
    }
    if (isChildSignal && reapsByItself(action)) this.reap(process);
    parent.childChange.wake();
  }

  /** Processes that were stopped and that nobody could continue any more. Source: linux/kernel/exit.c, `kill_orphaned_pgrp`. */
  #hangUpStopped(group: ProcessGroup, ended: Process): void {
    // One may be stopped before its runtime has said hello.
    const hasStopped = [...group.members].some((member) => member !== ended && isAlive(member) && member.stoppedBy !== 0);
    if (!group.isOrphaned || !hasStopped) return;
    this.#signals.toGroup(group, sentByKernel(Signal.SIGHUP));
    this.#signals.toGroup(group, sentByKernel(Signal.SIGCONT));
  }
}

/** Whether a parent is one that keeps the group of a child from being an orphan. Source: linux/kernel/exit.c, `kill_orphaned_pgrp`. */
function isTie(child: Process, parent: Process): boolean {
  return child.group !== parent.group && child.session === parent.session;
}

function isAlive({ state }: Process): boolean {
  return state === 'new' || state === 'running';
}

/** The signal of a child's end. */
function childEnded(process: Process): ReturnType<typeof childChanged> {
  const status = process.exit ?? 0;
  const isKilled = (status & 0x7f) !== 0;
  return childChanged(process.exitSignal, {
    pid: process.pid,
    uid: process.credentials.uid,
    code: isKilled ? ChildCode.CLD_KILLED : ChildCode.CLD_EXITED,
    status: isKilled ? status & 0x7f : (status >> 8) & 0xff,
    userTicks: Math.floor(process.usage.userUs / TICK_US),
    systemTicks: Math.floor(process.usage.systemUs / TICK_US),
  });
}
