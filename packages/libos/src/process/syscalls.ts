import { CloneFlags, CSIGNAL, PidfdFlags, Signal, WaitIdType, WaitOptions, flagsOf, input, local, oneOf, output, partial, rusage, siginfo } from '@occlum/abi';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import { kernel } from '../kernel/syscall-context.js';
import type { KernelTable } from '../kernel/syscall-context.js';
import { execve, execveat } from './sys-exec.js';
import { getpgid, getsid, setpgid, setsid } from './sys-group.js';
import { pidfdOpen, pidfdSendSignal } from './sys-pidfd.js';
import { wait4, waitid } from './sys-wait.js';

const waitOptions = flagsOf(WaitOptions);

/** Wait status of an exit. Source: wait(2), `WEXITSTATUS`. */
const exited = (status: number): number => (status & 0xff) << 8;

/**
 * The rows of the life of processes and threads.
 *
 * @param owner - The kernel whose processes they are.
 */
export function processSyscalls(owner: EnclaveKernel): KernelTable {
  return {
    clone: partial(local(56, [flagsOf(CloneFlags, CSIGNAL), 'address', 'address', 'address', 'address']), 'Threads, fork and vfork; no namespaces, no CLONE_PIDFD.'),
    fork: local(57, []),
    vfork: local(58, []),
    execve: kernel(59, ['path', 'address', 'address'], execve(owner)),
    exit: local(60, ['int'], { result: 'none' }),
    wait4: kernel(61, ['pid', output(4), waitOptions, output(rusage)], wait4(owner)),
    setpgid: kernel(109, ['pid', 'pid'], setpgid(owner)),
    getpgrp: kernel(111, [], ({ process }) => process.group.pgid),
    setsid: kernel(112, [], setsid(owner)),
    getpgid: kernel(121, ['pid'], getpgid(owner)),
    getsid: kernel(124, ['pid'], getsid(owner)),
    exit_group: kernel(231, ['int'], ({ process }, status) => {
      owner.leave(process, exited(status));
      return 0;
    }, { result: 'none' }),
    waitid: kernel(247, [oneOf(WaitIdType), 'pid', output(siginfo), waitOptions, output(rusage)], waitid(owner)),
    pidfd_open: kernel(434, ['pid', flagsOf(PidfdFlags)], pidfdOpen(owner)),
    pidfd_send_signal: kernel(424, ['fd', oneOf(Signal), input(siginfo), 'flags'], pidfdSendSignal(owner)),
    execveat: kernel(322, ['fd', 'path', 'address', 'address', 'flags'], execveat(owner)),
    clone3: partial(local(435, ['address', 'size']), 'ENOSYS, so that libraries take clone.'),
    set_tid_address: local(218, ['address']),
    set_robust_list: local(273, ['address', 'size']),
    get_robust_list: partial(local(274, ['pid', 'address', 'address']), 'Of the caller only.'),
    arch_prctl: partial(local(158, ['int', 'address']), 'No GS base.'),
  };
}
