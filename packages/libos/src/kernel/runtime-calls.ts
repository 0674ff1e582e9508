import { PAGE_SIZE, Signal } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ArenaLayout, FdFlag, KernelCall, ThreadSlot } from '@occlum/native';

import { isError } from '../fs/result.js';
import { terminalOf } from '../fs/terminal/terminal.js';
import { attach } from '../ipc/sys-shm.js';
import { checkBackground } from '../process/background.js';
import { forkFailed, prepareFork, prepareThread } from '../process/fork.js';
import { commitExec } from '../process/exec.js';
import { ownSignals } from '../signal/signal-descriptor.js';
import { NO_SIGNALS } from '../signal/signal-set.js';
import type { Call } from './call.js';
import type { RuntimeCall } from './dispatcher.js';
import type { EnclaveKernel } from './enclave-kernel.js';
import { showElsewhere } from './terminal-elsewhere.js';

/** Second argument of hello. */
const Hello = { boot: 0, fork: 1, vfork: 2 } as const;

/**
 * What the runtime asks for itself.
 *
 * @param kernel - Whose runtimes they are.
 */
export function runtimeCalls(kernel: EnclaveKernel): ReadonlyMap<number, RuntimeCall> {
  return new Map<number, RuntimeCall>([
    [KernelCall.hello, (call) => hello(kernel, call)],
    [KernelCall.fork, (call) => prepareFork(kernel, call, wordOf(call, 0), wordOf(call, 1))],
    [KernelCall.forkFailed, (call) => forkFailed(kernel, call, wordOf(call, 0))],
    [KernelCall.thread, (call) => prepareThread(kernel, call)],
    [KernelCall.threadFailed, (call) => threadFailed(kernel, call)],
    [KernelCall.threadExit, (call) => { threadExit(kernel, call); return undefined; }],
    [KernelCall.execFailed, execFailed],
    [KernelCall.nextSignal, (call) => nextSignal(kernel, call)],
    [KernelCall.fatalSignal, (call) => fatalSignal(kernel, call)],
    [KernelCall.trace, (call) => trace(kernel, call)],
    // Every call takes the released objects first.
    [KernelCall.drain, () => 0],
    [KernelCall.fdLost, descriptorLost],
    [KernelCall.terminal, (call) => useTerminal(kernel, call)],
    [KernelCall.own, (call) => ownSignals(kernel.host, call, wordOf(call, 0), (wordOf(call, 1) & FdFlag.cloexec) !== 0)],
    [KernelCall.segment, (call) => attachSegment(kernel, call)],
    [KernelCall.segmentCount, (call) => countSegment(kernel, call)],
    [KernelCall.receivedFd, (call) => kernel.receivedDescriptor(call)],
    [KernelCall.sender, (call) => sender(kernel, call)],
  ]);
}

/** A new image or child reports. Its host process id came on the control socket, from the host. */
function hello(kernel: EnclaveKernel, call: Call): number {
  const { process } = call;
  process.link?.receive();
  if (process.hostPid === 0 || wordOf(call, 0) !== ArenaLayout.version) return -Errno.EPERM;
  const how = wordOf(call, 1);
  if (how === Hello.boot) commitExec(kernel, process);
  process.reported();
  kernel.started(process);
  return 0;
}

function threadFailed(kernel: EnclaveKernel, call: Call): number {
  const thread = call.process.threads.get(wordOf(call, 0));
  if (thread === undefined || thread === call.thread) return 0;
  kernel.lifecycle.removeThread(thread);
  kernel.signals.remind(call.process);
  return 0;
}

/** Nobody waits for a reply: the slot may be another thread's at once. */
function threadExit(kernel: EnclaveKernel, call: Call): void {
  const { process, thread } = call;
  kernel.lifecycle.removeThread(thread);
  process.arena?.clearSlot(thread.slot);
  kernel.signals.remind(process);
}

function execFailed(call: Call): number {
  call.process.preparedExec = undefined;
  return 0;
}

/** Result is the signal's number, or 0 for none. */
function nextSignal(kernel: EnclaveKernel, call: Call): number {
  const info = kernel.signals.next(call.thread, call.register(0));
  if (info === undefined) return NO_SIGNAL;
  const [, information] = call.values(['address', { kind: 'output', size: info.bytes.length, codec: undefined }]);
  if ((information as { write(bytes: Uint8Array): boolean }).write(info.bytes)) return info.signal;
  return NO_SIGNAL;
}

const NO_SIGNAL = Number(NO_SIGNALS);

function fatalSignal(kernel: EnclaveKernel, call: Call): number {
  kernel.signals.end(call.process, wordOf(call, 0) & 0x7f);
  return 0;
}

function trace(kernel: EnclaveKernel, call: Call): number {
  const result = Number(BigInt.asIntN(64, call.register(1)));
  kernel.dispatcher.trace(call.thread, wordOf(call, 0), result, [2, 3, 4, 5].map((index) => call.register(index)));
  return 0;
}

function descriptorLost(call: Call): number {
  call.process.release(wordOf(call, 0));
  return 0;
}

/** A read, write or change of a terminal from the background. */
function useTerminal(kernel: EnclaveKernel, call: Call): number {
  const description = call.object(0);
  const terminal = description === undefined ? undefined : terminalOf(description);
  if (terminal === undefined) return 0;
  // A shell brings a job to the front that it has put in the background before, and tells nobody.
  if (terminal.isElsewhere) showElsewhere(kernel);
  return checkBackground(kernel, call.thread, terminal, wordOf(call, 1) === 0 ? Signal.SIGTTIN : Signal.SIGTTOU);
}

/** Who sent a message: the host vouches for its process id, the LibOS for who that is. */
function sender(kernel: EnclaveKernel, call: Call): number {
  const process = kernel.ofHost(wordOf(call, 0));
  if (process === undefined) return 0;
  call.setReplyField(ThreadSlot.new_kind, process.credentials.uid);
  call.setReplyField(ThreadSlot.new_flags, process.credentials.gid);
  return process.pid;
}

/** Result is the bytes to map; the segment's memory comes on the control socket. */
function attachSegment(kernel: EnclaveKernel, call: Call): number {
  const { process, thread, sequence } = call;
  const { memory } = kernel.ipc;
  const attached = attach(memory, process, wordOf(call, 0) | 0, wordOf(call, 1));
  if (isError(attached)) return attached;
  const { segment, hostFd } = attached;
  const sent = process.link?.sendDescriptor(thread.slot, sequence, hostFd) ?? -Errno.ESRCH;
  kernel.host.close(hostFd);
  if (sent < 0) {
    memory.of(process).change(segment.token, -1, process.pid);
    return -Errno.ENOMEM;
  }
  call.setReplyField(ThreadSlot.new_object, segment.token);
  return segment.pages * PAGE_SIZE;
}

function countSegment(kernel: EnclaveKernel, call: Call): number {
  const { process } = call;
  kernel.ipc.memory.of(process).change(wordOf(call, 0), wordOf(call, 1) | 0, process.pid);
  return 0;
}

/** Low half of an argument. */
function wordOf(call: Call, argument: number): number {
  return call.words[ThreadSlot.arguments / 4 + 2 * argument] ?? 0;
}

