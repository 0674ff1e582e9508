import { Advice, FutexOperation, MAP_TYPE, MapFlags, ProtectionFlags, RemapFlags, SyncFlags, direct, flagsOf, local, missing, oneOf, partial } from '@occlum/abi';

import type { KernelTable } from '../kernel/syscall-context.js';

const protection = flagsOf(ProtectionFlags);

/** The rows of memory and of what waits on it: none of them names anything beyond the process. */
export const memorySyscalls: KernelTable = {
  mmap: direct(9, ['address', 'size', protection, flagsOf(MapFlags, MAP_TYPE), 'fd', 'offset'], { custom: true, result: 'address' }),
  mprotect: direct(10, ['address', 'size', protection], { custom: true }),
  munmap: direct(11, ['address', 'size'], { custom: true }),
  brk: local(12, ['address'], { result: 'address' }),
  mremap: direct(25, ['address', 'size', 'size', flagsOf(RemapFlags), 'address'], { custom: true, result: 'address' }),
  msync: direct(26, ['address', 'size', flagsOf(SyncFlags)], { custom: true }),
  mincore: direct(27, ['address', 'size', 'address'], { custom: true }),
  madvise: partial(direct(28, ['address', 'size', oneOf(Advice)], { custom: true }), 'No merging of pages, no poisoning.'),
  getrandom: direct(318, ['address', 'size', 'flags'], { blocks: true }),
  mlock: direct(149, ['address', 'size'], { custom: true }),
  munlock: direct(150, ['address', 'size'], { custom: true }),
  mlockall: missing(151, 'Memory of the runtime would be locked as well.'),
  munlockall: missing(152),
  futex: partial(
    direct(202, ['address', flagsOf(FutexOperation, 0x7f), 'uint', 'address', 'address', 'uint'], { blocks: true, custom: true }),
    'No priority inheritance.',
  ),
  remap_file_pages: missing(216),
  mbind: missing(237),
  process_vm_readv: missing(310),
  process_vm_writev: missing(311),
  userfaultfd: missing(323),
  mlock2: direct(325, ['address', 'size', 'uint'], { custom: true }),
  pkey_mprotect: missing(329),
  pkey_alloc: missing(330),
  pkey_free: missing(331),
};
