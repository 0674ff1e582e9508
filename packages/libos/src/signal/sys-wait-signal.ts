import type { InputArgument, OutputArgument, StructInput, timespec } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import { ERESTARTSYS } from '../kernel/syscall-context.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { SignalInfo } from './signal-info.js';
import { NO_SIGNALS, UNBLOCKABLE } from './signal-set.js';
import type { SignalSet } from './signal-set.js';

type Timespec = ReturnType<typeof timespec.decode>;

/** Bytes of a signal set. Source: signal(7), `sigsetsize`. */
export const SET_SIZE = 8;

const NANOSECONDS = 1_000_000_000n;

/**
 * `rt_sigpending(2)`: blocked signals that wait.
 *
 * Errors, in the order Linux checks them: `EINVAL` a set too long; `EFAULT`.
 */
export function sigpending() {
  return ({ process, thread }: SyscallContext, set: OutputArgument, size: number): number => {
    if (size > SET_SIZE) return -Errno.EINVAL;
    const waiting = (process.pending.set | thread.pending.set) & thread.mask;
    return size === 0 || set.write(new Uint8Array(new BigUint64Array([waiting]).buffer).subarray(0, size)) ? 0 : -Errno.EFAULT;
  };
}

/**
 * `rt_sigtimedwait(2)`: takes a signal of a set without running its handler.
 *
 * Errors, in the order Linux checks them: `EINVAL` a set of another size; `EFAULT`; `EINVAL` a bad time; `EAGAIN` none came
 * in time; `EINTR` another signal came, or the process was stopped and goes on.
 *
 * Source: linux/kernel/signal.c, `do_sigtimedwait`.
 */
export function sigtimedwait(kernel: EnclaveKernel) {
  return async (
    context: SyscallContext,
    set: InputArgument,
    information: OutputArgument,
    timeout: StructInput<Timespec>,
    size: number,
  ): Promise<number> => {
    if (size !== SET_SIZE) return -Errno.EINVAL;
    const wanted = setOf(set.read());
    if (wanted === undefined) return -Errno.EFAULT;
    const timeoutMs = timeout.isNull ? Infinity : millisecondsOf(timeout.value());
    if (timeoutMs < 0) return timeoutMs;
    const { process, thread } = context;
    const { timesContinued } = process;
    const take = (): SignalInfo | number | undefined =>
      thread.pending.take(wanted) ?? process.pending.take(wanted) ?? (process.timesContinued === timesContinued ? undefined : -Errno.EINTR);
    thread.awaited = wanted;
    const info = await context.wait(process.signalArrived, take, timeoutMs);
    thread.awaited = NO_SIGNALS;
    if (info === -Errno.ETIMEDOUT) return -Errno.EAGAIN;
    if (info === -ERESTARTSYS) return -Errno.EINTR;
    if (typeof info === 'number') return info;
    kernel.signals.showPending(thread);
    return information.isNull || information.write(info.bytes) ? info.signal : -Errno.EFAULT;
  };
}

/** A set as a guest wrote it, without what no mask holds. */
function setOf(bytes: Uint8Array | undefined): SignalSet | undefined {
  return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset, SET_SIZE).getBigUint64(0, true) & ~UNBLOCKABLE;
}

function millisecondsOf(time: Timespec | undefined): number {
  if (time === undefined) return -Errno.EFAULT;
  if (time.tv_sec < 0n || time.tv_nsec < 0n || time.tv_nsec >= NANOSECONDS) return -Errno.EINVAL;
  return Number(time.tv_sec) * 1000 + Number(time.tv_nsec) / 1e6;
}
