import { ThreadSlot } from '@occlum/native';
import type { SchedAgent } from '@occlum/sched';

import { PendingSignals } from '../signal/pending-signals.js';
import type { SignalOffer } from '../signal/signal-offer.js';
import { NO_SIGNALS, UNBLOCKABLE } from '../signal/signal-set.js';
import type { SignalSet } from '../signal/signal-set.js';
import type { Process } from './process.js';

/** Timer slack of the first process. Source: prctl(2), `PR_SET_TIMERSLACK`. */
const DEFAULT_TIMER_SLACK_NS = 50_000;

/** What a new thread is made with. */
export interface ThreadOptions {
  readonly tid: number;
  readonly slot: number;
  readonly name: string;
  readonly sched: SchedAgent;
  /** None when left out. */
  readonly pending?: PendingSignals | undefined;
}

/** One thread of a process, and its slot in the arena. */
export class Thread {
  readonly tid: number;
  readonly process: Process;
  /** Index of its slot. */
  readonly slot: number;
  /** What `PR_SET_NAME` set, a byte string of at most 15. */
  name: string;
  /** Nanoseconds that a timer may come late, and what `PR_SET_TIMERSLACK` resets that to. */
  timerSlackNs = DEFAULT_TIMER_SLACK_NS;
  defaultTimerSlackNs = DEFAULT_TIMER_SLACK_NS;
  /** How it is scheduled. */
  readonly sched: SchedAgent;
  /** Signals for this thread alone. */
  readonly pending: PendingSignals;
  /** The call of this thread that the kernel serves; no other one is taken from its slot meanwhile. */
  inService: object | undefined;
  /** Copy of its slot, for the call in service. */
  words: Uint32Array | undefined;
  /** Ends the wait that the call in service is in. */
  interrupt: (() => void) | undefined;
  /** Mask that holds while a call such as `rt_sigsuspend(2)` waits; else the slot's. */
  waitMask: SignalSet | undefined;
  /** Signals that `rt_sigtimedwait(2)` waits for: they are taken by it, also where they are blocked or ignored. */
  awaited: SignalSet = NO_SIGNALS;
  /** Host descriptors that came for a call which is to be made again, by argument. */
  readonly sentDescriptors = new Map<number, number>();
  /** Writes the trace of the last call, whose result is a descriptor number that only the runtime knows. */
  unfinishedTrace: { readonly number: number; readonly write: (result: number) => void } | undefined;
  /** A signal that lies in its slot. */
  offer: SignalOffer | undefined;
  offerCount = 0;
  /** It is gone; its slot may be another's. */
  gone = false;

  constructor(process: Process, { tid, slot, name, sched, pending = new PendingSignals() }: ThreadOptions) {
    this.sched = sched;
    this.pending = pending;
    this.process = process;
    this.tid = tid;
    this.slot = slot;
    this.name = name;
  }

  /** Blocked signals, as the runtime says. */
  get mask(): SignalSet {
    const mask = this.waitMask ?? this.process.arena?.slotWide(this.slot, ThreadSlot.signal_mask) ?? NO_SIGNALS;
    return mask & ~UNBLOCKABLE;
  }

  /** The host's id of the thread, as the guest claims it: of use only together with the verified host pid. */
  get hostTid(): number {
    return (this.process.arena?.slotWord(this.slot, ThreadSlot.host_tid) ?? 0) | 0;
  }

  /** No signal lies in its slot any more. */
  withdrawOffer(): void {
    this.pending.withdrawFrom(this);
    this.process.pending.withdrawFrom(this);
  }

  /** Whether a signal that it would act on waits, or the process is over. */
  get isInterrupted(): boolean {
    if (this.gone || this.process.exit !== undefined) return true;
    const waiting = this.pending.set | this.process.pending.set;
    return waiting !== NO_SIGNALS && (waiting & ~this.mask) !== NO_SIGNALS;
  }
}
