/**
 * The kernel of the LibOS.
 *
 * @packageDocumentation
 */

export { LibOS } from './kernel/libos.js';
export type {
  EnclaveAttributes,
  HostMountAttributes,
  ImageAttributes,
  KernelMountAttributes,
  MountAttributes,
  ProcessAttributes,
  TmpfsMountAttributes,
  UnionMountAttributes,
} from './kernel/attributes.js';
export type { Denial, DenialCount, DenialRule, DenialSummary } from './denial/denial.js';
export type { EnclaveEvent, EnclaveListener } from './denial/enclave-event.js';
export type { EnclaveLimits, LimitName } from './limits/enclave-limits.js';
