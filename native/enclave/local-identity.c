// Calls answered from the process page and the thread's slot.
#include "guest-memory.h"
#include "kernel-call.h"
#include "thread.h"

long local_getpid(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return thread->process->page->pid;
}

long local_gettid(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return thread->slot->tid;
}

long local_getppid(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return thread->process->page->ppid;
}

long local_getuid(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return thread->process->page->uid;
}

long local_geteuid(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return thread->process->page->euid;
}

long local_getgid(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return thread->process->page->gid;
}

long local_getegid(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return thread->process->page->egid;
}

static long store_three(const uint64_t *addresses, uint32_t first, uint32_t second, uint32_t third) {
  bool good = guest_store32(addresses[0], first) && guest_store32(addresses[1], second) && guest_store32(addresses[2], third);
  return good ? 0 : -EFAULT;
}

long local_getresuid(struct thread *thread, const uint64_t *arguments) {
  const struct process_page *page = thread->process->page;
  return store_three(arguments, page->uid, page->euid, page->suid);
}

long local_getresgid(struct thread *thread, const uint64_t *arguments) {
  const struct process_page *page = thread->process->page;
  return store_three(arguments, page->gid, page->egid, page->sgid);
}

long local_getcpu(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  uint32_t limit;
  __asm__ volatile("lsl %1, %0" : "=r"(limit) : "r"(0x7bu));  // as the vDSO does
  if (arguments[0] && !guest_store32(arguments[0], limit & 0xfff)) return -EFAULT;
  if (arguments[1] && !guest_store32(arguments[1], limit >> 12)) return -EFAULT;
  return 0;
}

// glibc and musl do without it; no promise is made that could not be kept.
long local_clone3(struct thread *thread, const uint64_t *arguments) {
  (void)thread, (void)arguments;
  return -ENOSYS;
}
