import type { IpcNamespace } from './ipc-namespace.js';
import type { IpcObject } from './ipc-object.js';

/** Text of each file of /proc/sysvipc, by name. Source: proc(5); values of Linux 6.18. */
export const IPC_FILES: Readonly<Record<string, (ipc: IpcNamespace) => string>> = { shm: memoryText, sem: semaphoreText, msg: queueText };

const MEMORY_HEAD =
  '       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n';

/** Source: linux/ipc/shm.c, `sysvipc_shm_proc_show`. */
function memoryText({ memory }: IpcNamespace): string {
  return MEMORY_HEAD + memory.segments.all().map((segment) => {
    const { size, cpid, lpid, attachments, atime, dtime, ctime, residentBytes } = segment;
    return `${named(segment)} ${columns(21, size)} ${columns(5, cpid, lpid)}  ${columns(5, attachments)} ${owners(segment)} ${columns(10, atime, dtime, ctime)} ${columns(21, residentBytes, 0)}\n`;
  }).join('');
}

const SEMAPHORE_HEAD = '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n';

/** Source: linux/ipc/sem.c, `sysvipc_sem_proc_show`. */
function semaphoreText({ semaphores }: IpcNamespace): string {
  return SEMAPHORE_HEAD + semaphores.sets.all().map((set) => `${named(set)} ${columns(10, set.count)} ${owners(set)} ${columns(10, set.otime, set.ctime)}\n`).join('');
}

const QUEUE_HEAD = '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n';

/** Source: linux/ipc/msg.c, `sysvipc_msg_proc_show`. */
function queueText({ messages: { queues } }: IpcNamespace): string {
  return QUEUE_HEAD + queues.all().map((queue) => {
    const { bytes, messages, lspid, lrpid, stime, rtime, ctime } = queue;
    return `${named(queue)}  ${columns(10, bytes, messages.length)} ${columns(5, lspid, lrpid)} ${owners(queue)} ${columns(10, stime, rtime, ctime)}\n`;
  }).join('');
}

function named({ key, id, mode }: IpcObject): string {
  return `${columns(10, key, id)}  ${mode.toString(8).padStart(4)}`;
}

function owners({ uid, gid, cuid, cgid }: IpcObject): string {
  return columns(5, uid, gid, cuid, cgid);
}

function columns(width: number, ...values: readonly number[]): string {
  return values.map((value) => `${value}`.padStart(width)).join(' ');
}
