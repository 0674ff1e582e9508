import { pid } from 'node:process';

import { IoPriorityWho, PriorityWho, schedAttr } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { SchedBinding } from '@occlum/native';
import { HostThread, SchedAgent } from '@occlum/sched';
import type { CpuSet, SchedAttributes, SchedChange } from '@occlum/sched';

import type { Process } from '../process/process.js';
import type { Thread } from '../process/thread.js';
import { GuestThread } from './guest-thread.js';
import type { AskForSchedule } from './guest-thread.js';

/** How often, and how long, a thread that has just been made is looked for: the host starts it at once, unless it is stopped. */
const START_POLL_MS = 1;
const START_POLLS = 500;

/** What nice values are taken from. Source: getpriority(2), "C library/kernel differences". */
const NICE_BASE = 20;

/** What {@link Scheduling} is made of. */
export interface SchedulingOptions {
  readonly host: SchedBinding;
  readonly ask: AskForSchedule;
  /** The only CPUs that the enclave may use; those that this process may use when left out. */
  readonly cpuset?: CpuSet | undefined;
}

/** How the threads of one enclave are scheduled: the LibOS says who may change what, the host does it. */
export class Scheduling {
  readonly #host: SchedBinding;
  readonly #ask: AskForSchedule;
  readonly #cpuset: CpuSet | undefined;

  constructor({ host, ask, cpuset }: SchedulingOptions) {
    this.#host = host;
    this.#ask = ask;
    this.#cpuset = cpuset;
  }

  /** The host's calls. */
  get host(): SchedBinding {
    return this.#host;
  }

  /** CPUs that a process was given, none of which its threads can leave; `undefined` where it has those of this process. */
  given({ root: { cpuset } }: Process): CpuSet | undefined {
    return cpuset ?? this.#cpuset;
  }

  /** CPUs that the files of /proc and /sys tell a process of, or whoever is no process; `undefined` for all of the host's. */
  shown(process: Process | undefined): CpuSet | undefined {
    return process === undefined ? this.#cpuset : this.given(process);
  }

  /** CPUs that threads of a process may be moved to now. */
  ceiling(process: Process): CpuSet {
    return this.given(process) ?? HostThread.of(pid, this.#host).affinity();
  }

  /** The agent of a first thread, which the host starts as it runs this one, but for the length of its turns. */
  first(process: Process): SchedAgent {
    const { cpus, attributes, ioPriority } = HostThread.current(this.#host).settings();
    return new SchedAgent({ cpus: this.given(process) ?? cpus, attributes: { ...attributes, sched_runtime: 0n }, ioPriority });
  }

  /** CPUs that a thread may run on. */
  cpus(thread: Thread): CpuSet {
    this.attach(thread);
    return thread.sched.cpus;
  }

  /** Policy of a thread, and all that belongs to it. */
  attributes(thread: Thread): SchedAttributes {
    const out = new Uint8Array(schedAttr.size);
    return this.#read(thread, (tid) => this.#host.schedGetattr(tid, out, 0)) < 0 ? thread.sched.settings.attributes : schedAttr.decode(out);
  }

  /** Nice value of a thread. */
  nice(thread: Thread): number {
    const priority = this.#read(thread, (tid) => this.#host.getpriority(PriorityWho.PRIO_PROCESS, tid));
    return priority < 0 ? thread.sched.settings.attributes.sched_nice : NICE_BASE - priority;
  }

  /** I/O priority of a thread. */
  ioPriority(thread: Thread): number {
    const priority = this.#read(thread, (tid) => this.#host.ioprioGet(IoPriorityWho.IOPRIO_WHO_PROCESS, tid));
    return priority < 0 ? thread.sched.settings.ioPriority : priority;
  }

  /**
   * How long a thread runs before another of its priority does, in seconds and nanoseconds.
   *
   * @returns Zeros for one that the host has not started.
   */
  interval(thread: Thread): readonly [seconds: number, nanoseconds: number] {
    const out = new Float64Array(2);
    this.#read(thread, (tid) => this.#host.schedRrGetInterval(tid, out));
    return [out[0] ?? 0, out[1] ?? 0];
  }

  /**
   * Changes how a thread is scheduled.
   *
   * @returns 0, or what the host says.
   */
  async set(thread: Thread, change: SchedChange): Promise<number> {
    this.attach(thread);
    const result = await thread.sched.set(change);
    return thread.sched.isAttached || result < 0 ? result : this.#whenStarted(thread);
  }

  /** Ties an agent to the host's thread, where that is there; what was set before is asked for. */
  attach(thread: Thread): void {
    const { sched } = thread;
    if (sched.isAttached ? !sched.hasWishes : !isThere(thread)) return;
    void (sched.isAttached ? sched.retry() : sched.attach(new GuestThread(thread, this.#host, this.#ask)));
  }

  /** A thread that was made a moment ago, and has a wish: what the host says to it. */
  async #whenStarted(thread: Thread): Promise<number> {
    const { sched } = thread;
    for (let polls = 0; polls < START_POLLS && !thread.gone && !isThere(thread); polls++) {
      await new Promise((resolve) => { setTimeout(resolve, START_POLL_MS).unref(); });
    }
    if (!isThere(thread) || sched.isAttached) return 0;
    return sched.attach(new GuestThread(thread, this.#host, this.#ask));
  }

  #read(thread: Thread, ask: (hostTid: number) => number): number {
    return isThere(thread) ? new GuestThread(thread, this.#host, this.#ask).read(ask) : -Errno.ESRCH;
  }
}

/** Whether the host has started a thread, as far as is known here. */
function isThere({ hostTid, process: { hostPid } }: Thread): boolean {
  return hostPid > 0 && hostTid > 0;
}
