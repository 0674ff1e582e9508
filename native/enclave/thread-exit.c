// The end of a thread and of a process.
//
// Source: kernel/futex/core.c exit_robust_list, kernel/fork.c mm_release. Robust mutexes hold LibOS thread ids, which the
// host would not know, so the runtime walks the list.
#include "clone.h"
#include "guest-memory.h"
#include "kernel-call.h"

#define ROBUST_LIST_LIMIT 2048
#define FUTEX_TID_BITS 0x3fffffffu
#define FUTEX_OWNER_DIED_BIT 0x40000000u
#define FUTEX_WAITERS_BIT 0x80000000u

static void wake_one(uint64_t address) {
  host_call3(__NR_futex, address, FUTEX_WAKE, 1);
  host_call3(__NR_futex, address, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
}

// Marks one mutex of a dying owner.
static bool give_up_mutex(uint64_t address, uint32_t tid) {
  for (;;) {
    uint32_t value;
    if (!guest_load32(address, &value)) return false;
    if ((value & FUTEX_TID_BITS) != tid) return true;
    long exchanged = guest_exchange32(address, value, (value & FUTEX_WAITERS_BIT) | FUTEX_OWNER_DIED_BIT);
    if (exchanged == 0) return false;
    if (exchanged == 2) continue;
    if (value & FUTEX_WAITERS_BIT) wake_one(address);
    return true;
  }
}

static void walk_robust_list(struct thread *thread) {
  uint64_t head = thread->robust_list, entry, offset, pending;
  uint32_t tid = thread->slot->tid;
  if (!head || !guest_load64(head, &entry) || !guest_load64(head + 8, &offset) || !guest_load64(head + 16, &pending)) return;
  for (int i = 0; i < ROBUST_LIST_LIMIT && (entry & ~1ul) != head; i++) {
    uint64_t next = 0;
    bool more = guest_load64(entry & ~1ul, &next);
    if ((entry & ~1ul) != (pending & ~1ul) && !give_up_mutex((entry & ~1ul) + offset, tid)) return;
    if (!more) return;
    entry = next;
  }
  if (pending & ~1ul) give_up_mutex((pending & ~1ul) + offset, tid);
}

void thread_say_goodbye(struct thread *thread) {
  walk_robust_list(thread);
  rseq_forget(thread);
  if (thread->clear_child_tid && guest_store32(thread->clear_child_tid, 0)) wake_one(thread->clear_child_tid);
  thread->robust_list = thread->clear_child_tid = 0;
}

long local_exit(struct thread *thread, const uint64_t *arguments) {
  const uint64_t status[6] = {arguments[0] & 0xff};
  thread_say_goodbye(thread);
  kernel_call_prepare(thread, CALL_THREAD_EXIT, status);
  kernel_call_post_last(thread);
  // A thread that the host does not clear a word for has its block given back by its vfork parent, or never.
  if (thread->host_word) {
    thread_ends();
    thread_block_give(thread);
  }
  for (;;) host_call1(__NR_exit, arguments[0] & 0xff);
}

_Noreturn void thread_exit_group(struct thread *thread, const uint64_t *arguments) {
  walk_robust_list(thread);
  // The kernel learns the status from the host; a trace shows the call.
  if (__builtin_expect(status_page()->trace, 0)) kernel_call_plain(thread, __NR_exit_group, arguments[0], 0, 0);
  host_exit_group((int)(arguments[0] & 0xff));
}
