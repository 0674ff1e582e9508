// Carries out the load steps of an image.
#ifndef OCCLUM_ENCLAVE_LOADER_H
#define OCCLUM_ENCLAVE_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "occlum/arena.h"

// False when a step failed.
bool load_image(const struct load_step *steps, unsigned count, const int *files, unsigned file_count);

void make_stack_executable(const uint64_t *stack);

#endif
