// All access of the runtime to memory that the guest named. False, or 0, means EFAULT.
#ifndef OCCLUM_ENCLAVE_GUEST_MEMORY_H
#define OCCLUM_ENCLAVE_GUEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool copy_from_guest(void *to, uint64_t from, size_t bytes);
bool copy_to_guest(uint64_t to, const void *from, size_t bytes);
bool guest_load8(uint64_t address, uint8_t *value);
bool guest_load32(uint64_t address, uint32_t *value);
bool guest_store32(uint64_t address, uint32_t value);
bool guest_load64(uint64_t address, uint64_t *value);
bool guest_store64(uint64_t address, uint64_t value);
// 1 exchanged, 2 it had another value, 0 fault.
long guest_exchange32(uint64_t address, uint32_t expected, uint32_t value);
// Length with its NUL; room + 1 without a NUL in reach; 0 fault.
size_t guest_string(char *to, uint64_t from, size_t room);

// Addresses of the routines' instructions that may fault, and where they go then.
extern const char guest_memory_begin[], guest_memory_end[], guest_memory_fault[];

#endif
