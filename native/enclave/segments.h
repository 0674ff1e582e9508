// Segments of System V shared memory that are attached: which ranges of the address space are of which one.
//
// The kernel counts the attachments, the process alone knows what it unmaps: so mappings are noted here, and each change of
// their number is told. Like Linux, each piece that an munmap leaves of a segment counts as one.
#ifndef OCCLUM_ENCLAVE_SEGMENTS_H
#define OCCLUM_ENCLAVE_SEGMENTS_H

#include "lock.h"
#include "thread.h"

// Over all changes of what is attached; taken before every other lock. A vfork child has its parent's memory and this too.
extern struct lock segments_lock;

// Notes a mapping of a whole segment. False where there is no room. The caller holds the lock.
bool segments_add(uint32_t segment, uint64_t address, uint64_t bytes);

// A piece of the segment that is attached at an address, the lowest one; false without one. The caller holds the lock.
bool segments_find(uint64_t address, uint64_t *start, uint64_t *bytes);

// Before a host call that unmaps a range: true takes the lock, then segments_end is due.
bool segments_begin(uint64_t address, uint64_t bytes);
// After it: what of the range is unmapped, 0 for nothing. Lets the lock go.
void segments_end(struct thread *thread, uint64_t address, uint64_t bytes);
// As segments_end without the lock.
void segments_take_out(struct thread *thread, uint64_t address, uint64_t bytes);

// After mremap, in the place of segments_end: its arguments and what the host answered.
void segments_moved(struct thread *thread, const uint64_t *arguments, long result);

#endif
