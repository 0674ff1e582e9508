import { Capability, CloneFlags, ResourceLimit } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ArenaLayout, ProcessPage, ThreadSlot } from '@occlum/native';

import type { Call } from '../kernel/call.js';
import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import { showCredentials, showLimits } from './process-page.js';
import { Process } from './process.js';
import { Thread } from './thread.js';

/**
 * Makes the LibOS process of a child that the caller's runtime is about to clone.
 *
 * Errors, in the order Linux checks them: `EAGAIN` too many processes of the user; those of {@link TaskRoom.openLink}.
 *
 * Source: linux/kernel/fork.c, `copy_process`.
 *
 * @param flags - Of clone; the runtime has refused those that make neither a fork nor a vfork.
 * @param exitSignal - Signal the parent is to get at its end.
 * @returns Its pid.
 */
export function prepareFork(kernel: EnclaveKernel, call: Call, flags: number, exitSignal: number): number {
  const { process: caller, thread } = call;
  if (isAtProcessLimit(kernel, caller)) return -Errno.EAGAIN;
  const pid = kernel.processes.nextId();
  if (pid === undefined) return -Errno.EAGAIN;
  const link = kernel.room.openLink('guest');
  if (typeof link === 'number') return link;

  const sharesParent = (flags & CloneFlags.CLONE_PARENT) !== 0;
  const child = new Process({
    pid,
    parent: sharesParent ? caller.parent : caller,
    creator: caller,
    group: caller.group,
    credentials: caller.credentials,
    files: caller.files.copy(),
    limits: caller.limits.copy(),
    exitSignal: (sharesParent ? caller.exitSignal : exitSignal) & 0x7f,
    startedAtMs: kernel.now(),
  });
  child.borrowsMemory = (flags & CloneFlags.CLONE_VFORK) !== 0;
  kernel.processes.add(child);
  inherit(child, caller, thread);
  kernel.attach(child, link);
  fillArena(child, caller);
  kernel.guard.inherit(child, caller);
  kernel.ipc.forked(child, caller, flags);
  const leader = child.startLeader(kernel.processes, thread.sched.inherit());
  inheritSlack(leader, thread);
  // A signal may come before its runtime can say what it blocks.
  link.arena.setSlotWide(leader.slot, ThreadSlot.signal_mask, thread.mask);
  caller.preparedChildren.add(child);

  const sent = caller.link?.sendChild(thread.slot, call.sequence, link) ?? -Errno.ESRCH;
  if (sent >= 0) return pid;
  discard(kernel, child);
  return -Errno.EAGAIN;
}

/** The host refused the clone: there is no child. */
export function forkFailed(kernel: EnclaveKernel, call: Call, pid: number): number {
  const child = [...call.process.preparedChildren].find((candidate) => candidate.pid === pid && candidate.hostPid === 0);
  if (child !== undefined) discard(kernel, child);
  return 0;
}

/**
 * Makes the LibOS thread that the caller's runtime is about to clone.
 *
 * @returns Its tid, or `-EAGAIN` where there is no room for one more.
 */
export function prepareThread(kernel: EnclaveKernel, call: Call): number {
  const { process } = call;
  const slot = freeSlot(process);
  if (slot === undefined || !kernel.room.hasRoomForThread() || isAtProcessLimit(kernel, process)) return -Errno.EAGAIN;
  const tid = kernel.processes.nextId();
  if (tid === undefined) return -Errno.EAGAIN;
  const thread = new Thread(process, { tid, slot, name: call.thread.name, sched: call.thread.sched.inherit() });
  inheritSlack(thread, call.thread);
  process.threads.set(tid, thread);
  process.slots[slot] = thread;
  kernel.processes.threads.set(tid, thread);
  process.arena?.clearSlot(slot);
  process.arena?.setSlotWord(slot, ThreadSlot.tid, tid);
  process.arena?.setSlotWide(slot, ThreadSlot.signal_mask, call.thread.mask);
  call.setReplyField(ThreadSlot.new_object, slot);
  return tid;
}

/** Source: linux/kernel/fork.c, `copy_process`, `RLIMIT_NPROC`. */
function isAtProcessLimit(kernel: EnclaveKernel, process: Process): boolean {
  const { credentials } = process;
  if (credentials.hasCapability(Capability.CAP_SYS_RESOURCE) || credentials.hasCapability(Capability.CAP_SYS_ADMIN)) return false;
  let count = 0n;
  for (const other of kernel.processes.threads.values()) if (other.process.credentials.uid === credentials.uid) count++;
  return count >= process.limits.get(ResourceLimit.RLIMIT_NPROC).soft;
}

function freeSlot(process: Process): number | undefined {
  for (let slot = 0; slot < ArenaLayout.slotCount; slot++) if (process.slots[slot] === undefined) return slot;
  return undefined;
}

function inherit(child: Process, parent: Process, thread: Thread): void {
  child.name = thread.name;
  child.executable = parent.executable;
  child.executablePath = parent.executablePath;
  child.dumpable = parent.dumpable;
  child.noNewPrivileges = parent.noNewPrivileges;
  child.terminal = parent.terminal;
  for (const description of parent.grants.values()) child.grant(description);
}

/** Source: prctl(2), `PR_SET_TIMERSLACK`: what the maker has is the new thread's default. */
function inheritSlack(thread: Thread, maker: Thread): void {
  thread.timerSlackNs = maker.timerSlackNs;
  thread.defaultTimerSlackNs = maker.timerSlackNs;
}

function fillArena(child: Process, parent: Process): void {
  const { arena } = child;
  if (arena === undefined || parent.arena === undefined) return;
  arena.copyFrom(parent.arena);
  arena.setPageWord(ProcessPage.version, ArenaLayout.version);
  arena.setPageWord(ProcessPage.pid, child.pid);
  arena.setPageWord(ProcessPage.dead, 0);
  arena.setPageWord(ProcessPage.stopped, 0);
  child.showParent();
  child.showBackground();
  showCredentials(child);
  showLimits(child);
}

function discard(kernel: EnclaveKernel, child: Process): void {
  child.reported();
  child.exitSignal = 0;
  kernel.finish(child, 0);
  kernel.lifecycle.reap(child);
}
