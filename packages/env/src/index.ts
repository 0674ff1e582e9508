export { EnvironmentPolicy } from './environment-policy.js';
export type { EnvironmentPolicyInput } from './environment-policy.js';
export { EnvironmentPolicyError } from './environment-policy-error.js';
export type { PolicyProblem } from './environment-policy-error.js';
export { MergedEnvironment } from './merged-environment.js';
export type { DropReason, ExplainedVariable, Provenance } from './merged-environment.js';
export type { HostEnvironment } from './host-entries.js';
export type { LoadingControl } from './loading-control.js';
