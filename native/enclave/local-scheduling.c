// rseq(2), and what sched_setattr(2) needs of the guest's memory.
//
// Restartable sequences are the host's: when it interrupts a thread, for whatever reason, it looks at the guest's own word and
// moves the instruction pointer before any handler of ours sees it. So a signal frame, ours or one that we make of it, already
// has the abort address; and no sequence holds a system call, which alone is what we trap and rewrite.
#include <linux/rseq.h>

#include "clone.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "syscall.h"

#define PAGE_BYTES 4096
#define ATTRIBUTES_BYTES_MIN 48  // SCHED_ATTR_SIZE_VER0

long local_rseq(struct thread *thread, const uint64_t *arguments) {
  long result = host_call4(__NR_rseq, arguments[0], arguments[1], arguments[2], arguments[3]);
  if (result < 0) return result;
  const bool begins = !((int)arguments[2] & RSEQ_FLAG_UNREGISTER);
  thread->rseq = begins ? arguments[0] : 0;
  thread->rseq_size = (uint32_t)arguments[1];
  thread->rseq_signature = (uint32_t)arguments[3];
  return result;
}

void rseq_forget(struct thread *thread) {
  if (thread->rseq) host_call4(__NR_rseq, thread->rseq, thread->rseq_size, RSEQ_FLAG_UNREGISTER, thread->rseq_signature);
  thread->rseq = 0;
}

// The struct says its own size. Of one that is too short or too long, that word alone crosses.
long local_sched_setattr(struct thread *thread, const uint64_t *arguments) {
  uint32_t size = 0;
  struct argument kinds[6] = {INTEGER, {KIND_INOUT, 0, 0, sizeof size}};
  if (arguments[1] && guest_load32(arguments[1], &size)) {
    if (size == 0) size = ATTRIBUTES_BYTES_MIN;
    if (size >= ATTRIBUTES_BYTES_MIN && size <= PAGE_BYTES) kinds[1].bytes = size;
  }
  return kernel_call(thread, __NR_sched_setattr, arguments, kinds);
}
