import { IoPriorityWho, PriorityWho, SchedFlags, SchedPolicy, schedAttr } from '@occlum/abi';
import { ErrnoError, errnoName } from '@occlum/errno';
import { hostBinding } from '@occlum/native';
import type { SchedBinding } from '@occlum/native';

import { CPU_LIMIT } from './cpu-bits.js';
import { CpuSet } from './cpu-set.js';
import type { SchedThread } from './sched-agent.js';
import { USUAL_ATTRIBUTES } from './sched-settings.js';
import type { SchedAttributes, SchedChange, SchedSettings } from './sched-settings.js';

/** What {@link HostThread.setPolicy} takes beside the policy. */
export interface PolicyOptions {
  /** Static priority, 1 to 99, of SCHED_FIFO and SCHED_RR; 0 for the others. */
  readonly priority?: number;
  /** Nice value, -20 to 19, of SCHED_OTHER and SCHED_BATCH. */
  readonly nice?: number;
  /** Whether what it clones starts without its privileges. */
  readonly resetOnFork?: boolean;
}

/**
 * A thread of the host: its CPUs, policy and priorities. Of a process it is the main thread, whose id is that of the process.
 *
 * A failure is an {@link ErrnoError}: `ESRCH` there is no such thread, `EPERM` it is another user's or a privilege is missing, `EINVAL` the
 * value makes no sense to the host, such as a set without one CPU that it allows.
 *
 * @example
 * ```ts
 * import { CpuSet, HostThread } from '@occlum/sched';
 *
 * const thread = HostThread.current();
 * const allowed = thread.affinity();
 * thread.setAffinity(CpuSet.of(allowed.first() ?? 0));
 * thread.affinity().size; // => 1
 * thread.setAffinity(allowed);
 * thread.affinity().equals(allowed); // => true
 * ```
 */
export class HostThread implements SchedThread {
  /** Its id on the host. */
  readonly tid: number;
  readonly #host: SchedBinding;

  private constructor(tid: number, host: SchedBinding) {
    this.tid = tid;
    this.#host = host;
  }

  /** The calling thread: in a worker of Node, that worker's. */
  static current(host: SchedBinding = hostBinding()): HostThread {
    return new HostThread(host.gettid(), host);
  }

  /**
   * A thread by its id, or the main thread of a process.
   *
   * @throws RangeError when the id is not a positive integer.
   */
  static of(tid: number, host: SchedBinding = hostBinding()): HostThread {
    if (!Number.isInteger(tid) || tid < 1 || tid > ID_MAX) throw new RangeError(`tid is ${tid}, must be an integer from 1 to ${ID_MAX}`);
    return new HostThread(tid, host);
  }

  /** CPUs that it may run on now. */
  affinity(): CpuSet {
    const cpus = this.cpus();
    return typeof cpus === 'number' ? fail(cpus, 'sched_getaffinity', this.tid) : cpus;
  }

  /** Restricts it to CPUs. Those that its cgroup does not have are left out by the host; `EINVAL` where none is left. */
  setAffinity(cpus: CpuSet): void {
    this.#change({ kind: 'affinity', cpus }, 'sched_setaffinity', cpus.toString());
  }

  /** Its policy, a value of `SchedPolicy` of `@occlum/abi`, and all that belongs to it. */
  attributes(): SchedAttributes {
    const out = new Uint8Array(schedAttr.size);
    this.#check(this.#host.schedGetattr(this.tid, out, 0), 'sched_getattr');
    return schedAttr.decode(out);
  }

  /** Sets its policy: a value of `SchedPolicy` of `@occlum/abi`. */
  setPolicy(policy: number, { priority = 0, nice, resetOnFork = false }: PolicyOptions = {}): void {
    const attributes = {
      ...USUAL_ATTRIBUTES,
      sched_policy: policy,
      sched_priority: priority,
      sched_nice: nice ?? this.nice(),
      sched_flags: BigInt(resetOnFork ? SchedFlags.SCHED_FLAG_RESET_ON_FORK : 0),
    };
    this.#change({ kind: 'attributes', attributes }, 'sched_setattr', `policy ${nameOf(policy)}, priority ${priority}, nice ${attributes.sched_nice}`);
  }

  /** Its nice value, -20 to 19. */
  nice(): number {
    return NICE_BASE - this.#check(this.#host.getpriority(PriorityWho.PRIO_PROCESS, this.tid), 'getpriority');
  }

  /** Sets its nice value, -20 to 19: cut by the host. A lower one than it has takes a privilege (`EACCES`). */
  setNice(nice: number): void {
    this.#change({ kind: 'nice', nice }, 'setpriority', `nice ${nice}`);
  }

  /** Its I/O priority, as {@link ioPriority} makes one. */
  ioPriority(): number {
    return this.#check(this.#host.ioprioGet(IoPriorityWho.IOPRIO_WHO_PROCESS, this.tid), 'ioprio_get');
  }

  /** Sets its I/O priority, as {@link ioPriority} makes one. */
  setIoPriority(priority: number): void {
    this.#change({ kind: 'ioPriority', ioPriority: priority }, 'ioprio_set', `priority ${priority}`);
  }

  /** All that an agent keeps of it. */
  settings(): SchedSettings {
    return { cpus: this.affinity(), attributes: this.attributes(), ioPriority: this.ioPriority() };
  }

  /** {@inheritDoc SchedThread.cpus} */
  cpus(): CpuSet | number {
    // The host refuses room for fewer CPUs than it may have.
    const mask = new Uint8Array(CPU_LIMIT / 8);
    const size = this.#host.schedGetaffinity(this.tid, mask);
    return size < 0 ? size : CpuSet.fromMask(mask.subarray(0, size));
  }

  /** {@inheritDoc SchedThread.apply} */
  apply(change: SchedChange): number {
    switch (change.kind) {
      case 'affinity': return this.#host.schedSetaffinity(this.tid, change.cpus.toMask());
      case 'attributes': return this.#host.schedSetattr(this.tid, schedAttr.encode({ size: schedAttr.size, ...change.attributes }), 0);
      case 'nice': return this.#host.setpriority(PriorityWho.PRIO_PROCESS, this.tid, change.nice);
      case 'ioPriority': return this.#host.ioprioSet(IoPriorityWho.IOPRIO_WHO_PROCESS, this.tid, change.ioPriority);
    }
  }

  #change(change: SchedChange, syscall: string, what: string): void {
    const result = this.apply(change);
    if (result < 0) fail(result, syscall, this.tid, what);
  }

  #check(result: number, syscall: string): number {
    return result < 0 ? fail(result, syscall, this.tid) : result;
  }
}

/** Highest id of a thread. Source: linux/include/linux/threads.h, `PID_MAX_LIMIT`. */
const ID_MAX = 4 * 2 ** 20;

/** What the kernel takes a nice value from. Source: getpriority(2), "C library/kernel differences". */
const NICE_BASE = 20;

function fail(result: number, syscall: string, tid: number, what?: string): never {
  throw new ErrnoError(errnoName(result) ?? 'EINVAL', { syscall, detail: what === undefined ? `thread ${tid}` : `thread ${tid}, ${what}` });
}

function nameOf(policy: number): string {
  return Object.entries(SchedPolicy).find(([, number]) => number === policy)?.[0] ?? `${policy}`;
}
