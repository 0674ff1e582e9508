// The start of the guest's stack, as the host built it: argument count, arguments, environment, auxiliary vector.
#ifndef OCCLUM_ENCLAVE_AUXILIARY_H
#define OCCLUM_ENCLAVE_AUXILIARY_H

#include <stdint.h>

#include "thread.h"

#define AT_HWCAP2_TYPE 26

// Value of an entry of the auxiliary vector, 0 without one.
uint64_t auxiliary_get(const uint64_t *stack, uint64_t type);

// Makes the vector tell of the guest's image instead of the runtime's.
void auxiliary_edit(uint64_t *stack, const struct control_boot *boot, const char *path);

// Puts the arguments into the arena and the environment's addresses into the process page.
void store_command_line(struct process *process, const uint64_t *stack);

#endif
