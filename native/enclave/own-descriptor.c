// Descriptors that are ready for their holder's own sake. The host's object behind one tells readiness to poll(2) without a call of
// the kernel, so every process that got the descriptor from another needs an object of its own behind the number.
//
// An epoll instance keeps watching the object that was there when a descriptor was added to it, which is what Linux does:
// signalfd(2), "epoll(7) semantics".
#include <linux/fcntl.h>

#include "descriptor.h"
#include "kernel-call.h"

// Where it cannot be had, the number keeps what is behind it: reads are right all the same.
void fd_own(struct thread *thread, int fd) {
  const struct fd_entry *entry = fd_entry(thread->process, fd);
  const uint64_t arguments[6] = {(uint64_t)fd, entry->flags & FD_FLAG_CLOEXEC};
  const struct argument kinds[6] = {FD, INTEGER};
  kernel_call(thread, CALL_OWN, arguments, kinds);
}

static bool is_copy(const struct process *process, uint32_t fd) {
  for (uint32_t i = 0; i < fd; i++)
    if ((process->fds[i].flags & FD_FLAG_OWN) && process->fds[i].object == process->fds[fd].object) return true;
  return false;
}

// The process has one thread.
void fd_own_all(struct thread *thread) {
  struct process *process = thread->process;
  uint32_t end = process->page->fd_high < ARENA_FD_MAX ? process->page->fd_high : ARENA_FD_MAX;
  for (uint32_t i = 0; i < end; i++) {
    struct fd_entry *entry = &process->fds[i];
    if (!(entry->flags & FD_FLAG_OWN) || is_copy(process, i)) continue;
    uint32_t object = entry->object;
    fd_own(thread, (int)i);
    if (entry->object == object) continue;
    for (uint32_t copy = i + 1; copy < end; copy++) {
      const struct fd_entry *other = &process->fds[copy];
      if ((other->flags & FD_FLAG_OWN) && other->object == object)
        fd_duplicate_to(thread, (int)i, (int)copy, other->flags & FD_FLAG_CLOEXEC ? O_CLOEXEC : 0);
    }
  }
}
