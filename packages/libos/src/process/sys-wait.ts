import { ChildCode, OpenFlags, Signal, WaitIdType, WaitOptions, unknownFlags } from '@occlum/abi';
import type { StructOutput, rusage, siginfo } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { isError } from '../fs/result.js';
import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { childChanged } from '../signal/signal-info.js';
import { ProcessDescriptor } from './process-descriptor.js';
import type { Process } from './process.js';
import { rusageOf } from './rusage.js';
import { addUsage } from './usage.js';

type RusageOutput = StructOutput<ReturnType<typeof rusage.decode>>;
type SiginfoOutput = StructOutput<ReturnType<typeof siginfo.decode>>;

/** Which children a wait is for, and which changes of them. */
interface WaitRequest {
  readonly matches: (child: Process) => boolean;
  readonly options: number;
}

/** A child that changed. */
interface Change {
  readonly child: Process;
  readonly what: 'exited' | 'stopped' | 'continued';
  /** Wait status as `wait4(2)` gives it. */
  readonly status: number;
}

const { WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED, __WALL, __WCLONE, __WNOTHREAD } = WaitOptions;
const WAIT4_OPTIONS = { WNOHANG, WUNTRACED, WCONTINUED, __WNOTHREAD, __WCLONE, __WALL };
const WAITID_OPTIONS = { WNOHANG, WNOWAIT, WEXITED, WSTOPPED, WCONTINUED, __WNOTHREAD, __WCLONE, __WALL };

/** Wait status of a child that goes on. Source: wait(2), `WIFCONTINUED`. */
const CONTINUED_STATUS = 0xffff;

/**
 * `wait4(2)`: waits for a child and gives its pid.
 *
 * Errors, in the order Linux checks them: `EINVAL` an unknown option; `ESRCH` the lowest int; `ECHILD` no such child;
 * `EFAULT` a bad pointer, the child is gone then.
 *
 * Source: linux/kernel/exit.c, `kernel_wait4` and `do_wait`.
 */
export function wait4(kernel: EnclaveKernel) {
  return async (context: SyscallContext, pid: number, status: StructOutput<Uint8Array>, options: number, usage: RusageOutput): Promise<number> => {
    if (unknownFlags(options, WAIT4_OPTIONS) !== 0) return -Errno.EINVAL;
    if (pid === -(2 ** 31)) return -Errno.ESRCH;
    const { process } = context;
    const group = pid === 0 ? process.group.pgid : -pid;
    const matches = (child: Process): boolean => pid === -1 || (pid > 0 ? child.pid === pid : child.group.pgid === group);
    const change = await waitForChange(context, { matches, options: options | WEXITED });
    if (typeof change === 'number') return change;
    const spent = addUsage(change.child.usage, change.child.childrenUsage);
    consume(kernel, change, options);
    if (!status.isNull && !status.write(Uint8Array.of(change.status & 0xff, change.status >> 8, 0, 0))) return -Errno.EFAULT;
    return usage.isNull || usage.put(rusageOf(spent)) ? change.child.pid : -Errno.EFAULT;
  };
}

/**
 * `waitid(2)`: waits for a child and tells of it as a signal would.
 *
 * Errors, in the order Linux checks them: `EINVAL` an unknown option, or no kind of change; `EINVAL` a bad type or id;
 * `EBADF` no descriptor of a process; `ECHILD` no such child; `EAGAIN` a descriptor that does not wait; `EFAULT` a bad
 * pointer, the child is gone then.
 *
 * Source: linux/kernel/exit.c, `kernel_waitid`.
 */
export function waitid(kernel: EnclaveKernel) {
  return async (context: SyscallContext, which: number, id: number, info: SiginfoOutput, options: number, usage: RusageOutput): Promise<number> => {
    if (unknownFlags(options, WAITID_OPTIONS) !== 0 || (options & (WEXITED | WSTOPPED | WCONTINUED)) === 0) return -Errno.EINVAL;
    const matches = childrenOf(context.process, which, id);
    if (typeof matches === 'number') return matches;
    const waits = which !== WaitIdType.P_PIDFD || !isNonBlocking(context.process, id);
    const change = await waitForChange(context, { matches, options: waits ? options : options | WNOHANG });
    if (isError(change)) return change;
    if (typeof change === 'number' && !waits && (options & WNOHANG) === 0) return -Errno.EAGAIN;
    if (typeof change === 'number') return info.isNull || info.write(new Uint8Array(128)) ? 0 : -Errno.EFAULT;
    const spent = addUsage(change.child.usage, change.child.childrenUsage);
    const bytes = informationOf(change);
    if ((options & WNOWAIT) === 0) consume(kernel, change, options);
    if (!usage.isNull && !usage.put(rusageOf(spent))) return -Errno.EFAULT;
    return info.isNull || info.write(bytes) ? 0 : -Errno.EFAULT;
  };
}

function childrenOf(process: Process, which: number, id: number): ((child: Process) => boolean) | number {
  switch (which) {
    case WaitIdType.P_ALL: return () => true;
    case WaitIdType.P_PID: return id <= 0 ? -Errno.EINVAL : (child) => child.pid === id;
    case WaitIdType.P_PGID: {
      if (id < 0) return -Errno.EINVAL;
      const group = id === 0 ? process.group.pgid : id;
      return (child) => child.group.pgid === group;
    }
    case WaitIdType.P_PIDFD: {
      if (id < 0) return -Errno.EINVAL;
      const object = process.descriptionOf(id)?.object;
      return object instanceof ProcessDescriptor ? (child) => child === object.process : -Errno.EBADF;
    }
    default: return -Errno.EINVAL;
  }
}

/** Whether a descriptor was made not to wait; a later F_SETFL is the host description's. */
function isNonBlocking(process: Process, fd: number): boolean {
  return ((process.descriptionOf(fd)?.flags ?? 0) & OpenFlags.O_NONBLOCK) !== 0;
}

/** The change, 0 for `WNOHANG` where there is none, or a negative error number. */
function waitForChange(context: SyscallContext, request: WaitRequest): Change | number | Promise<Change | number> {
  const { process } = context;
  const look = (): Change | number | undefined => {
    const candidates = [...process.children].filter((child) => isEligible(child, request));
    if (candidates.length === 0) return -Errno.ECHILD;
    for (const child of candidates) {
      const change = changeOf(child, request.options);
      if (change !== undefined) return change;
    }
    return (request.options & WNOHANG) !== 0 ? 0 : undefined;
  };
  return context.wait(process.childChange, look);
}

/** Children made with another signal than SIGCHLD are waited for only where the options say so. Source: wait(2), `__WCLONE`. */
function isEligible(child: Process, { matches, options }: WaitRequest): boolean {
  const isClone = child.exitSignal !== Signal.SIGCHLD;
  return matches(child) && ((options & __WALL) !== 0 || isClone === ((options & __WCLONE) !== 0));
}

function changeOf(child: Process, options: number): Change | undefined {
  if (child.state === 'zombie' && (options & WEXITED) !== 0) return { child, what: 'exited', status: child.exit ?? 0 };
  if (child.stoppedBy !== 0 && !child.stopReported && (options & WSTOPPED) !== 0) {
    return { child, what: 'stopped', status: (child.stoppedBy << 8) | 0x7f };
  }
  if (!child.continueReported && (options & WCONTINUED) !== 0) return { child, what: 'continued', status: CONTINUED_STATUS };
  return undefined;
}

/** Nobody else waits for this change. */
function consume(kernel: EnclaveKernel, { child, what }: Change, options: number): void {
  if ((options & WNOWAIT) !== 0) return;
  if (what === 'exited') kernel.lifecycle.reap(child);
  else if (what === 'stopped') child.stopReported = true;
  else child.continueReported = true;
}

function informationOf({ child, what, status }: Change): Uint8Array {
  const { pid, credentials } = child;
  const sender = { pid, uid: credentials.uid, userTicks: 0, systemTicks: 0 };
  const { CLD_CONTINUED, CLD_EXITED, CLD_KILLED, CLD_STOPPED } = ChildCode;
  if (what === 'stopped') return childChanged(Signal.SIGCHLD, { ...sender, code: CLD_STOPPED, status: child.stoppedBy }).bytes;
  if (what === 'continued') return childChanged(Signal.SIGCHLD, { ...sender, code: CLD_CONTINUED, status: Signal.SIGCONT }).bytes;
  const signal = status & 0x7f;
  return childChanged(Signal.SIGCHLD, { ...sender, code: signal === 0 ? CLD_EXITED : CLD_KILLED, status: signal === 0 ? status >> 8 : signal }).bytes;
}
