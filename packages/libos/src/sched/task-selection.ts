import type { Credentials } from '../process/credentials.js';
import type { ProcessCaller } from '../process/process-caller.js';
import type { Thread } from '../process/thread.js';

/** The thread that an id of `sched_*(2)` means: 0 is the caller. */
export function threadOf({ thread, kernel }: ProcessCaller, tid: number): Thread | undefined {
  return tid === 0 ? thread : kernel.processes.thread(tid);
}

/** All threads of a process group: 0 is the caller's. */
export function threadsOfGroup({ process, kernel }: ProcessCaller, pgid: number): Thread[] {
  const group = pgid === 0 ? process.group : kernel.processes.group(pgid);
  return [...(group?.members ?? [])].flatMap(({ threads }) => [...threads.values()]);
}

/** All threads of a user. */
export function threadsOfUser({ kernel }: ProcessCaller, uid: number): Thread[] {
  return [...kernel.processes.threads.values()].filter(({ process }) => process.credentials.uid === uid);
}

/** Whether one user may change how threads of another are scheduled. Source: linux/kernel/sched/syscalls.c, `check_same_owner`. */
export function isSameOwner(caller: Credentials, owner: Credentials): boolean {
  return caller.euid === owner.euid || caller.euid === owner.uid;
}
