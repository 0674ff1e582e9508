// Rewriting of hot `syscall` sites. An optimisation only: what is not rewritten traps.
#ifndef OCCLUM_ENCLAVE_PATCH_H
#define OCCLUM_ENCLAVE_PATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

// Whether sites of this image are rewritten: a word of CONTROL_BOOT, and off where the filter traps calls by address.
extern bool sites_are_rewritten;

// Counts a trap at a site, rewrites it when it is hot. Gives the address at which the guest must go on: `ip`, the address
// after the `syscall`, or the copy of the instruction there that a rewritten site loses.
uint64_t patch_count(uint64_t ip, uint32_t number);

// The same without counting, for an address out of a signal frame.
uint64_t patch_resume_address(uint64_t ip);

// Address at which a call through a rewritten site is made again with its number in %rax, given where it goes on.
uint64_t patch_restart_address(uint64_t resume_ip);

// The process is about to get a second thread.
void patch_before_thread(void);

// Notes code that came from a file and is not writable; only such code is rewritten (patch-range.c).
void patch_add_range(uint64_t address, uint64_t length);
// Forgets what lies in a range whose mapping changes.
void patch_drop_range(uint64_t address, uint64_t length);

// For patch.c and patch-range.c.
bool patch_in_range(uint64_t address);
bool patch_range_of(uint64_t address, uint64_t *begin, uint64_t *end);
void patch_forget_sites(uint64_t address, uint64_t length);

extern struct lock patch_lock;

#endif
