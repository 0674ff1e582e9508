import type { FlagTable } from '../flags.js';

/**
 * Protection of `mmap(2)`.
 *
 * Source: linux/include/uapi/asm-generic/mman-common.h.
 */
export const ProtectionFlags = {
  PROT_NONE: 0,
  PROT_READ: 1,
  PROT_WRITE: 2,
  PROT_EXEC: 4,
  PROT_GROWSDOWN: 0x1000000,
  PROT_GROWSUP: 0x2000000,
} as const satisfies FlagTable;

/**
 * Flags of `mmap(2)`; `MAP_TYPE`, the low 4 bits, is the field of the sharing.
 *
 * Source: linux/include/uapi/asm-generic/mman.h.
 */
export const MapFlags = {
  MAP_SHARED: 1,
  MAP_PRIVATE: 2,
  MAP_SHARED_VALIDATE: 3,
  MAP_FIXED: 0x10,
  MAP_ANONYMOUS: 0x20,
  MAP_32BIT: 0x40,
  MAP_GROWSDOWN: 0x100,
  MAP_DENYWRITE: 0x800,
  MAP_EXECUTABLE: 0x1000,
  MAP_LOCKED: 0x2000,
  MAP_NORESERVE: 0x4000,
  MAP_POPULATE: 0x8000,
  MAP_NONBLOCK: 0x10000,
  MAP_STACK: 0x20000,
  MAP_HUGETLB: 0x40000,
  MAP_SYNC: 0x80000,
  MAP_FIXED_NOREPLACE: 0x100000,
} as const satisfies FlagTable;

/**
 * Flags of `mremap(2)`.
 *
 * Source: linux/include/uapi/linux/mman.h.
 */
export const RemapFlags = {
  MREMAP_MAYMOVE: 1,
  MREMAP_FIXED: 2,
  MREMAP_DONTUNMAP: 4,
} as const satisfies FlagTable;

/**
 * Flags of `msync(2)`.
 *
 * Source: linux/include/uapi/asm-generic/mman-common.h.
 */
export const SyncFlags = {
  MS_ASYNC: 1,
  MS_INVALIDATE: 2,
  MS_SYNC: 4,
} as const satisfies FlagTable;

/**
 * Advice of `madvise(2)`.
 *
 * Source: linux/include/uapi/asm-generic/mman-common.h.
 */
export const Advice = {
  MADV_NORMAL: 0,
  MADV_RANDOM: 1,
  MADV_SEQUENTIAL: 2,
  MADV_WILLNEED: 3,
  MADV_DONTNEED: 4,
  MADV_FREE: 8,
  MADV_REMOVE: 9,
  MADV_DONTFORK: 10,
  MADV_DOFORK: 11,
  MADV_MERGEABLE: 12,
  MADV_UNMERGEABLE: 13,
  MADV_HUGEPAGE: 14,
  MADV_NOHUGEPAGE: 15,
  MADV_DONTDUMP: 16,
  MADV_DODUMP: 17,
  MADV_WIPEONFORK: 18,
  MADV_KEEPONFORK: 19,
  MADV_COLD: 20,
  MADV_PAGEOUT: 21,
  MADV_POPULATE_READ: 22,
  MADV_POPULATE_WRITE: 23,
} as const satisfies FlagTable;

/**
 * Operations of `futex(2)`.
 *
 * Source: linux/include/uapi/linux/futex.h.
 */
export const FutexOperation = {
  FUTEX_WAIT: 0,
  FUTEX_WAKE: 1,
  FUTEX_FD: 2,
  FUTEX_REQUEUE: 3,
  FUTEX_CMP_REQUEUE: 4,
  FUTEX_WAKE_OP: 5,
  FUTEX_LOCK_PI: 6,
  FUTEX_UNLOCK_PI: 7,
  FUTEX_TRYLOCK_PI: 8,
  FUTEX_WAIT_BITSET: 9,
  FUTEX_WAKE_BITSET: 0xa,
  FUTEX_WAIT_REQUEUE_PI: 0xb,
  FUTEX_CMP_REQUEUE_PI: 0xc,
  FUTEX_PRIVATE_FLAG: 0x80,
  FUTEX_CLOCK_REALTIME: 0x100,
} as const satisfies FlagTable;

/** The bits of mmap flags that are one number. Source: linux/include/uapi/linux/mman.h. */
export const MAP_TYPE = 0xf;

/** Bytes of a page on x86-64. */
export const PAGE_SIZE = 4096;
