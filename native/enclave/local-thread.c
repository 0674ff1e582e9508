// What a thread says about itself: where its end is told, its robust mutexes, its FS base.
#include <asm/prctl.h>

#include "boot.h"
#include "guest-memory.h"
#include "thread.h"

#define ROBUST_LIST_HEAD_SIZE 24

long local_set_tid_address(struct thread *thread, const uint64_t *arguments) {
  thread->clear_child_tid = arguments[0];
  return thread->slot->tid;
}

long local_set_robust_list(struct thread *thread, const uint64_t *arguments) {
  if (arguments[1] != ROBUST_LIST_HEAD_SIZE) return -EINVAL;
  thread->robust_list = arguments[0];
  return 0;
}

// Lists of other threads are not given.
long local_get_robust_list(struct thread *thread, const uint64_t *arguments) {
  uint32_t tid = (uint32_t)arguments[0];
  if (tid != 0 && tid != thread->slot->tid) return -EPERM;
  if (!guest_store64(arguments[2], ROBUST_LIST_HEAD_SIZE)) return -EFAULT;
  return guest_store64(arguments[1], thread->robust_list) ? 0 : -EFAULT;
}

long local_arch_prctl(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  switch ((int)arguments[0]) {
    case ARCH_SET_FS:
      return set_fs_base(arguments[1]);
    case ARCH_GET_FS:
      return guest_store64(arguments[1], get_fs_base()) ? 0 : -EFAULT;
    case ARCH_SET_GS:  // the runtime's own
    case ARCH_GET_GS:
      return -EPERM;
    default:
      return -EINVAL;
  }
}
