import { array } from '../codec.js';
import { struct } from '../struct.js';

/** Owner and permissions of an object of System V IPC. Source: linux/include/uapi/asm-generic/ipcbuf.h. */
export const ipc64Perm = struct('ipc64_perm', {
  key: 'i32',
  uid: 'u32',
  gid: 'u32',
  cuid: 'u32',
  cgid: 'u32',
  mode: 'u32',
  seq: 'u16',
  __pad2: 'u16',
  __unused1: 'u64',
  __unused2: 'u64',
});

/** What `shmctl(IPC_STAT)` tells. Source: linux/include/uapi/asm-generic/shmbuf.h. */
export const shmid64Ds = struct('shmid64_ds', {
  shm_perm: ipc64Perm,
  shm_segsz: 'u64',
  shm_atime: 'i64',
  shm_dtime: 'i64',
  shm_ctime: 'i64',
  shm_cpid: 'i32',
  shm_lpid: 'i32',
  shm_nattch: 'u64',
  __unused4: 'u64',
  __unused5: 'u64',
});

/** What `shmctl(IPC_INFO)` tells. Source: linux/include/uapi/asm-generic/shmbuf.h. */
export const shminfo64 = struct('shminfo64', {
  shmmax: 'u64',
  shmmin: 'u64',
  shmmni: 'u64',
  shmseg: 'u64',
  shmall: 'u64',
  __unused: array('u64', 4),
});

/** What `shmctl(SHM_INFO)` tells. Source: linux/include/uapi/linux/shm.h. */
export const shmInfo = struct('shm_info', {
  used_ids: 'i32',
  shm_tot: 'u64',
  shm_rss: 'u64',
  shm_swp: 'u64',
  swap_attempts: 'u64',
  swap_successes: 'u64',
});

/** What `semctl(IPC_STAT)` tells. Source: linux/arch/x86/include/uapi/asm/sembuf.h. */
export const semid64Ds = struct('semid64_ds', {
  sem_perm: ipc64Perm,
  sem_otime: 'i64',
  __unused1: 'u64',
  sem_ctime: 'i64',
  __unused2: 'u64',
  sem_nsems: 'u64',
  __unused3: 'u64',
  __unused4: 'u64',
});

/** An operation of `semop(2)`. Source: linux/include/uapi/linux/sem.h. */
export const sembuf = struct('sembuf', { sem_num: 'u16', sem_op: 'i16', sem_flg: 'i16' });

/** What `semctl(IPC_INFO)` and `semctl(SEM_INFO)` tell. Source: linux/include/uapi/linux/sem.h. */
export const seminfo = struct('seminfo', {
  semmap: 'i32',
  semmni: 'i32',
  semmns: 'i32',
  semmnu: 'i32',
  semmsl: 'i32',
  semopm: 'i32',
  semume: 'i32',
  semusz: 'i32',
  semvmx: 'i32',
  semaem: 'i32',
});

/** What `msgctl(IPC_STAT)` tells. Source: linux/include/uapi/asm-generic/msgbuf.h. */
export const msqid64Ds = struct('msqid64_ds', {
  msg_perm: ipc64Perm,
  msg_stime: 'i64',
  msg_rtime: 'i64',
  msg_ctime: 'i64',
  msg_cbytes: 'u64',
  msg_qnum: 'u64',
  msg_qbytes: 'u64',
  msg_lspid: 'i32',
  msg_lrpid: 'i32',
  __unused4: 'u64',
  __unused5: 'u64',
});

/** What `msgctl(IPC_INFO)` and `msgctl(MSG_INFO)` tell. Source: linux/include/uapi/linux/msg.h. */
export const msginfo = struct('msginfo', {
  msgpool: 'i32',
  msgmap: 'i32',
  msgmax: 'i32',
  msgmnb: 'i32',
  msgmni: 'i32',
  msgssz: 'i32',
  msgtql: 'i32',
  msgseg: 'u16',
});
