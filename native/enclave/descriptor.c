#include "descriptor.h"

#include <linux/close_range.h>
#include <linux/fcntl.h>

#include "kernel-call.h"
#include "memory.h"

// Whether another number has the object. Objects are rarely shared, so only noted ones are searched for.
static bool has_other_number(const struct process *process, const struct fd_entry *entry) {
  if (!(entry->reserved & FD_NOTE_SHARED)) return false;
  for (uint32_t i = 0; i < process->page->fd_high && i < ARENA_FD_MAX; i++)
    if (&process->fds[i] != entry && process->fds[i].kind != FD_NONE && process->fds[i].object == entry->object) return true;
  return false;
}

// Ids that must go to the kernel after fd_lock is let go when the ring is full.
static void release(struct process *process, uint32_t object) {
  struct process_page *page = process->page;
  uint32_t *ring = (uint32_t *)(process->arena + ARENA_OFFSET_RELEASES);
  while (page->release_head - __atomic_load_n(&page->release_tail, __ATOMIC_ACQUIRE) >= ARENA_RELEASE_RING)
    kernel_call_plain(current_thread(), CALL_DRAIN, 0, 0, 0);
  ring[page->release_head % ARENA_RELEASE_RING] = object;
  __atomic_store_n(&page->release_head, page->release_head + 1, __ATOMIC_RELEASE);
}

static void drop(struct process *process, int fd) {
  struct fd_entry *entry = fd_entry(process, fd);
  if (!entry || entry->kind == FD_NONE) return;
  uint32_t object = entry->object;
  bool last = object != 0 && !has_other_number(process, entry);
  memset(entry, 0, sizeof *entry);
  if (last) release(process, object);
  // Any close of a file lets go of the process's record locks on it.
  else if (object != 0 && process->page->record_locks) release(process, object | RELEASE_ONE);
}

void fd_enter(struct process *process, int fd, const struct fd_grant *grant) {
  struct fd_entry *entry = fd_entry(process, fd);
  drop(process, fd);
  *entry = (struct fd_entry){.object = grant->object, .kind = (uint8_t)grant->kind, .flags = (uint8_t)grant->flags};
  if ((uint32_t)fd >= process->page->fd_high) process->page->fd_high = (uint32_t)fd + 1;
}

// Enters `to` as another number of `from`.
static void enter_duplicate(struct process *process, int from, int to, bool close_on_exec) {
  struct fd_entry *source = fd_entry(process, from), *target = fd_entry(process, to);
  if (source->kind == FD_NONE) source->kind = FD_ANONYMOUS;
  source->reserved |= FD_NOTE_SHARED;
  struct fd_entry copy = *source;
  drop(process, to);
  copy.flags = (uint8_t)((copy.flags & ~FD_FLAG_CLOEXEC) | (close_on_exec ? FD_FLAG_CLOEXEC : 0));
  *target = copy;
  if ((uint32_t)to >= process->page->fd_high) process->page->fd_high = (uint32_t)to + 1;
}

bool fd_is_beyond(struct process *process, int fd) {
  if (!fd_is_reserved(process, fd) && (uint32_t)fd < process->page->fd_soft_limit) return false;
  __atomic_fetch_or(&process->page->refused, REFUSED_DESCRIPTORS, __ATOMIC_RELAXED);
  return true;
}

long fd_install_locked(struct process *process, int fd, const struct fd_grant *grant) {
  if (fd_is_beyond(process, fd)) {
    host_call1(__NR_close, fd);
    return -EMFILE;
  }
  long marked = 0;
  if (!(grant->flags & FD_FLAG_CLOEXEC)) marked = host_call3(__NR_fcntl, fd, F_SETFD, 0);
  fd_enter(process, fd, grant);
  return marked < 0 ? marked : fd;
}

long fd_install(struct process *process, int fd, const struct fd_grant *grant) {
  lock_take(&process->fd_lock);
  long number = fd_install_locked(process, fd, grant);
  lock_release(&process->fd_lock);
  return number;
}

long fd_install_created(struct thread *thread, long result, bool close_on_exec) {
  if (result < 0) return result;
  struct process *process = thread->process;
  int fd = (int)result;
  if (fd_is_beyond(process, fd)) {
    host_call1(__NR_close, fd);
    return -EMFILE;
  }
  struct fd_grant grant = {0, FD_ANONYMOUS, close_on_exec ? FD_FLAG_CLOEXEC : 0};
  fd_enter(process, fd, &grant);
  return fd;
}

long fd_close(struct thread *thread, int fd) {
  struct process *process = thread->process;
  if (fd_is_reserved(process, fd)) return -EBADF;
  lock_take(&process->fd_lock);
  long result = host_call1(__NR_close, fd);
  if (result != -EBADF) drop(process, fd);
  lock_release(&process->fd_lock);
  return result;
}

long fd_duplicate_to(struct thread *thread, int from, int to, int flags) {
  struct process *process = thread->process;
  lock_take(&process->fd_lock);
  long result = host_call3(__NR_dup3, from, to, flags);
  if (result >= 0) enter_duplicate(process, from, to, (flags & O_CLOEXEC) != 0);
  lock_release(&process->fd_lock);
  return result;
}

long fd_move(struct thread *thread, int from, int to) {
  if (from == to) return to;
  struct process *process = thread->process;
  const struct fd_entry *entry = fd_entry(process, from);
  if (fd_is_reserved(process, to) || (uint32_t)to >= process->page->fd_soft_limit) {
    fd_close(thread, from);
    return -EBADF;
  }
  long result = fd_duplicate_to(thread, from, to, entry->flags & FD_FLAG_CLOEXEC ? O_CLOEXEC : 0);
  fd_close(thread, from);
  return result;
}

long fd_duplicate(struct thread *thread, int from, int least, bool close_on_exec) {
  struct process *process = thread->process;
  if (fd_is_reserved(process, from)) return -EBADF;
  if (least < 0 || (uint32_t)least >= process->page->fd_soft_limit) return host_call2(__NR_fcntl, from, F_GETFD) < 0 ? -EBADF : -EINVAL;
  lock_take(&process->fd_lock);
  long result = host_call3(__NR_fcntl, from, close_on_exec ? F_DUPFD_CLOEXEC : F_DUPFD, least);
  if (result >= 0 && fd_is_beyond(process, (int)result)) {
    host_call1(__NR_close, result);
    result = -EMFILE;
  }
  if (result >= 0) enter_duplicate(process, from, (int)result, close_on_exec);
  lock_release(&process->fd_lock);
  return result;
}

void fd_set_close_on_exec(struct process *process, int fd, bool on) {
  struct fd_entry *entry = fd_entry(process, fd);
  if (!entry) return;
  entry->flags = (uint8_t)(on ? entry->flags | FD_FLAG_CLOEXEC : entry->flags & ~FD_FLAG_CLOEXEC);
}

long fd_close_range(struct thread *thread, unsigned first, unsigned last, bool only_mark) {
  struct process *process = thread->process;
  unsigned end = process->host_fd_limit - RESERVED_FD_COUNT;
  if (first >= end) return 0;
  if (last >= end) last = end - 1;
  lock_take(&process->fd_lock);
  long result = host_call3(__NR_close_range, first, last, only_mark ? CLOSE_RANGE_CLOEXEC : 0);
  if (result == -ENOSYS) {
    for (unsigned i = first; i <= last; i++) only_mark ? host_call3(__NR_fcntl, i, F_SETFD, FD_CLOEXEC) : host_call1(__NR_close, i);
    result = 0;
  }
  unsigned high = process->page->fd_high;
  for (unsigned i = first; result == 0 && i <= last && i < high; i++)
    only_mark ? fd_set_close_on_exec(process, (int)i, true) : drop(process, (int)i);
  lock_release(&process->fd_lock);
  return result;
}

void fd_note_object(struct process *process, int fd) {
  lock_take(&process->fd_lock);
  struct fd_entry *entry = fd_entry(process, fd);
  for (uint32_t i = 0; entry && i < process->page->fd_high && i < ARENA_FD_MAX; i++) {
    struct fd_entry *other = &process->fds[i];
    if (other == entry || other->kind == FD_NONE || other->object != entry->object) continue;
    other->reserved |= FD_NOTE_SHARED;
    entry->reserved |= FD_NOTE_SHARED;
  }
  lock_release(&process->fd_lock);
}

void fd_drop_close_on_exec(struct thread *thread) {
  struct process *process = thread->process;
  lock_take(&process->fd_lock);
  for (uint32_t i = 0; i < process->page->fd_high && i < ARENA_FD_MAX; i++)
    if (process->fds[i].kind != FD_NONE && (process->fds[i].flags & FD_FLAG_CLOEXEC)) drop(process, (int)i);
  lock_release(&process->fd_lock);
}
