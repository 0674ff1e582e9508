import { SchedFlags, SchedPolicy, schedAttr } from '@occlum/abi';
import type { BufferArgument, DataArgument, Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { SchedAttributes } from '@occlum/sched';

import type { ProcessCaller } from '../process/process-caller.js';
import { isRealTime } from './policy-rules.js';
import type { Scheduling } from './scheduling.js';
import { change } from './sys-policy.js';
import { threadOf } from './task-selection.js';

/** Size of the first version of the struct. Source: linux/include/uapi/linux/sched/types.h, `SCHED_ATTR_SIZE_VER0`. */
const FIRST_SIZE = 48;
const PAGE_BYTES = 4096;
const NICE_MIN = -20;
const NICE_MAX = 19;

const { SCHED_FLAG_RESET_ON_FORK, SCHED_FLAG_KEEP_POLICY, SCHED_FLAG_KEEP_PARAMS, SCHED_FLAG_UTIL_CLAMP_MIN, SCHED_FLAG_UTIL_CLAMP_MAX } = SchedFlags;

/**
 * `sched_setattr(2)`: sets policy, nice value, priority and what else there is of a thread.
 *
 * Errors, in the order Linux checks them: `EINVAL` no attributes, a negative id, or flags; `EFAULT`; `E2BIG` a size that it is not, which
 * is corrected, or what this kernel does not know; `EINVAL` hints in a struct that has none, or a negative policy; `ESRCH`; those of
 * `sched_setscheduler(2)`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE3(sched_setattr)`, `sched_copy_attr`.
 */
export function setAttributes(scheduling: Scheduling): Handler<ProcessCaller, ['pid', DataArgument<'inoutput', Uint8Array>, 'uint']> {
  return (context, pid, attributes, flags) => {
    if (attributes.isNull || pid < 0 || flags !== 0) return -Errno.EINVAL;
    const bytes = attributes.read();
    if (bytes === undefined) return -Errno.EFAULT;
    const asked = parse(bytes);
    if (typeof asked === 'number') {
      // As Linux does, without a look at whether it can be written.
      if (asked === -Errno.E2BIG) attributes.write(new Uint8Array(Uint32Array.of(schedAttr.size).buffer));
      return asked;
    }
    if ((asked.sched_policy | 0) < 0) return -Errno.EINVAL;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    const keepsAll = has(asked, SCHED_FLAG_KEEP_PARAMS);
    return change(scheduling, context, thread, (now) => resolved(asked, now), (wanted, now) => (keepsAll ? { ...now, sched_flags: wanted.sched_flags } : wanted));
  };
}

/**
 * `sched_getattr(2)`: tells them.
 *
 * Errors, in the order Linux checks them: `EINVAL` nowhere to tell, a negative id, a size that no struct has, or flags; `ESRCH`; `EFAULT`.
 *
 * Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE4(sched_getattr)`.
 */
export function getAttributes(scheduling: Scheduling): Handler<ProcessCaller, ['pid', BufferArgument<'outputBuffer'>, 'uint', 'uint']> {
  return (context, pid, out, size, flags) => {
    if (out.isNull || pid < 0 || size > PAGE_BYTES || size < FIRST_SIZE || flags !== 0) return -Errno.EINVAL;
    const thread = threadOf(context, pid);
    if (thread === undefined) return -Errno.ESRCH;
    const told = Math.min(size, schedAttr.size);
    return out.write(schedAttr.encode({ ...scheduling.attributes(thread), size: told }).subarray(0, told)) ? 0 : -Errno.EFAULT;
  };
}

/** What the bytes say; a negative error number where they cannot be understood. */
function parse(bytes: Uint8Array): SchedAttributes | number {
  if (bytes.length < FIRST_SIZE || bytes.subarray(schedAttr.size).some((byte) => byte !== 0)) return -Errno.E2BIG;
  const whole = new Uint8Array(schedAttr.size);
  whole.set(bytes.subarray(0, schedAttr.size));
  const { size, ...attributes } = schedAttr.decode(whole);
  const hasHints = (attributes.sched_flags & BigInt(SCHED_FLAG_UTIL_CLAMP_MIN | SCHED_FLAG_UTIL_CLAMP_MAX)) !== 0n;
  if (hasHints && size < schedAttr.size) return -Errno.EINVAL;
  return { ...attributes, sched_nice: Math.min(NICE_MAX, Math.max(NICE_MIN, attributes.sched_nice)) };
}

/**
 * With what is to be kept, of which the flags then say nothing any more. What is checked is the policy that was asked for, also with
 * `SCHED_FLAG_KEEP_PARAMS`, which keeps the policy as well.
 *
 * Source: linux/kernel/sched/syscalls.c, `get_params`, `__sched_setscheduler`.
 */
function resolved(asked: SchedAttributes, now: SchedAttributes): SchedAttributes {
  let attributes = asked;
  if (has(asked, SCHED_FLAG_KEEP_PARAMS)) attributes = { ...attributes, ...paramsOf(now) };
  if (has(asked, SCHED_FLAG_KEEP_POLICY)) {
    const reset = now.sched_flags & BigInt(SCHED_FLAG_RESET_ON_FORK);
    attributes = { ...attributes, sched_policy: now.sched_policy, sched_flags: (attributes.sched_flags & ~BigInt(SCHED_FLAG_RESET_ON_FORK)) | reset };
  }
  return { ...attributes, sched_flags: attributes.sched_flags & ~BigInt(SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS) };
}

function paramsOf(now: SchedAttributes): Partial<SchedAttributes> {
  const { sched_policy, sched_priority, sched_nice, sched_runtime, sched_deadline, sched_period } = now;
  if (sched_policy === SchedPolicy.SCHED_DEADLINE) return { sched_priority, sched_runtime, sched_deadline, sched_period };
  return isRealTime(sched_policy) ? { sched_priority } : { sched_nice };
}

function has({ sched_flags }: SchedAttributes, flag: number): boolean {
  return (sched_flags & BigInt(flag)) !== 0n;
}
