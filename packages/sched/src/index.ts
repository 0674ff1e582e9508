export { availableParallelism, cpuQuota } from './available-parallelism.js';
export { CPU_LIMIT } from './cpu-bits.js';
export { CpuSet } from './cpu-set.js';
export { hostCpus } from './host-cpus.js';
export type { CpuGroups, HostCpus } from './host-cpus.js';
export { readHostFile } from './host-files.js';
export type { ReadHostFile } from './host-files.js';
