// State of a thread and of a LibOS process inside the runtime.
//
// A vfork child shares its parent's memory but is a process of its own, so nothing that belongs to a process is global:
// it hangs on `thread->process`. Global is only what belongs to the address space (thread blocks, break, patched sites).
#ifndef OCCLUM_ENCLAVE_THREAD_H
#define OCCLUM_ENCLAVE_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lock.h"
#include "occlum/arena.h"
#include "signal-abi.h"
#include "thread-layout.h"

// One allocation a thread, aligned to its size: struct thread, stack for entries without a signal frame, alternate stack.
#define BLOCK_SIZE 0x20000ul
#define BLOCK_PROCESS 0x1000ul  // struct process of a vfork child
#define BLOCK_FAST_STACK_TOP 0x8000ul
#define BLOCK_ALTERNATE_STACK 0x9000ul  // the page below it is never touched

#define KEPT_RECORD_COUNT 64

// A message from the control socket that another thread took in first; the header says for whom.
struct kept_record {
  bool used;
  struct control_header header;
  int descriptors[4];
  unsigned descriptor_count;
};

struct process {
  char *arena;
  struct process_page *page;
  struct signal_action *actions;
  struct fd_entry *fds;
  char *slots;  // see slot_at
  unsigned host_fd_limit;  // host's RLIMIT_NOFILE
  struct lock fd_lock;       // fd map and every host call that changes a number
  struct lock control_lock;  // receiving on the control socket; taken before fd_lock
  struct lock action_lock;
  uint32_t scratch_taken;  // bit per pair of scratch numbers; futex
  struct kept_record kept[KEPT_RECORD_COUNT];
};

// A signal that the kernel handed out and that waits for its frame.
struct taken_signal {
  int number;  // 0: none
  struct signal_information information;
};

struct thread {
  struct thread *self;
  struct thread_slot *slot;
  uint64_t guest_sp;       // fast entry: the guest's stack pointer
  uint64_t fast_stack;     // fast entry: top of the stack to run on
  uint64_t resume_ip;      // fast exit by a trap: where the guest goes on, and with what result
  uint64_t resume_result;
  uint32_t fast_number;    // the call whose result that is
  uint32_t fast_stops;     // the process's stops when it was passed on
  uint64_t restart_ip;     // where the call in service is made again with its number in rax
  struct process *process;
  struct signal_context *context;  // guest registers of the trap in service; null on the fast path

  struct taken_signal taken;
  uint64_t saved_mask;      // signal mask to go back to when a wait with a mask of its own ends
  bool restore_mask;
  bool broken_pipe;         // the host raised SIGPIPE for a direct call
  bool file_too_big;        // the same for SIGXFSZ
  bool cpu_time_over;       // the host raised SIGXCPU
  struct guest_stack alternate_stack;

  uint64_t clear_child_tid;
  uint64_t robust_list;
  uint64_t robust_list_size;
  uint64_t rseq;            // the host writes there whenever this thread was interrupted; 0: nowhere
  uint32_t rseq_size, rseq_signature;

  bool call_begun;          // a call was posted whose reply nobody has waited for yet
  uint32_t spin_failures;
  uint32_t spin_pause;      // calls for which spinning is left out

  uint32_t host_word;       // host tid while the host thread lives; the host clears it when it has ended
  bool in_use;              // block belongs to a thread that is being made or lives
  struct thread *next_block;
};

_Static_assert(offsetof(struct thread, self) == THREAD_SELF, "thread-layout.h");
_Static_assert(offsetof(struct thread, slot) == THREAD_SLOT, "thread-layout.h");
_Static_assert(offsetof(struct thread, guest_sp) == THREAD_GUEST_SP, "thread-layout.h");
_Static_assert(offsetof(struct thread, fast_stack) == THREAD_FAST_STACK, "thread-layout.h");
_Static_assert(offsetof(struct thread, resume_ip) == THREAD_RESUME_IP, "thread-layout.h");
_Static_assert(offsetof(struct thread, resume_result) == THREAD_RESUME_RESULT, "thread-layout.h");
_Static_assert(offsetof(struct thread_slot, pending) == SLOT_PENDING, "thread-layout.h");
_Static_assert(offsetof(struct thread_slot, thread_state) == SLOT_THREAD_STATE, "thread-layout.h");
_Static_assert(offsetof(struct thread_slot, in_call) == SLOT_IN_CALL, "thread-layout.h");
_Static_assert(THREAD_USER == THREAD_STATE_USER, "thread-layout.h");

// The process that was not made by vfork; a fork child has it at the same address.
extern struct process first_process;

static inline struct thread *current_thread(void) {
  struct thread *thread;
  __asm__("mov %%gs:0, %0" : "=r"(thread));
  return thread;
}

static inline struct thread_slot *slot_at(const struct process *process, unsigned index) {
  return (struct thread_slot *)(process->slots + (uint64_t)index * ARENA_SLOT_SIZE);
}

// Index of the thread's slot in its arena.
static inline unsigned slot_index(const struct thread *thread) {
  return (unsigned)(((char *)thread->slot - thread->process->slots) / ARENA_SLOT_SIZE);
}

// Data area of the thread's slot.
static inline char *slot_buffer(const struct thread *thread) {
  return thread->process->arena + ARENA_OFFSET_BUFFERS + (uint64_t)slot_index(thread) * ARENA_BUFFER_SIZE;
}

static inline const volatile struct status_page *status_page(void) {
  return (const volatile struct status_page *)STATUS_PAGE_ADDRESS;
}

// Host number of a reserved descriptor.
static inline int reserved_fd(const struct process *process, int which) {
  return (int)process->host_fd_limit - RESERVED_FD_COUNT + which;
}

// Fills the pointers of a process whose arena is mapped at `arena`.
void process_bind_arena(struct process *process, char *arena);

// A fresh block, or one of a thread that has ended; null without memory. The caller gives it slot and process.
struct thread *thread_block_take(void);
void thread_block_give(struct thread *thread);
// Threads of this address space that run guest code, vfork children included.
unsigned threads_running(void);
void thread_begins(void);
void thread_ends(void);
// After fork: no other thread exists in this address space.
void thread_blocks_forget_others(struct thread *thread);
// Lock over the list of blocks, for fork.
extern struct lock thread_block_lock;

// Makes the calling host thread this thread: GS, alternate stack, host tid in the slot.
void thread_bind(struct thread *thread);

#endif
