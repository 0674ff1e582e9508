import type { LimitName } from '../limits/enclave-limits.js';
import type { Denial, DenialSummary } from './denial.js';

/** Something that the program around an enclave may want to hear of. */
export type EnclaveEvent =
  /** The first of its kind. */
  | { readonly type: 'denied'; readonly denial: Denial }
  /** The enclave is at its end: what was refused in all. */
  | { readonly type: 'summary'; readonly summary: DenialSummary }
  /** A limit ended something: the process that has `pid`, or without one the whole enclave. Told before the end itself is. */
  | { readonly type: 'limit'; readonly limit: LimitName; readonly detail: string; readonly pid?: number };

/** Hears of events of one enclave. Must not throw. */
export type EnclaveListener = (event: EnclaveEvent) => void;
