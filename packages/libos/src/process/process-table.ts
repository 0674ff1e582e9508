import { ProcessGroup, Session } from './session.js';
import type { Process } from './process.js';
import type { Thread } from './thread.js';

/** Highest process or thread id. Source: linux/include/linux/threads.h, `PID_MAX_DEFAULT`. */
const ID_MAX = 32767;

/** All processes and threads; one number space for both, and for groups and sessions. */
export class ProcessTable {
  readonly processes = new Map<number, Process>();
  readonly threads = new Map<number, Thread>();
  readonly groups = new Map<number, ProcessGroup>();
  #last = 0;

  /**
   * The next free id, in ascending order.
   *
   * @returns `undefined` when all are taken.
   */
  nextId(): number | undefined {
    for (let tries = 0; tries < ID_MAX; tries++) {
      this.#last = this.#last >= ID_MAX ? 1 : this.#last + 1;
      const id = this.#last;
      if (!this.isUsed(id)) return id;
    }
    return undefined;
  }

  /** Whether a process, thread, group or session has an id. */
  isUsed(id: number): boolean {
    return this.processes.has(id) || this.threads.has(id) || this.groups.has(id) || this.#isOfSession(id);
  }

  /** A running process or zombie. */
  get(pid: number): Process | undefined {
    return this.processes.get(pid);
  }

  thread(tid: number): Thread | undefined {
    return this.threads.get(tid);
  }

  /** A group that has members. */
  group(pgid: number): ProcessGroup | undefined {
    return this.groups.get(pgid);
  }

  add(process: Process): void {
    this.processes.set(process.pid, process);
  }

  /** Forgets a process that was waited for. */
  remove(process: Process): void {
    this.processes.delete(process.pid);
    process.group.members.delete(process);
    this.#dropEmpty(process.group);
    process.parent?.children.delete(process);
  }

  /** A new session with one group, both named after a process. */
  newSession(id: number): ProcessGroup {
    return this.newGroup(id, new Session(id));
  }

  /** A new group in a session. */
  newGroup(id: number, session: Session): ProcessGroup {
    const foreground = session.terminal?.foreground;
    // A terminal knows its foreground group longer than the group has members.
    const group = foreground?.pgid === id ? foreground : new ProcessGroup(id, session);
    this.groups.set(id, group);
    return group;
  }

  /** Moves a process to another group. */
  move(process: Process, group: ProcessGroup): void {
    const left = process.group;
    process.joinGroup(group);
    this.#dropEmpty(left);
  }

  #dropEmpty(group: ProcessGroup): void {
    if (group.members.size === 0 && this.groups.get(group.pgid) === group) this.groups.delete(group.pgid);
  }

  #isOfSession(id: number): boolean {
    for (const { session } of this.groups.values()) if (session.sid === id || session.terminal?.foreground?.pgid === id) return true;
    return false;
  }
}
