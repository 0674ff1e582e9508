// Start of a host process: descriptors, arena, first thread, image.
#ifndef OCCLUM_ENCLAVE_BOOT_H
#define OCCLUM_ENCLAVE_BOOT_H

#include "thread.h"

_Noreturn void boot(uint64_t *stack);

// Maps an arena; null when the host refuses.
char *map_arena(int descriptor, uint64_t address);

// Tells the kernel this process's host pid and that the thread runs: 0 boot, 1 fork, 2 vfork. 0 or -errno.
long say_hello(struct thread *thread, unsigned how);

// The address space's own way to write GS and FS: wrgsbase where the host lets programs use it.
void set_gs_base(uint64_t base);
long set_fs_base(uint64_t base);
uint64_t get_fs_base(void);

#endif
