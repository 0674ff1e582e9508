// The address space: the host's calls, kept off the runtime's own addresses.
#include <linux/mman.h>

#include "descriptor.h"
#include "dispatch.h"
#include "kernel-call.h"
#include "memory-map.h"
#include "patch.h"
#include "segments.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static long refuse_mapping(const struct thread *thread, int fd) {
  switch (fd_kind_of(thread->process, fd)) {
    case FD_DIRECTORY:
    case FD_MEDIATED:
    case FD_TERMINAL:
      return -ENODEV;
    case FD_PATH:
      return -EBADF;
    default:
      return fd_is_reserved(thread->process, fd) ? -EBADF : 0;
  }
}

// What the host has no room for, its limits among that.
static long noted(const struct thread *thread, long result) {
  if (result == -ENOMEM) __atomic_fetch_or(&thread->process->page->refused, REFUSED_MEMORY, __ATOMIC_RELAXED);
  return result;
}

long direct_mmap(struct thread *thread, const uint64_t *arguments) {
  uint64_t address = arguments[0], length = arguments[1], flags = arguments[3];
  if (!(flags & MAP_ANONYMOUS)) {
    long refused = refuse_mapping(thread, (int)arguments[4]);
    if (refused < 0) return refused;
  }
  if (touches_runtime(address, length)) {
    if ((flags & MAP_FIXED_NOREPLACE) == MAP_FIXED_NOREPLACE) return -EEXIST;
    if (flags & MAP_FIXED) return -ENOMEM;
    address = 0;  // a hint only
  }
  if (flags & MAP_FIXED) patch_drop_range(address, length);
  bool replaces = (flags & MAP_FIXED) && segments_begin(address, length);
  long mapped = host_call6(__NR_mmap, address, length, arguments[2], flags, arguments[4], arguments[5]);
  if (replaces) segments_end(thread, address, host_failed(mapped) ? 0 : length);
  bool is_code = (arguments[2] & PROT_EXEC) && !(arguments[2] & PROT_WRITE) && (flags & MAP_TYPE) == MAP_PRIVATE;
  if (is_code && !(flags & MAP_ANONYMOUS) && !host_failed(mapped)) patch_add_range((uint64_t)mapped, length);
  return noted(thread, mapped);
}

long direct_munmap(struct thread *thread, const uint64_t *arguments) {
  if (touches_runtime(arguments[0], arguments[1])) return -EINVAL;
  patch_drop_range(arguments[0], arguments[1]);
  bool unmaps = segments_begin(arguments[0], arguments[1]);
  long result = host_call2(__NR_munmap, arguments[0], arguments[1]);
  if (unmaps) segments_end(thread, arguments[0], result < 0 ? 0 : arguments[1]);
  return result;
}

long direct_mprotect(struct thread *thread, const uint64_t *arguments) {
  if (touches_runtime(arguments[0], arguments[1])) return -ENOMEM;
  if (arguments[2] != (PROT_READ | PROT_EXEC)) patch_drop_range(arguments[0], arguments[1]);
  return noted(thread, host_call3(__NR_mprotect, arguments[0], arguments[1], arguments[2]));
}

long direct_mremap(struct thread *thread, const uint64_t *arguments) {
  if (touches_runtime(arguments[0], arguments[1])) return -EFAULT;
  if ((arguments[3] & MREMAP_FIXED) && touches_runtime(arguments[4], arguments[2])) return -EINVAL;
  patch_drop_range(arguments[0], arguments[1]);
  if (arguments[3] & MREMAP_FIXED) patch_drop_range(arguments[4], arguments[2]);
  bool moves = segments_begin(arguments[0], arguments[1] ? arguments[1] : 1) || ((arguments[3] & MREMAP_FIXED) && segments_begin(arguments[4], arguments[2]));
  long result = host_call5(__NR_mremap, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
  if (moves) segments_moved(thread, arguments, result);
  return noted(thread, result);
}

static bool is_harmless_advice(int advice) {
  if (advice >= 0 && advice <= 4) return true;             // NORMAL to DONTNEED
  if (advice >= 8 && advice <= 11) return true;            // FREE, REMOVE, DONTFORK, DOFORK
  if (advice == 12 || advice == 13) return false;          // MERGEABLE: memory shared between guests can be timed
  return advice >= 14 && advice <= 23;                     // HUGEPAGE to POPULATE_WRITE
}

long direct_madvise(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  if (!is_harmless_advice((int)arguments[2])) return -EINVAL;
  if (touches_runtime(arguments[0], arguments[1])) return -ENOMEM;
  return host_call3(__NR_madvise, arguments[0], arguments[1], arguments[2]);
}

// msync, mincore, mlock, munlock, mlock2 differ in their third argument only.
static long on_range(uint32_t number, const uint64_t *arguments) {
  if (touches_runtime(arguments[0], arguments[1])) return -ENOMEM;
  return host_call3(number, arguments[0], arguments[1], arguments[2]);
}

long direct_msync(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  return on_range(__NR_msync, arguments);
}

long direct_mincore(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  return on_range(__NR_mincore, arguments);
}

long direct_mlock(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  return on_range(__NR_mlock, arguments);
}

long direct_munlock(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  return on_range(__NR_munlock, arguments);
}

long direct_mlock2(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  return on_range(__NR_mlock2, arguments);
}
