/**
 * Boots enclaves in a Node program and runs unmodified Linux programs in them.
 *
 * @packageDocumentation
 */

export { Enclave } from './enclave.js';
export type { EnclaveOptions } from './enclave-options.js';
export type { EndedStatus, ExitedStatus, ExitStatus, LimitedStatus, SignaledStatus, SignalName } from './exit-status.js';
export type { TerminalSize } from './guest-ends.js';
export type { GuestProcess } from './guest-process.js';
export type { EnclaveMount, HostMount, ImageSource, KernelMount, TmpfsMount, UnionMount } from './mount-options.js';
export { unsupportedPlatform } from './platform.js';
export type { Platform } from './platform.js';
export type { StdioItem, StdioOption } from './guest-stdio.js';
export type { TerminalOptions } from './guest-terminal.js';
export type { SpawnOptions } from './spawn-options.js';
export type { Denial, DenialCount, DenialRule, DenialSummary, EnclaveLimits, LimitName } from '@occlum/libos';
export type { InstanceOptions } from './instance-options.js';
export { protectProcess } from './protect-process.js';
export { runtimeFiles, systemFiles } from './system-files.js';
