/**
 * The kernel of the LibOS.
 *
 * @packageDocumentation
 */

export { LibOS } from './kernel/libos.js';
export type { EnclaveAttributes, MountAttributes, ProcessAttributes } from './kernel/attributes.js';
