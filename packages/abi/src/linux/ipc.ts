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
