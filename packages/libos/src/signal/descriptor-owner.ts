import type { Credentials } from '../process/credentials.js';
import { Process } from '../process/process.js';
import type { ProcessTable } from '../process/process-table.js';
import { ProcessGroup } from '../process/session.js';
import { Thread } from '../process/thread.js';

/** Kinds of owners. Source: linux/include/uapi/asm-generic/fcntl.h, `F_OWNER_TID` and its kin. */
export const OwnerType = { thread: 0, process: 1, group: 2 } as const;

/** Whom a description signals, and with whose rights. */
export interface DescriptorOwner {
  /** One of {@link OwnerType}. */
  readonly type: number;
  /** What had that id when it was set; `undefined` for nobody, also where the id was another kind's. */
  readonly target: Process | ProcessGroup | Thread | undefined;
  /** Who set it. */
  readonly uid: number;
  readonly euid: number;
}

/** What a new description has. */
export const NO_OWNER: DescriptorOwner = { type: OwnerType.thread, target: undefined, uid: 0, euid: 0 };

/**
 * The owner that an id names.
 *
 * @param id - 0 for nobody.
 * @returns `undefined` where no process, thread, group or session has that id.
 *
 * Source: linux/fs/fcntl.c, `f_setown` and `f_setown_ex`: an id of another kind is taken, and names nobody.
 */
export function ownerById(processes: ProcessTable, type: number, id: number, { uid, euid }: Credentials): DescriptorOwner | undefined {
  if (id !== 0 && !processes.isUsed(id)) return undefined;
  return { type, target: targetOf(processes, type, id), uid, euid };
}

/** Its id; 0 for nobody, also where that is gone. Source: linux/fs/fcntl.c, `f_getown`. */
export function idOf({ target }: DescriptorOwner): number {
  if (target instanceof Thread) return isThere(target) ? target.tid : 0;
  if (target instanceof Process) return target.state === 'reaped' ? 0 : target.pid;
  return target === undefined || target.members.size === 0 ? 0 : target.pgid;
}

/** Processes and threads that it has signalled, as far as whoever set it may signal them. */
export function receiversOf(owner: DescriptorOwner): readonly (Process | Thread)[] {
  const { target } = owner;
  const all = target instanceof ProcessGroup ? [...target.members] : target === undefined ? [] : [target];
  return all.filter((receiver) => maySignal(owner, (receiver instanceof Thread ? receiver.process : receiver).credentials));
}

function targetOf(processes: ProcessTable, type: number, id: number): DescriptorOwner['target'] {
  if (type === OwnerType.group) return processes.group(id);
  return type === OwnerType.process ? processes.get(id) : processes.thread(id);
}

/** A first thread is there until its process was waited for. */
function isThere({ gone, tid, process }: Thread): boolean {
  return !gone || (tid === process.pid && process.state !== 'reaped');
}

/** Source: linux/fs/fcntl.c, `sigio_perm`. */
function maySignal({ uid, euid }: DescriptorOwner, target: Credentials): boolean {
  return euid === 0 || [uid, euid].some((id) => id === target.uid || id === target.suid);
}
