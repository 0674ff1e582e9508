/**
 * Boots enclaves in a Node program and runs unmodified Linux programs in them.
 *
 * @packageDocumentation
 */

export { Enclave } from './enclave.js';
export type { EnclaveOptions, HostMount, TmpfsMount } from './enclave-options.js';
export type { EndedStatus, ExitedStatus, ExitStatus, SignaledStatus, SignalName } from './exit-status.js';
export type { TerminalSize } from './guest-ends.js';
export type { GuestProcess } from './guest-process.js';
export type { StdioItem, StdioOption } from './guest-stdio.js';
export type { TerminalOptions } from './guest-terminal.js';
export type { SpawnOptions } from './spawn-options.js';
