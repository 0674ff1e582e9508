import { SIGNAL_MAX, Signal } from '@occlum/abi';

/** A set of signals as Linux has it: bit N-1 is signal N. */
export type SignalSet = bigint;

/** No signal. */
export const NO_SIGNALS: SignalSet = 0n;

/** The set of one signal; empty for a number that is no signal. */
export function signalBit(signal: number): SignalSet {
  return signal >= 1 && signal <= SIGNAL_MAX ? 1n << BigInt(signal - 1) : 0n;
}

/** The set of some signals. */
export function signalSet(...signals: readonly number[]): SignalSet {
  return signals.reduce((set, signal) => set | signalBit(signal), NO_SIGNALS);
}

/** Whether a signal is in a set. */
export function hasSignal(set: SignalSet, signal: number): boolean {
  return (set & signalBit(signal)) !== 0n;
}

/** What no mask can block. */
export const UNBLOCKABLE: SignalSet = signalSet(Signal.SIGKILL, Signal.SIGSTOP);

/** Signals that a fault of the thread itself raises: they come before all others. Source: linux/kernel/signal.c, `SYNCHRONOUS_MASK`. */
const SYNCHRONOUS: SignalSet = signalSet(Signal.SIGSEGV, Signal.SIGBUS, Signal.SIGILL, Signal.SIGTRAP, Signal.SIGFPE, Signal.SIGSYS);

/**
 * The signal of a set that is delivered first.
 *
 * Source: linux/kernel/signal.c, `next_signal`.
 *
 * @returns 0 for an empty set.
 */
export function firstSignal(set: SignalSet): number {
  const candidates = (set & SYNCHRONOUS) !== 0n ? set & SYNCHRONOUS : set;
  return candidates === 0n ? 0 : lowestBit(candidates) + 1;
}

/** Signals of a set, in ascending order. */
export function signalsOf(set: SignalSet): number[] {
  const signals: number[] = [];
  for (let rest = set; rest !== 0n; rest &= rest - 1n) signals.push(lowestBit(rest) + 1);
  return signals;
}

function lowestBit(set: bigint): number {
  const lowest = set & -set;
  const low = Number(lowest & 0xffff_ffffn);
  return low === 0 ? 63 - Math.clz32(Number(lowest >> 32n)) : 31 - Math.clz32(low);
}
