import { IoPriorityClass, SchedFlags, SchedPolicy } from '@occlum/abi';
import type { schedAttr } from '@occlum/abi';

import type { CpuSet } from './cpu-set.js';

/** `struct sched_attr` without its size. */
export type SchedAttributes = Omit<ReturnType<typeof schedAttr.decode>, 'size'>;

/** How a thread is scheduled. */
export interface SchedSettings {
  /** CPUs that it may run on. */
  readonly cpus: CpuSet;
  readonly attributes: SchedAttributes;
  /** As of `ioprio_set(2)`: the class over 13 bits of data. */
  readonly ioPriority: number;
}

/** One change of how a thread is scheduled. */
export type SchedChange =
  | { readonly kind: 'affinity'; readonly cpus: CpuSet }
  | { readonly kind: 'attributes'; readonly attributes: SchedAttributes }
  | { readonly kind: 'nice'; readonly nice: number }
  | { readonly kind: 'ioPriority'; readonly ioPriority: number };

/** Attributes of a thread of which nothing was ever changed. */
export const USUAL_ATTRIBUTES: SchedAttributes = {
  sched_policy: SchedPolicy.SCHED_OTHER,
  sched_flags: 0n,
  sched_nice: 0,
  sched_priority: 0,
  sched_runtime: 0n,
  sched_deadline: 0n,
  sched_period: 0n,
  sched_util_min: 0,
  sched_util_max: 0,
};

/** Bits of an I/O priority below its class. Source: linux/include/uapi/linux/ioprio.h, `IOPRIO_CLASS_SHIFT`. */
const CLASS_SHIFT = 13;

/**
 * An I/O priority as `ioprio_set(2)` takes it.
 *
 * @param level - 0 to 7, the highest first; of no meaning in the classes NONE and IDLE.
 */
export function ioPriority(name: keyof typeof IoPriorityClass, level = 0): number {
  return (IoPriorityClass[name] << CLASS_SHIFT) | level;
}

/** Class of an I/O priority: a value of `IoPriorityClass`, or a number of no class. */
export function ioPriorityClass(priority: number): number {
  return (priority >> CLASS_SHIFT) & 7;
}

/** The settings after a change. */
export function changed(settings: SchedSettings, change: SchedChange): SchedSettings {
  switch (change.kind) {
    case 'affinity': return { ...settings, cpus: change.cpus };
    case 'attributes': return { ...settings, attributes: change.attributes };
    case 'nice': return { ...settings, attributes: { ...settings.attributes, sched_nice: change.nice } };
    case 'ioPriority': return { ...settings, ioPriority: change.ioPriority };
  }
}

/**
 * The settings that a clone of a thread has: its own, or with `SCHED_FLAG_RESET_ON_FORK` those without a privilege.
 *
 * Source: linux/kernel/sched/core.c, `sched_fork`.
 */
export function inherited(settings: SchedSettings): SchedSettings {
  const { attributes } = settings;
  if ((attributes.sched_flags & BigInt(SchedFlags.SCHED_FLAG_RESET_ON_FORK)) === 0n) return settings;
  const isRealTime = [SchedPolicy.SCHED_FIFO, SchedPolicy.SCHED_RR, SchedPolicy.SCHED_DEADLINE].some((policy) => policy === attributes.sched_policy);
  const nice = isRealTime ? 0 : Math.max(0, attributes.sched_nice);
  const policy = isRealTime ? SchedPolicy.SCHED_OTHER : attributes.sched_policy;
  return { ...settings, attributes: { ...USUAL_ATTRIBUTES, sched_policy: policy, sched_nice: nice } };
}
