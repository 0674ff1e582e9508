import type { FlagTable } from '../flags.js';

/**
 * Flags of `shmget(2)`, `semget(2)` and `msgget(2)`; the low 9 bits are a mode.
 *
 * Source: linux/include/uapi/linux/ipc.h.
 */
export const IpcFlags = {
  IPC_CREAT: 0o1000,
  IPC_EXCL: 0o2000,
  IPC_NOWAIT: 0o4000,
} as const satisfies FlagTable;

/** The key of what has none. Source: linux/include/uapi/linux/ipc.h. */
export const IPC_PRIVATE = 0;

/**
 * Commands that `shmctl(2)`, `semctl(2)` and `msgctl(2)` have in common.
 *
 * Source: linux/include/uapi/linux/ipc.h.
 */
export const IpcCommand = {
  IPC_RMID: 0,
  IPC_SET: 1,
  IPC_STAT: 2,
  IPC_INFO: 3,
} as const satisfies FlagTable;

/**
 * Flags of `shmat(2)`.
 *
 * Source: linux/include/uapi/linux/shm.h.
 */
export const ShmFlags = {
  SHM_RDONLY: 0o10000,
  SHM_RND: 0o20000,
  SHM_REMAP: 0o40000,
  SHM_EXEC: 0o100000,
} as const satisfies FlagTable;

/**
 * Flags of `shmget(2)` beside those of {@link IpcFlags}.
 *
 * Source: linux/include/uapi/linux/shm.h.
 */
export const ShmGetFlags = {
  SHM_HUGETLB: 0o4000,
  SHM_NORESERVE: 0o10000,
} as const satisfies FlagTable;

/**
 * Commands of `shmctl(2)` beside those of {@link IpcCommand}.
 *
 * Source: linux/include/uapi/linux/shm.h.
 */
export const ShmCommand = {
  SHM_LOCK: 11,
  SHM_UNLOCK: 12,
  SHM_STAT: 13,
  SHM_INFO: 14,
  SHM_STAT_ANY: 15,
} as const satisfies FlagTable;

/** Bits of a segment's mode above the permissions. Source: linux/include/linux/shm.h. */
export const ShmMode = {
  SHM_DEST: 0o1000,
} as const satisfies FlagTable;

/**
 * Flags of an operation of `semop(2)` beside `IPC_NOWAIT`.
 *
 * Source: linux/include/uapi/linux/sem.h.
 */
export const SemFlags = {
  SEM_UNDO: 0x1000,
} as const satisfies FlagTable;

/**
 * Commands of `semctl(2)` beside those of {@link IpcCommand}.
 *
 * Source: linux/include/uapi/linux/sem.h.
 */
export const SemCommand = {
  GETPID: 11,
  GETVAL: 12,
  GETALL: 13,
  GETNCNT: 14,
  GETZCNT: 15,
  SETVAL: 16,
  SETALL: 17,
  SEM_STAT: 18,
  SEM_INFO: 19,
  SEM_STAT_ANY: 20,
} as const satisfies FlagTable;

/**
 * Flags of `msgrcv(2)` beside `IPC_NOWAIT`.
 *
 * Source: linux/include/uapi/linux/msg.h.
 */
export const MsgFlags = {
  MSG_NOERROR: 0o10000,
  MSG_EXCEPT: 0o20000,
  MSG_COPY: 0o40000,
} as const satisfies FlagTable;

/**
 * Commands of `msgctl(2)` beside those of {@link IpcCommand}.
 *
 * Source: linux/include/uapi/linux/msg.h.
 */
export const MsgCommand = {
  MSG_STAT: 11,
  MSG_INFO: 12,
  MSG_STAT_ANY: 13,
} as const satisfies FlagTable;
