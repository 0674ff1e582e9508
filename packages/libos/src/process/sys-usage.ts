import { RusageWho, kernel, oneOf, output, partial, rusage } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, SyscallTable } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from './process-caller.js';
import type { Process } from './process.js';
import { rusageOf } from './rusage.js';
import type { Thread } from './thread.js';
import type { Usage } from './usage.js';

/** Measures what runs. */
export interface UsageMeter {
  /** What a process has used so far. */
  usage(process: Process): Usage;
  /** CPU time of a thread in nanoseconds; `undefined` where the host does not tell. */
  ofThread(thread: Thread): bigint | undefined;
}

type RusageValue = ReturnType<typeof rusage.decode>;

const MICROSECOND_NS = 1000;

/**
 * `getrusage(2)`: what the caller, its thread, or its children that it has waited for have used.
 *
 * Errors, in the order Linux checks them: `EINVAL` nobody that can be asked for; `EFAULT`.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE2(getrusage)`.
 */
function getrusage(meter: UsageMeter): Handler<ProcessCaller, [NamedScalar, DataArgument<'output', RusageValue>]> {
  return ({ process, thread }, who, out) => {
    const used = usedBy(meter, process, thread, who);
    if (used === undefined) return -Errno.EINVAL;
    return out.put(rusageOf(used)) ? 0 : -Errno.EFAULT;
  };
}

/**
 * The rows of what was used.
 *
 * @param meter - Measures it.
 */
export function usageSyscalls(meter: UsageMeter): SyscallTable<ProcessCaller> {
  return {
    getrusage: partial(
      kernel(98, [oneOf(RusageWho), output(rusage)], getrusage(meter)),
      'CPU time and peak memory, all else 0; the time of a thread counts as time of the user.',
    ),
  };
}

function usedBy(meter: UsageMeter, process: Process, thread: Thread, who: number): Usage | undefined {
  switch (who) {
    case RusageWho.RUSAGE_SELF:
      return meter.usage(process);
    case RusageWho.RUSAGE_CHILDREN:
      return process.childrenUsage;
    case RusageWho.RUSAGE_THREAD:
      return { userUs: Number(meter.ofThread(thread) ?? 0n) / MICROSECOND_NS, systemUs: 0, maxRssKb: meter.usage(process).maxRssKb };
    default:
      return undefined;
  }
}
