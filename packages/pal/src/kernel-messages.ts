import type { EnclaveEvent } from '@occlum/libos';

import type { EnclaveCalls } from './kernel.js';

/** Name of a call that crosses to the kernel thread. */
export type CallName = keyof EnclaveCalls;

/** Asks the kernel thread for one call on one enclave. `id` is answered; `enclave` was chosen by the asking side. */
export type CallMessage = {
  [Name in CallName]: { readonly id: number; readonly enclave: number; readonly call: Name; readonly args: Parameters<EnclaveCalls[Name]> };
}[CallName];

/** The answer: a result, or the text of the error that the LibOS threw, which is a bug in it. */
export type AnswerMessage = { readonly id: number; readonly result: number } | { readonly id: number; readonly failure: string };

/** Something that happened in an enclave, told before the answers to calls that follow from it. */
export interface EventMessage {
  readonly enclave: number;
  readonly event: EnclaveEvent;
}
