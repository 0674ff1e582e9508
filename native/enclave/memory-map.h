// The guest's address space: its break, and the ranges that are not its own.
#ifndef OCCLUM_ENCLAVE_MEMORY_MAP_H
#define OCCLUM_ENCLAVE_MEMORY_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

#define PAGE_BYTES 4096ul
#define USER_ADDRESS_END 0x7ffffffff000ul
#define RUNTIME_RANGE_BEGIN ((uint64_t)RUNTIME_RANGE_HIGH_FIRST << 32)
#define RUNTIME_RANGE_END (((uint64_t)RUNTIME_RANGE_HIGH_LAST + 1) << 32)

// Whether [address, address + length) touches the runtime's addresses.
static inline bool touches_runtime(uint64_t address, uint64_t length) {
  if (address >= RUNTIME_RANGE_END) return false;
  return length > RUNTIME_RANGE_BEGIN || address + length > RUNTIME_RANGE_BEGIN;
}

// Lock over the break, for fork.
extern struct lock program_break_lock;

// Sets start and end of the break for a fresh image.
void program_break_set(struct process *process, uint64_t start);
// Tells the kernel of a process that shares or inherited the break.
void program_break_publish(struct process *process);

#endif
