/**
 * Occlum instances: made, built, measured, signed, and verified before anything of them runs.
 *
 * @packageDocumentation
 */

export { buildInstance } from './build-instance.js';
export type { BuildOptions, BuildProgress, BuiltInstance } from './build-instance.js';
export { placeInConfig } from './config-places.js';
export { createInstance } from './create-instance.js';
export type { KernelFiles, KernelForm, SystemFile, SystemFiles } from './enclave-record.js';
export { InstanceError } from './instance-error.js';
export { configName } from './instance-files.js';
export { instanceStatus, markRunning, runnersOf } from './instance-status.js';
export type { InstanceStatus } from './instance-status.js';
export { openInstance, readIdentity } from './open-instance.js';
export type { VerifiedInstance } from './open-instance.js';
