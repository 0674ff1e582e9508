import { CpuSet, SchedAgent, USUAL_ATTRIBUTES } from '@occlum/sched';

/** An agent of a thread that nobody has changed, on a host of four CPUs. */
export function usualAgent(): SchedAgent {
  return new SchedAgent({ cpus: CpuSet.parse('0-3'), attributes: USUAL_ATTRIBUTES, ioPriority: 0 });
}
