import type { Kernel } from '../kernel/kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';

/** The part of a {@link SyscallContext} that calls about processes and signals use. */
export interface ProcessCaller extends Pick<SyscallContext, 'process' | 'thread' | 'wait'> {
  readonly kernel: Pick<Kernel, 'processes' | 'signals'>;
}
