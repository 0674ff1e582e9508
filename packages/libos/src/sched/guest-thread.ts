import { schedAttr } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ScheduleWhat } from '@occlum/native';
import type { SchedBinding } from '@occlum/native';
import { CPU_LIMIT, CpuSet } from '@occlum/sched';
import type { SchedChange, SchedThread } from '@occlum/sched';

import type { Thread } from '../process/thread.js';

/** A change of a guest's thread, for whoever may ask the host for it. */
export interface ScheduleRequest {
  /** Host process id, of which the host vouched. */
  readonly hostPid: number;
  /** What the guest says is the host's id of its thread. */
  readonly hostTid: number;
  /** `ScheduleWhat`. */
  readonly what: number;
  readonly value: number;
  readonly data: Uint8Array;
}

/** Asks the host for a change, with the rights of the guest. Resolves with 0 or a negative error number. */
export type AskForSchedule = (request: ScheduleRequest) => Promise<number>;

/** The host's thread of a LibOS thread. Its id is the guest's claim: nothing is done or told before it was checked. */
export class GuestThread implements SchedThread {
  readonly #thread: Thread;
  readonly #host: SchedBinding;
  readonly #ask: AskForSchedule;

  constructor(thread: Thread, host: SchedBinding, ask: AskForSchedule) {
    this.#thread = thread;
    this.#host = host;
    this.#ask = ask;
  }

  apply(change: SchedChange): Promise<number> {
    const { hostTid, process: { hostPid } } = this.#thread;
    return this.#ask({ hostPid, hostTid, ...requestOf(change) });
  }

  cpus(): CpuSet | number {
    const mask = new Uint8Array(CPU_LIMIT / 8);
    const size = this.read((tid) => this.#host.schedGetaffinity(tid, mask));
    return size < 0 ? size : CpuSet.fromMask(mask.subarray(0, size));
  }

  /** Asks the host about it; `-ESRCH` where the id is none of its process's. */
  read(ask: (hostTid: number) => number): number {
    const { hostTid, process: { hostPid } } = this.#thread;
    if (hostTid <= 0 || this.#host.isThreadOf(hostPid, hostTid) < 0) return -Errno.ESRCH;
    return ask(hostTid);
  }
}

const NOTHING = new Uint8Array(0);

function requestOf(change: SchedChange): Pick<ScheduleRequest, 'what' | 'value' | 'data'> {
  switch (change.kind) {
    case 'affinity': return { what: ScheduleWhat.affinity, value: 0, data: change.cpus.toMask() };
    case 'attributes': return { what: ScheduleWhat.attributes, value: 0, data: schedAttr.encode({ size: schedAttr.size, ...change.attributes }) };
    case 'nice': return { what: ScheduleWhat.nice, value: change.nice, data: NOTHING };
    case 'ioPriority': return { what: ScheduleWhat.ioPriority, value: change.ioPriority, data: NOTHING };
  }
}
