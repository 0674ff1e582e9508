import type { EnclaveKernel } from './kernel/enclave-kernel.js';
import type { KernelTable } from './kernel/syscall-context.js';
import { identitySyscalls } from './process/sys-identity.js';
import { processSyscalls } from './process/syscalls.js';
import { signalSyscalls } from './signal/syscalls.js';

/**
 * All rows: the only list of the calls there are.
 *
 * @param kernel - Whom they serve.
 */
export function joinSyscalls(kernel: EnclaveKernel): KernelTable {
  return {
    ...identitySyscalls,
    ...processSyscalls(kernel),
    ...signalSyscalls(kernel),
  };
}
