// shmat and shmdt: the kernel says who may attach what and hands over its memory; mapping it is the process's own.
#include <linux/mman.h>
#include <linux/shm.h>

#include "control.h"
#include "kernel-call.h"
#include "memory-map.h"
#include "patch.h"
#include "segments.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

// What an address asks for, as mmap's flags; -EINVAL for one that cannot be. Source: ipc/shm.c, do_shmat.
static long mapping_flags(uint64_t *address, uint64_t flags) {
  if (*address == 0) return flags & SHM_REMAP ? -EINVAL : MAP_SHARED;
  if (*address & (PAGE_BYTES - 1)) {
    if (!(flags & SHM_RND)) return -EINVAL;
    *address &= ~(PAGE_BYTES - 1);
    if (*address == 0 && (flags & SHM_REMAP)) return -EINVAL;
  }
  return MAP_SHARED | (flags & SHM_REMAP ? MAP_FIXED : MAP_FIXED_NOREPLACE);
}

static long map_segment(struct thread *thread, uint32_t sequence, struct mapping *mapping) {
  bool fixed = (mapping->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0;
  // The record has to be taken in also where it cannot be mapped there.
  if (fixed && (touches_runtime(mapping->address, mapping->bytes) || mapping->address + mapping->bytes < mapping->address))
    mapping->address = 1;  // no page begins there: EINVAL
  else if (mapping->flags & MAP_FIXED)
    patch_drop_range(mapping->address, mapping->bytes);
  long mapped = control_map_fd(thread, sequence, mapping);
  return mapped == -EEXIST ? -EINVAL : mapped;
}

static long attach(struct thread *thread, uint64_t id, uint64_t flags, struct mapping *mapping) {
  long bytes = kernel_call_plain(thread, CALL_SEGMENT, id, flags, 0);
  if (bytes <= 0) return bytes;
  uint32_t segment = thread->slot->new_object;
  mapping->bytes = (uint64_t)bytes;
  long mapped = map_segment(thread, thread->slot->sequence, mapping);
  if (!host_failed(mapped)) {
    segments_take_out(thread, (uint64_t)mapped, (uint64_t)bytes);
    if (segments_add(segment, (uint64_t)mapped, (uint64_t)bytes)) return mapped;
    host_call2(__NR_munmap, mapped, bytes);
    mapped = -ENOMEM;
  }
  kernel_call_plain(thread, CALL_SEGMENT_COUNT, segment, (uint64_t)-1l, 0);
  return mapped;
}

long direct_shmat(struct thread *thread, const uint64_t *arguments) {
  uint64_t flags = (uint32_t)arguments[2];
  struct mapping mapping = {.address = arguments[1]};
  if ((int)arguments[0] < 0) return -EINVAL;
  long how = mapping_flags(&mapping.address, flags);
  if (how < 0) return how;
  mapping.flags = (uint64_t)how;
  mapping.protection = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
  lock_take(&segments_lock);
  long result = attach(thread, arguments[0], flags, &mapping);
  lock_release(&segments_lock);
  return result;
}

// Source: ipc/shm.c, ksys_shmdt: every piece of it that is still there.
long direct_shmdt(struct thread *thread, const uint64_t *arguments) {
  if (arguments[0] & (PAGE_BYTES - 1)) return -EINVAL;
  long result = -EINVAL;
  uint64_t start, bytes;
  lock_take(&segments_lock);
  while (segments_find(arguments[0], &start, &bytes)) {
    result = host_call2(__NR_munmap, start, bytes);
    if (result < 0) break;
    patch_drop_range(start, bytes);
    segments_take_out(thread, start, bytes);
  }
  lock_release(&segments_lock);
  return result;
}
