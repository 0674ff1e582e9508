import { Capability, SIGNAL_MAX, Signal, SignalCode } from '@occlum/abi';
import type { StructInput } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import type { Process } from '../process/process.js';
import { queued, sentBy } from './signal-info.js';
import type { SignalInfo } from './signal-info.js';

/** All but the caller and the first process of each tree, as with init. It succeeds also where the caller may signal none of them. Source: linux/kernel/signal.c, `kill_something_info`. */
const EVERYBODY = -1;

/**
 * `kill(2)`: sends a signal to a process, a group, or everybody.
 *
 * Errors, in the order Linux checks them: `ESRCH` nobody there; `EINVAL` no signal of that number; `EPERM` none of them may
 * be signalled; `EAGAIN` a queue is full.
 *
 * Source: linux/kernel/signal.c, `kill_something_info`.
 */
export function kill(kernel: EnclaveKernel) {
  return (context: SyscallContext, pid: number, signal: number): number => {
    const targets = targetsOf(kernel, context.process, pid);
    if (targets.length === 0) return -Errno.ESRCH;
    const results = targets.map((target) => signalProcess(kernel, context.process, target, fromProcess(context, signal), signal));
    if (pid === EVERYBODY) return results.findLast((result) => result !== -Errno.EPERM) ?? 0;
    return results.includes(0) ? 0 : (results.at(-1) ?? -Errno.ESRCH);
  };
}

/**
 * `tgkill(2)`: sends a signal to one thread.
 *
 * Errors, in the order Linux checks them: `EINVAL` an id that none can have; `ESRCH` no such thread in that process;
 * `EINVAL` no signal of that number; `EPERM`; `EAGAIN`.
 */
export function tgkill(kernel: EnclaveKernel) {
  return (context: SyscallContext, tgid: number, tid: number, signal: number): number =>
    tgid <= 0 || tid <= 0 ? -Errno.EINVAL : toThread(kernel, context, { tgid, tid }, fromProcess(context, signal, SignalCode.SI_TKILL), signal);
}

/** `tkill(2)`: as {@link tgkill}, in whatever process the thread is. */
export function tkill(kernel: EnclaveKernel) {
  return (context: SyscallContext, tid: number, signal: number): number =>
    tid <= 0 ? -Errno.EINVAL : toThread(kernel, context, { tid }, fromProcess(context, signal, SignalCode.SI_TKILL), signal);
}

/**
 * `rt_sigqueueinfo(2)`: sends a signal with information of the caller's own.
 *
 * Errors, in the order Linux checks them: `EFAULT`; `EPERM` information that pretends to come from the kernel or `kill(2)`;
 * `ESRCH`; `EINVAL` no signal of that number; `EPERM`; `EAGAIN`.
 */
export function sigqueueinfo(kernel: EnclaveKernel) {
  return (context: SyscallContext, pid: number, signal: number, information: StructInput<unknown>): number => {
    const info = informationOf(signal, information);
    if (typeof info === 'number') return info;
    if (isForged(context, pid, info)) return -Errno.EPERM;
    const target = processOf(kernel, pid);
    return target === undefined ? -Errno.ESRCH : signalProcess(kernel, context.process, target, info, signal);
  };
}

/** `rt_tgsigqueueinfo(2)`: as {@link sigqueueinfo}, to one thread; `EINVAL` after `EFAULT` for an id that none can have. */
export function tgsigqueueinfo(kernel: EnclaveKernel) {
  return (context: SyscallContext, tgid: number, tid: number, signal: number, information: StructInput<unknown>): number => {
    const info = informationOf(signal, information);
    if (typeof info === 'number') return info;
    if (tgid <= 0 || tid <= 0) return -Errno.EINVAL;
    return isForged(context, tid, info) ? -Errno.EPERM : toThread(kernel, context, { tgid, tid }, info, signal);
  };
}

/** Whether one process may signal another. Source: linux/kernel/signal.c, `check_kill_permission` and `kill_ok_by_cred`. */
export function maySignal(sender: Process, target: Process, signal: number): boolean {
  const { credentials } = sender;
  const { uid, suid } = target.credentials;
  if (sender === target || credentials.hasCapability(Capability.CAP_KILL)) return true;
  if ([credentials.uid, credentials.euid].some((id) => id === uid || id === suid)) return true;
  return signal === Signal.SIGCONT && sender.session === target.session;
}

function targetsOf(kernel: EnclaveKernel, caller: Process, pid: number): Process[] {
  if (pid > 0) {
    const target = processOf(kernel, pid);
    return target === undefined ? [] : [target];
  }
  if (pid === EVERYBODY) return [...kernel.processes.processes.values()].filter((process) => !process.isRoot && process !== caller);
  const group = pid === 0 ? caller.group : kernel.processes.group(-pid);
  return group === undefined ? [] : [...group.members];
}

/** Sends a signal where the sender may: 0 only asks whether it could be sent. `EINVAL` no such signal; `EPERM`; `EAGAIN`. */
export function signalProcess(kernel: EnclaveKernel, sender: Process, target: Process, info: SignalInfo, signal: number): number {
  const refused = check(sender, target, signal);
  return refused !== 0 || signal === 0 ? refused : kernel.signals.toProcess(target, info);
}

function toThread(
  kernel: EnclaveKernel,
  { process: sender }: SyscallContext,
  { tgid, tid }: { readonly tgid?: number; readonly tid: number },
  info: SignalInfo,
  signal: number,
): number {
  const thread = kernel.processes.thread(tid);
  // A first thread that ended is there until its process was waited for, and takes no signals.
  const process = thread?.process ?? kernel.processes.get(tid);
  if (process === undefined || (tgid !== undefined && process.pid !== tgid)) return -Errno.ESRCH;
  const refused = check(sender, process, signal);
  return refused !== 0 || signal === 0 || thread === undefined ? refused : kernel.signals.toThread(thread, info);
}

function check(sender: Process, target: Process, signal: number): number {
  if (signal < 0 || signal > SIGNAL_MAX) return -Errno.EINVAL;
  return maySignal(sender, target, signal) ? 0 : -Errno.EPERM;
}

function fromProcess({ process }: SyscallContext, signal: number, code?: number): SignalInfo {
  return sentBy({ pid: process.pid, uid: process.credentials.uid }, signal, code);
}

function informationOf(signal: number, information: StructInput<unknown>): SignalInfo | number {
  const bytes = information.read();
  return bytes === undefined ? -Errno.EFAULT : queued(signal, bytes);
}

/** Whether information pretends to come from the kernel or `kill(2)`: to itself a thread may say so. */
function isForged({ thread }: SyscallContext, id: number, { code }: SignalInfo): boolean {
  return (code >= 0 || code === SignalCode.SI_TKILL) && id !== thread.tid;
}

/** A process by its number, or by that of any of its threads. */
function processOf(kernel: EnclaveKernel, id: number): Process | undefined {
  return kernel.processes.get(id) ?? kernel.processes.thread(id)?.process;
}
