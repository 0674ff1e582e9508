import { ClockId } from '@occlum/abi';
import type { HostBinding } from '@occlum/native';

import type { ProcessCaller } from '../process/process-caller.js';
import type { Process } from '../process/process.js';
import type { Thread } from '../process/thread.js';
import { cpuClockOf } from './clock-id.js';
import type { CpuClock } from './clock-id.js';
import { CpuTime } from './cpu-time.js';
import type { CpuTimeHost } from './cpu-time.js';
import type { TimeSource } from './expiry-timer.js';
import { SECOND_NS } from './time-units.js';

/** Host functions that clocks need. */
export type ClockHost = CpuTimeHost & Pick<HostBinding, 'clockGettime'>;

/** Clocks that timers may count in and that are the host's. Source: linux/kernel/time/posix-timers.c, `posix_clocks`. */
const HOST_CLOCKS: ReadonlySet<number> = new Set([
  ClockId.CLOCK_REALTIME, ClockId.CLOCK_MONOTONIC, ClockId.CLOCK_BOOTTIME, ClockId.CLOCK_TAI,
]);

/** All clocks of an enclave: the host's, and the CPU time of its processes and threads. */
export class TimeSources {
  readonly cpu: CpuTime;
  readonly #host: ClockHost;
  readonly #out = new Float64Array(2);

  constructor(host: ClockHost) {
    this.#host = host;
    this.cpu = new CpuTime(host);
  }

  /** Nanoseconds of a clock of the host; `undefined` for one that it has not. */
  hostTime(clock: number): bigint | undefined {
    if (this.#host.clockGettime(clock, this.#out) < 0) return undefined;
    return BigInt(this.#out[0] ?? 0) * SECOND_NS + BigInt(this.#out[1] ?? 0);
  }

  /**
   * What a timer of a caller counts in.
   *
   * @param clock - `clockid_t`.
   * @returns `undefined` for a clock that does not exist or that no timer counts in.
   */
  source(context: ProcessCaller, clock: number): TimeSource | undefined {
    if (HOST_CLOCKS.has(clock)) return { now: () => this.hostTime(clock), speed: () => 1 };
    const cpuClock = cpuClockOf(clock);
    const subject = cpuClock === undefined ? undefined : this.subject(context, cpuClock, 'timer');
    if (cpuClock === undefined || subject === undefined) return undefined;
    return { now: () => this.#cpuTime(cpuClock, subject), speed: () => ('threads' in subject ? Math.max(1, subject.threads.size) : 1) };
  }

  /** CPU time that a clock shows a caller; `undefined` where there is no such process or thread, or it is none of the caller's. */
  cpuTime(context: ProcessCaller, clock: CpuClock): bigint | undefined {
    const subject = this.subject(context, clock, 'time');
    return subject === undefined ? undefined : this.#cpuTime(clock, subject);
  }

  /**
   * The process or thread of a CPU clock: any process, a thread of the caller's process only.
   *
   * Source: linux/kernel/time/posix-cpu-timers.c, `pid_for_clock`.
   *
   * @param purpose - To tell the time a thread's own id stands for its process too.
   */
  subject({ process, thread, kernel }: ProcessCaller, { whose, id }: CpuClock, purpose: 'time' | 'timer'): Process | Thread | undefined {
    if (whose === 'thread') return id === 0 ? thread : process.threads.get(id);
    if (id === 0 || (id === thread.tid && purpose === 'time')) return process;
    return kernel.processes.get(id);
  }

  #cpuTime({ count }: CpuClock, subject: Process | Thread): bigint | undefined {
    return 'threads' in subject ? this.cpu.ofProcess(subject, count) : this.cpu.ofThread(subject);
  }
}
