import { SchedPolicy, schedAttr } from '@occlum/abi';
import type { SchedBinding } from '@occlum/native';

/** Nanoseconds; the least that the host takes. Source: linux/kernel/sched/syscalls.c, `__setparam_fair`. */
const SHORT_NS = 100_000n;

/** The calling thread. */
const SELF = 0;

/**
 * Has the calling thread go at once, when it is woken, before threads that compute, where the CPUs are taken. It gets no more CPU time
 * than they: its turns are shorter. A host before Linux 6.12 cannot, one that schedules it in real time need not; there nothing changes.
 */
export function takeShortTurns(host: Pick<SchedBinding, 'schedGetattr' | 'schedSetattr'>): void {
  const bytes = new Uint8Array(schedAttr.size);
  if (host.schedGetattr(SELF, bytes, 0) < 0) return;
  const attributes = schedAttr.decode(bytes);
  const isUsual = attributes.sched_policy === SchedPolicy.SCHED_OTHER || attributes.sched_policy === SchedPolicy.SCHED_BATCH;
  if (isUsual && attributes.sched_runtime > SHORT_NS) host.schedSetattr(SELF, schedAttr.encode({ ...attributes, sched_runtime: SHORT_NS }), 0);
}
