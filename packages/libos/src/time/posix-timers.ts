import { SigevNotify } from '@occlum/abi';

import type { ProcessCaller } from '../process/process-caller.js';
import type { Process } from '../process/process.js';
import type { Thread } from '../process/thread.js';
import { timerExpired } from '../signal/signal-info.js';
import type { PendingSignals } from '../signal/pending-signals.js';
import type { SignalInfo } from '../signal/signal-info.js';
import { isFull } from '../signal/signal-post.js';
import { ExpiryTimer } from './expiry-timer.js';
import type { Schedule, TimeSource } from './expiry-timer.js';

/** How a timer tells that it expired. */
export interface TimerNotice {
  /** `SIGEV_*`. */
  readonly notify: number;
  readonly signal: number;
  /** The thread that gets the signal; any thread of the process when left out. */
  readonly thread: Thread | undefined;
  /** `sigev_value`; the timer's id when left out. */
  readonly value: bigint | undefined;
}

/** Most expiries that are counted. Source: linux/include/uapi/linux/limits.h, `DELAYTIMER_MAX` is `INT_MAX`. */
const OVERRUN_MAX = 0x7fffffffn;

function shown(overrun: bigint): number {
  return Number(overrun > OVERRUN_MAX ? OVERRUN_MAX : overrun);
}

/** A timer of `timer_create(2)`. At most one signal of it waits; what expires meanwhile is counted. */
export class PosixTimer {
  readonly id: number;
  readonly source: TimeSource;
  readonly expiry: ExpiryTimer;
  readonly #process: Process;
  readonly #image: unknown;
  readonly #signals: ProcessCaller['kernel']['signals'];
  readonly #notice: TimerNotice;
  /** The signal of it that waits, and how many expiries beyond its own that one tells of. */
  #queued: SignalInfo | undefined;
  #overrun = 0n;
  /** What the last signal told of that was taken. */
  #lastOverrun = 0n;

  constructor(id: number, context: ProcessCaller, source: TimeSource, schedule: Schedule, notice: TimerNotice) {
    this.id = id;
    this.source = source;
    this.#process = context.process;
    this.#image = context.process.executable;
    this.#signals = context.kernel.signals;
    this.#notice = notice;
    this.expiry = new ExpiryTimer(source, schedule, (count) => { this.#expired(count); });
  }

  /** Expiries beyond its own that the last signal told of which was taken. */
  get overrun(): number {
    this.#settle();
    return shown(this.#lastOverrun);
  }

  /** Sees whether its signal was taken. */
  #settle(): void {
    if (this.#queued === undefined || this.#pending.waits(this.#queued)) return;
    this.#lastOverrun = this.#overrun;
    this.#queued = undefined;
  }

  get #pending(): PendingSignals {
    return (this.#notice.thread ?? this.#process).pending;
  }

  #expired(count: bigint): void {
    const { notify, signal, thread, value } = this.#notice;
    if (this.#process.state !== 'running' || this.#process.executable !== this.#image) {
      this.expiry.armAt(0n, 0n);
      return;
    }
    if (notify === SigevNotify.SIGEV_NONE) return;
    this.#settle();
    const waiting = this.#queued;
    this.#overrun = waiting === undefined ? count - 1n : this.#overrun + count;
    const info = timerExpired(signal, this.id, shown(this.#overrun), value ?? BigInt(this.id));
    if (waiting !== undefined) {
      waiting.bytes.set(info.bytes);
      return;
    }
    this.#queued = info;
    if (thread === undefined) this.#signals.toProcess(this.#process, info);
    else if (!thread.gone) this.#signals.toThread(thread, info);
  }
}

/** Timers of one image of a process: exec ends them, and no child has them. */
interface ImageTimers {
  readonly image: unknown;
  readonly timers: Map<number, PosixTimer>;
  next: number;
}

/** Timers of a process at most. On Linux only RLIMIT_SIGPENDING limits them, of which each takes one; this is less than any default of it. */
const TIMERS_MAX = 1024;

/** The timers of all processes. */
export class PosixTimerTable {
  readonly #schedule: Schedule;
  readonly #byProcess = new WeakMap<Process, ImageTimers>();

  /** @param schedule - Wakes timers. */
  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /**
   * Makes a timer, not armed.
   *
   * @returns `undefined` when the process has too many.
   */
  create(context: ProcessCaller, source: TimeSource, notice: TimerNotice): PosixTimer | undefined {
    const own = this.#of(context.process);
    if (own.timers.size >= TIMERS_MAX || isFull(context.process, own.timers.size)) return undefined;
    while (own.timers.has(own.next)) own.next = (own.next + 1) & 0x7fffffff;
    const timer = new PosixTimer(own.next++, context, source, this.#schedule, notice);
    own.timers.set(timer.id, timer);
    return timer;
  }

  get(process: Process, id: number): PosixTimer | undefined {
    return this.#of(process).timers.get(id);
  }

  delete(process: Process, timer: PosixTimer): void {
    timer.expiry.armAt(0n, 0n);
    this.#of(process).timers.delete(timer.id);
  }

  #of(process: Process): ImageTimers {
    const known = this.#byProcess.get(process);
    if (known?.image === process.executable && known !== undefined) return known;
    for (const timer of known?.timers.values() ?? []) timer.expiry.armAt(0n, 0n);
    const made = { image: process.executable, timers: new Map<number, PosixTimer>(), next: 0 };
    this.#byProcess.set(process, made);
    return made;
  }
}
