import { struct } from '../struct.js';

/** Static priority of `sched_setparam(2)`. Source: linux/include/uapi/linux/sched/types.h. */
export const schedParam = struct('sched_param', { sched_priority: 'i32' });

/** Attributes of `sched_setattr(2)`, in the second version of the struct. Source: linux/include/uapi/linux/sched/types.h. */
export const schedAttr = struct('sched_attr', {
  size: 'u32',
  sched_policy: 'u32',
  sched_flags: 'u64',
  sched_nice: 'i32',
  sched_priority: 'u32',
  sched_runtime: 'u64',
  sched_deadline: 'u64',
  sched_period: 'u64',
  sched_util_min: 'u32',
  sched_util_max: 'u32',
});
