import type { DataArgument, Handler, sysinfo, utsname } from '@occlum/abi';
import { sysinfo as sysinfoCodec } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import type { ProcessCaller } from '../process/process-caller.js';
import type { SystemNames } from './system-names.js';

type Utsname = ReturnType<typeof utsname.decode>;
type Sysinfo = ReturnType<typeof sysinfo.decode>;

/**
 * `uname(2)`: tells what the system is.
 *
 * Errors: `EFAULT`.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE1(newuname)`.
 */
export function uname({ hostname, release, version }: SystemNames): Handler<ProcessCaller, [DataArgument<'output', Utsname>]> {
  const value = { sysname: 'Linux', nodename: hostname, release, version, machine: 'x86_64', domainname: '(none)' };
  return (_context, out) => (out.put(value) ? 0 : -Errno.EFAULT);
}

/**
 * `sysinfo(2)`: tells memory, load and time since boot of the host, and how many threads the LibOS has.
 *
 * Errors: `EFAULT`.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE1(sysinfo)`.
 */
export function systemInfo(host: Pick<HostBinding, 'sysinfo'>): Handler<ProcessCaller, [DataArgument<'output', Sysinfo>]> {
  return ({ kernel: { processes } }, out) => {
    const bytes = new Uint8Array(sysinfoCodec.size);
    const result = host.sysinfo(bytes);
    if (result < 0) return result;
    const value = { ...sysinfoCodec.decode(bytes), procs: processes.threads.size };
    return out.put(value) ? 0 : -Errno.EFAULT;
  };
}
