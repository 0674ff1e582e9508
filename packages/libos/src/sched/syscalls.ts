import {
  IoPriorityWho, PriorityWho, SCHED_RESET_ON_FORK, SchedPolicy, direct, flagsOf, inoutput, input, inputBuffer, kernel, local, oneOf, output, outputBuffer, partial, schedParam,
  timespec,
} from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';

import type { ProcessCaller } from '../process/process-caller.js';
import type { FileHost } from '../time/host-file.js';
import { HostCpus } from './host-cpus.js';
import type { Scheduling } from './scheduling.js';
import { getAffinity, setAffinity } from './sys-affinity.js';
import { getAttributes, setAttributes } from './sys-attributes.js';
import { getIoPriority, setIoPriority } from './sys-io-priority.js';
import { getInterval, getParam, getPriorityMax, getPriorityMin, getScheduler, setParam, setScheduler } from './sys-policy.js';
import { getPriority, setPriority } from './sys-priority.js';

/** Bytes of a CPU mask that cross: more CPUs than any host has. */
const MASK_MAX = 1024;
/** Bytes of `struct sched_attr` that a program may have room for. Source: linux/kernel/sched/syscalls.c, `SYSCALL_DEFINE4(sched_getattr)`. */
const ATTRIBUTES_MAX = 4096;

const policy = oneOf(SchedPolicy);
const policyAndFlag = flagsOf({ ...SchedPolicy, SCHED_RESET_ON_FORK }, ~SCHED_RESET_ON_FORK);
const priorityWho = oneOf(PriorityWho);
const ioPriorityWho = oneOf(IoPriorityWho);

/**
 * The rows of scheduling.
 *
 * @param scheduling - What does it.
 * @param files - Files of the host.
 */
export function schedSyscalls(scheduling: Scheduling, files: FileHost): SyscallTable<ProcessCaller> {
  const asUser = 'The host is asked without privileges: real-time policies, and a lower nice value, as far as its RLIMIT_RTPRIO and RLIMIT_NICE go.';
  return {
    sched_yield: direct(24, []),
    getpriority: kernel(140, [priorityWho, 'int'], getPriority(scheduling)),
    setpriority: partial(kernel(141, [priorityWho, 'int', 'int'], setPriority(scheduling)), asUser),
    sched_setparam: partial(kernel(142, ['pid', input(schedParam)], setParam(scheduling)), asUser),
    sched_getparam: kernel(143, ['pid', output(schedParam)], getParam(scheduling)),
    sched_setscheduler: partial(kernel(144, ['pid', policyAndFlag, input(schedParam)], setScheduler(scheduling)), asUser),
    sched_getscheduler: kernel(145, ['pid'], getScheduler(scheduling)),
    sched_get_priority_max: kernel(146, [policy], getPriorityMax(scheduling)),
    sched_get_priority_min: kernel(147, [policy], getPriorityMin(scheduling)),
    sched_rr_get_interval: kernel(148, ['pid', output(timespec)], getInterval(scheduling)),
    sched_setaffinity: kernel(203, ['pid', 'uint', inputBuffer(1, MASK_MAX)], setAffinity(scheduling)),
    sched_getaffinity: kernel(204, ['pid', 'uint', outputBuffer(1, MASK_MAX)], getAffinity(scheduling, new HostCpus(files))),
    set_mempolicy: direct(238, ['int', 'address', 'size']),
    get_mempolicy: direct(239, ['address', 'address', 'size', 'address', 'flags']),
    ioprio_set: partial(kernel(251, [ioPriorityWho, 'int', 'int'], setIoPriority(scheduling)), 'The host is asked without privileges: no real-time class.'),
    ioprio_get: kernel(252, [ioPriorityWho, 'int'], getIoPriority(scheduling)),
    getcpu: local(309, ['address', 'address', 'address']),
    sched_setattr: partial(local(314, ['pid', inoutput(0), 'uint'], { kernel: setAttributes(scheduling) }), asUser),
    sched_getattr: kernel(315, ['pid', outputBuffer(2, ATTRIBUTES_MAX), 'uint', 'uint'], getAttributes(scheduling)),
    membarrier: partial(direct(324, ['int', 'uint', 'int'], { custom: true }), 'Private expedited commands.'),
    rseq: local(334, ['address', 'uint', 'int', 'uint']),
  };
}
