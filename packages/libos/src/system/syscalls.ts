import { kernel, output, outputBuffer, partial, sysinfo, utsname } from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';
import type { HostBinding } from '@occlum/native';

import type { ProcessCaller } from '../process/process-caller.js';
import type { FileHost } from '../time/host-file.js';
import { HostCpus } from './host-cpus.js';
import { refusedSyscalls } from './refused.js';
import { getAffinity, getParam, getPriorityMax, getPriorityMin, getScheduler } from './sys-scheduling.js';
import { systemInfo, uname } from './sys-uname.js';
import type { SystemNames } from './system-names.js';

/** Bytes of a CPU mask that cross: more CPUs than any host has. */
const MASK_MAX = 1024;

/**
 * The rows about the system as a whole.
 *
 * @param host - Host functions.
 * @param names - What the system calls itself.
 */
export function systemSyscalls(host: FileHost & Pick<HostBinding, 'sysinfo'>, names: SystemNames): SyscallTable<ProcessCaller> {
  const isFixed = 'Every thread is SCHED_OTHER.';
  return {
    uname: kernel(63, [output(utsname)], uname(names)),
    sysinfo: kernel(99, [output(sysinfo)], systemInfo(host)),
    sched_getparam: partial(kernel(143, ['pid', output(4)], getParam), isFixed),
    sched_getscheduler: partial(kernel(145, ['pid'], getScheduler), isFixed),
    sched_get_priority_max: kernel(146, ['int'], getPriorityMax),
    sched_get_priority_min: kernel(147, ['int'], getPriorityMin),
    sched_getaffinity: kernel(204, ['pid', 'uint', outputBuffer(1, MASK_MAX)], getAffinity(new HostCpus(host))),
    ...refusedSyscalls,
  };
}
