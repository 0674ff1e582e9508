import { Capability, ResourceLimit, direct, input, kernel, oneOf, output, partial, rlimit } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, SyscallTable } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { DESCRIPTOR_MAX, LIMIT_COUNT } from './limits.js';
import type { Limit } from './limits.js';
import type { ProcessCaller } from './process-caller.js';
import { showLimits } from './process-page.js';
import type { Process } from './process.js';

/**
 * What the host keeps: the LibOS is not asked for memory, CPU time and writes. The runtime of the process tells it when the
 * call is over; the host raises no hard limit again, and lets nobody set those of another process.
 */
const KEPT_BY_HOST: ReadonlySet<number> = new Set([
  ResourceLimit.RLIMIT_CPU, ResourceLimit.RLIMIT_FSIZE, ResourceLimit.RLIMIT_MEMLOCK, ResourceLimit.RLIMIT_AS, ResourceLimit.RLIMIT_STACK,
]);

interface RlimitValue {
  readonly rlim_cur: bigint;
  readonly rlim_max: bigint;
}

type Resource = NamedScalar;

/**
 * `getrlimit(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such resource; `EFAULT`.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE2(getrlimit)`.
 */
const getrlimit: Handler<ProcessCaller, [Resource, DataArgument<'output', RlimitValue>]> = ({ process }, resource, out) => {
  if (!isResource(resource)) return -Errno.EINVAL;
  return out.put(encode(process.limits.get(resource))) ? 0 : -Errno.EFAULT;
};

/**
 * `setrlimit(2)`.
 *
 * Errors, in the order Linux checks them: `EFAULT`; those of {@link setLimit}.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE2(setrlimit)`.
 */
const setrlimit: Handler<ProcessCaller, [Resource, DataArgument<'input', RlimitValue>]> = ({ process }, resource, value) => {
  const wanted = value.value();
  return wanted === undefined ? -Errno.EFAULT : setLimit(process, process, resource, decode(wanted));
};

/**
 * `prlimit64(2)`: sets and tells a limit of any process; a pid of 0 is the caller.
 *
 * Errors, in the order Linux checks them: `EFAULT` the new limit; `ESRCH` no such process; `EPERM` another user's, without
 * CAP_SYS_RESOURCE; those of {@link setLimit}; `EFAULT` the old limit, which is told after the new one is set.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE4(prlimit64)`.
 */
const prlimit64: Handler<ProcessCaller, ['pid', Resource, DataArgument<'input', RlimitValue>, DataArgument<'output', RlimitValue>]> = (
  { process: caller, kernel: { processes } }, pid, resource, value, out,
) => {
  const wanted = value.isNull ? undefined : value.value();
  if (wanted === undefined && !value.isNull) return -Errno.EFAULT;
  const process = pid === 0 ? caller : (processes.get(pid) ?? processes.thread(pid)?.process);
  if (process === undefined) return -Errno.ESRCH;
  if (process !== caller && !mayChange(caller, process)) return -Errno.EPERM;
  if (!isResource(resource)) return -Errno.EINVAL;

  const old = process.limits.get(resource);
  const result = wanted === undefined ? 0 : setLimit(caller, process, resource, decode(wanted));
  if (result < 0 || out.isNull) return result;
  return out.put(encode(old)) ? 0 : -Errno.EFAULT;
};

/** The rows of resource limits. */
export function limitSyscalls(): SyscallTable<ProcessCaller> {
  const resource = oneOf(ResourceLimit);
  const note = 'RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_STACK, RLIMIT_MEMLOCK and RLIMIT_AS: not of another process, and no higher hard limit also with CAP_SYS_RESOURCE.';
  return {
    getrlimit: kernel(97, [resource, output(rlimit)], getrlimit),
    setrlimit: partial(direct(160, [resource, input(rlimit)], { custom: true, kernel: setrlimit }), note),
    prlimit64: partial(direct(302, ['pid', resource, input(rlimit), output(rlimit)], { custom: true, kernel: prlimit64 }), note),
  };
}

/**
 * Sets a limit.
 *
 * Errors, in the order Linux checks them: `EINVAL` no such resource, or a soft limit above the hard one; `EPERM` more
 * descriptors than there can be, or more than the enclave's own limit; `EPERM` a higher hard limit without CAP_SYS_RESOURCE.
 *
 * Source: linux/kernel/sys.c, `do_prlimit`.
 */
function setLimit(caller: Process, process: Process, resource: number, limit: Limit): number {
  if (!isResource(resource) || limit.soft > limit.hard) return -Errno.EINVAL;
  if (resource === ResourceLimit.RLIMIT_NOFILE && limit.hard > DESCRIPTOR_MAX) return -Errno.EPERM;
  if (limit.hard > process.limits.ceiling(resource)) return -Errno.EPERM;
  const old = process.limits.get(resource);
  if (limit.hard > old.hard && !caller.credentials.hasCapability(Capability.CAP_SYS_RESOURCE)) return -Errno.EPERM;

  const isSame = limit.soft === old.soft && limit.hard === old.hard;
  if (KEPT_BY_HOST.has(resource) && !isSame && (process !== caller || limit.hard > old.hard)) return -Errno.EPERM;
  process.limits.set(resource, limit);
  showLimits(process);
  return 0;
}

/** Source: linux/kernel/sys.c, `check_prlimit_permission`. */
function mayChange({ credentials }: Process, { credentials: other }: Process): boolean {
  const isUser = [other.uid, other.euid, other.suid].every((id) => id === credentials.uid);
  const isGroup = [other.gid, other.egid, other.sgid].every((id) => id === credentials.gid);
  return (isUser && isGroup) || credentials.hasCapability(Capability.CAP_SYS_RESOURCE);
}

function isResource(resource: number): boolean {
  return resource >= 0 && resource < LIMIT_COUNT;
}

function decode({ rlim_cur, rlim_max }: RlimitValue): Limit {
  return { soft: rlim_cur, hard: rlim_max };
}

function encode({ soft, hard }: Limit): RlimitValue {
  return { rlim_cur: soft, rlim_max: hard };
}
