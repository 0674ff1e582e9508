import { schedAttr } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ScheduleWhat, ThreadSlot } from '@occlum/native';
import type { SchedBinding } from '@occlum/native';
import { CpuSet, USUAL_ATTRIBUTES } from '@occlum/sched';

import type { Thread } from '../../src/process/thread.js';
import type { ScheduleRequest } from '../../src/sched/guest-thread.js';
import { Scheduling } from '../../src/sched/scheduling.js';

interface HostTask {
  cpus: CpuSet;
  attributes: Uint8Array;
  nice: number;
  ioPriority: number;
}

/** A host of four CPUs with threads of guests, whose tid is that of the LibOS and 1000. */
export class FakeScheduling {
  /** What the host refuses with, whatever it is asked for; 0 for nothing. */
  refusal = 0;
  readonly asked: ScheduleRequest[] = [];
  readonly scheduling: Scheduling;
  readonly #tasks = new Map<number, HostTask>();

  constructor(cpuset?: CpuSet) {
    const host = {
      gettid: () => 1,
      isThreadOf: (pid: number, tid: number) => (this.#tasks.has(tid) && pid > 1000 ? 0 : -Errno.ESRCH),
      schedGetaffinity: (tid: number, mask: Uint8Array) => (mask.set((this.#tasks.get(tid)?.cpus ?? CpuSet.parse('0-3')).toMask()), 8),
      schedGetattr: (tid: number, out: Uint8Array) => (out.set(this.#tasks.get(tid)?.attributes ?? schedAttr.encode({ size: schedAttr.size, ...USUAL_ATTRIBUTES })), 0),
      schedRrGetInterval: (_tid: number, out: Float64Array) => (out.set([0, 3_000_000]), 0),
      schedPriorityMax: (policy: number) => (policy === 1 ? 99 : policy === 0 ? 0 : -Errno.EINVAL),
      schedPriorityMin: (policy: number) => (policy === 1 ? 1 : policy === 0 ? 0 : -Errno.EINVAL),
      getpriority: (_which: number, tid: number) => 20 - (this.#tasks.get(tid)?.nice ?? 0),
      ioprioGet: (_which: number, tid: number) => this.#tasks.get(tid)?.ioPriority ?? 0,
    } as unknown as SchedBinding;
    this.scheduling = new Scheduling({ host, ask: (request) => Promise.resolve(this.#change(request)), cpuset });
  }

  /** The host starts a thread. */
  start(thread: Thread): void {
    thread.process.hostPid = thread.process.pid + 1000;
    thread.process.arena?.setSlotWord(thread.slot, ThreadSlot.host_tid, thread.tid + 1000);
    this.#tasks.set(thread.tid + 1000, { cpus: CpuSet.parse('0-3'), attributes: schedAttr.encode({ size: schedAttr.size, ...USUAL_ATTRIBUTES }), nice: 0, ioPriority: 0 });
  }

  /** What the host has of it. */
  task(thread: Thread): HostTask {
    return this.#tasks.get(thread.tid + 1000)!;
  }

  #change(request: ScheduleRequest): number {
    this.asked.push(request);
    const task = this.#tasks.get(request.hostTid);
    if (task === undefined) return -Errno.ESRCH;
    if (this.refusal !== 0) return this.refusal;
    switch (request.what) {
      case ScheduleWhat.affinity: task.cpus = CpuSet.fromMask(request.data); break;
      case ScheduleWhat.attributes: task.attributes = request.data; break;
      case ScheduleWhat.nice: task.nice = request.value; break;
      default: task.ioPriority = request.value;
    }
    return 0;
  }
}
