import { isErrnoError } from '@occlum/errno';
import { CpuSet, hostCpus } from '@occlum/sched';

import { refuse } from './option-checks.js';

/** Less than that cannot be told from nothing. */
const CPUS_MIN = 0.001;
/** More than any host has. */
const CPUS_MAX = 8192;

/**
 * A list of CPUs, all of which this program may use.
 *
 * @param place - Where it stands.
 * @param within - The only CPUs that may be in it; those of this program when left out.
 * @returns The list in its shortest form.
 */
export function checkCpuset(place: string, value: unknown, within?: string): string {
  const allowed = within === undefined ? hostCpus().allowed : CpuSet.parse(within);
  const wanted = `a list of CPUs among ${String(allowed)}, such as "${String(allowed)}"`;
  const cpus = typeof value === 'string' ? cpuSetOf(value) : undefined;
  return cpus === undefined || cpus.isEmpty || !cpus.isSubsetOf(allowed) ? refuse(place, value, wanted) : String(cpus);
}

/** A number of CPUs, as a limit of CPU time. */
export function checkCpus(place: string, value: unknown): number {
  if (typeof value === 'number' && value >= CPUS_MIN && value <= CPUS_MAX) return value;
  return refuse(place, value, `a number from ${CPUS_MIN} to ${CPUS_MAX}, such as 1.5`);
}

function cpuSetOf(list: string): CpuSet | undefined {
  try {
    return CpuSet.parse(list);
  } catch (error) {
    if (isErrnoError(error)) return undefined;
    throw error;
  }
}
