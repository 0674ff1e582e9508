import { MaskChange, OpenFlags, Signal, flagsOf, input, inputBuffer, local, oneOf, output, outputBuffer, siginfo, timespec } from '@occlum/abi';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import { kernel } from '../kernel/syscall-context.js';
import type { KernelTable } from '../kernel/syscall-context.js';
import { kill, sigqueueinfo, tgkill, tgsigqueueinfo, tkill } from './sys-kill.js';
import { signalfd, signalfd4 } from './sys-signalfd.js';
import { SET_SIZE, sigpending, sigtimedwait } from './sys-wait-signal.js';

const signal = oneOf(Signal);

/**
 * The rows of signals.
 *
 * @param owner - The kernel whose processes they reach.
 */
export function signalSyscalls(owner: EnclaveKernel): KernelTable {
  return {
    rt_sigaction: local(13, [signal, 'address', 'address', 'size'], {
      // The runtime sets the action itself, and tells where that ignores what waits.
      kernel: ({ process }, number) => {
        owner.signals.dropIgnored(process, number);
        return 0;
      },
    }),
    rt_sigprocmask: local(14, [oneOf(MaskChange), 'address', 'address', 'size']),
    rt_sigreturn: local(15, [], { result: 'none' }),
    pause: local(34, []),
    kill: kernel(62, ['pid', signal], kill(owner)),
    rt_sigpending: kernel(127, [outputBuffer(1, SET_SIZE), 'size'], sigpending()),
    rt_sigtimedwait: kernel(128, [inputBuffer(3, SET_SIZE), output(siginfo), input(timespec), 'size'], sigtimedwait(owner)),
    rt_sigqueueinfo: kernel(129, ['pid', signal, input(siginfo)], sigqueueinfo(owner)),
    rt_sigsuspend: local(130, ['address', 'size']),
    sigaltstack: local(131, ['address', 'address']),
    tkill: kernel(200, ['pid', signal], tkill(owner)),
    tgkill: kernel(234, ['pid', 'pid', signal], tgkill(owner)),
    signalfd: kernel(282, ['fd', inputBuffer(2, SET_SIZE), 'size'], signalfd(owner)),
    signalfd4: kernel(289, ['fd', inputBuffer(2, SET_SIZE), 'size', flagsOf(OpenFlags)], signalfd4(owner)),
    rt_tgsigqueueinfo: kernel(297, ['pid', 'pid', signal, input(siginfo)], tgsigqueueinfo(owner)),
  };
}
