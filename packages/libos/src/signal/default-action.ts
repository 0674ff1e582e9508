import { Signal, SignalActionFlags } from '@occlum/abi';

import type { RegisteredAction } from '../kernel/arena.js';
import { hasSignal, signalSet } from './signal-set.js';

/** What becomes of a delivered signal. */
export type Disposition = 'ignore' | 'terminate' | 'stop' | 'continue' | 'handle';

/** Signals that stop a process. */
export const STOP_SIGNALS: bigint = signalSet(Signal.SIGSTOP, Signal.SIGTSTP, Signal.SIGTTIN, Signal.SIGTTOU);

/** Signals that are ignored by default. Source: signal(7); linux/kernel/signal.c, `SIG_KERNEL_IGNORE_MASK`. */
const IGNORED = signalSet(Signal.SIGCHLD, Signal.SIGURG, Signal.SIGWINCH);

/** Value of `signal_action.handler` for the default, and for ignoring. Source: signal.h, `SIG_DFL` and `SIG_IGN`. */
const SIG_DFL = 0;
const SIG_IGN = 1;

/**
 * What a signal does, given what the process registered.
 *
 * Source: signal(7), "Standard signals".
 *
 * @param signal - Its number.
 * @param action - The process's own word; no action of SIGKILL and SIGSTOP counts.
 */
export function dispositionOf(signal: number, action: RegisteredAction): Disposition {
  if (signal === Signal.SIGKILL) return 'terminate';
  if (signal === Signal.SIGSTOP) return 'stop';
  if (action.handler === SIG_IGN) return 'ignore';
  if (action.handler !== SIG_DFL) return 'handle';
  if (signal === Signal.SIGCONT) return 'continue';
  if (hasSignal(STOP_SIGNALS, signal)) return 'stop';
  return hasSignal(IGNORED, signal) ? 'ignore' : 'terminate';
}

/** Whether a process does not want to wait for its children. Source: sigaction(2), `SA_NOCLDWAIT`. */
export function reapsByItself(action: RegisteredAction): boolean {
  return action.handler === SIG_IGN || (action.flags & SignalActionFlags.SA_NOCLDWAIT) !== 0;
}

/** Whether the end of a child is not even to be signalled. */
export function ignoresChildren(action: RegisteredAction): boolean {
  return action.handler === SIG_IGN;
}

/** Whether a process wants no signal when a child stops or goes on. */
export function ignoresStops(action: RegisteredAction): boolean {
  return action.handler === SIG_IGN || (action.flags & SignalActionFlags.SA_NOCLDSTOP) !== 0;
}
