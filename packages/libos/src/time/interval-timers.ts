import { ClockId, IntervalTimer, Signal } from '@occlum/abi';

import type { ProcessCaller } from '../process/process-caller.js';
import type { Process } from '../process/process.js';
import { sentByKernel } from '../signal/signal-info.js';
import { ExpiryTimer } from './expiry-timer.js';
import type { Schedule, TimeSource } from './expiry-timer.js';
import type { TimeSources } from './time-sources.js';


/** Signal of each interval timer. Source: setitimer(2). */
const SIGNALS: ReadonlyMap<number, number> = new Map([
  [IntervalTimer.ITIMER_REAL, Signal.SIGALRM],
  [IntervalTimer.ITIMER_VIRTUAL, Signal.SIGVTALRM],
  [IntervalTimer.ITIMER_PROF, Signal.SIGPROF],
]);

/** The three timers of `setitimer(2)` of all processes; exec keeps them, a child has none. */
export class IntervalTimers {
  readonly #sources: TimeSources;
  readonly #schedule: Schedule;
  readonly #byProcess = new WeakMap<Process, Map<number, ExpiryTimer>>();

  /**
   * @param sources - What they count in.
   * @param schedule - Wakes them.
   */
  constructor(sources: TimeSources, schedule: Schedule) {
    this.#sources = sources;
    this.#schedule = schedule;
  }

  /** A timer of the caller, by `ITIMER_*`; `undefined` for no such number. */
  of({ process, kernel: { signals } }: ProcessCaller, which: number): ExpiryTimer | undefined {
    const signal = SIGNALS.get(which);
    if (signal === undefined) return undefined;
    const own = this.#byProcess.get(process) ?? new Map<number, ExpiryTimer>();
    this.#byProcess.set(process, own);
    const known = own.get(which);
    if (known !== undefined) return known;
    const timer = new ExpiryTimer(this.#source(process, which), this.#schedule, () => {
      if (process.state === 'running') signals.toProcess(process, sentByKernel(signal));
      else timer.armAt(0n, 0n);
    });
    own.set(which, timer);
    return timer;
  }

  #source(process: Process, which: number): TimeSource {
    if (which === IntervalTimer.ITIMER_REAL) return { now: () => this.#sources.hostTime(ClockId.CLOCK_MONOTONIC), speed: () => 1 };
    const count = which === IntervalTimer.ITIMER_VIRTUAL ? 'user' : 'both';
    return { now: () => this.#sources.cpu.ofProcess(process, count), speed: () => Math.max(1, process.threads.size) };
  }
}
