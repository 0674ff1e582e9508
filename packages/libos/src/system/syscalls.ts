import { kernel, output, sysinfo, utsname } from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';
import type { HostBinding } from '@occlum/native';

import type { ProcessCaller } from '../process/process-caller.js';
import { refusedSyscalls } from './refused.js';
import { systemInfo, uname } from './sys-uname.js';
import type { SystemNames } from './system-names.js';

/**
 * The rows about the system as a whole.
 *
 * @param host - Host functions.
 * @param names - What the system calls itself.
 */
export function systemSyscalls(host: Pick<HostBinding, 'sysinfo'>, names: SystemNames): SyscallTable<ProcessCaller> {
  return {
    uname: kernel(63, [output(utsname)], uname(names)),
    sysinfo: kernel(99, [output(sysinfo)], systemInfo(host)),
    ...refusedSyscalls,
  };
}
