// New threads and processes.
#ifndef OCCLUM_ENCLAVE_CLONE_H
#define OCCLUM_ENCLAVE_CLONE_H

#include "thread.h"

// What a guest asks of clone(2).
struct clone_request {
  uint64_t flags;
  uint64_t stack;  // 0: the caller's
  uint64_t parent_tid;
  uint64_t child_tid;
  uint64_t tls;
};

#define CLONE_VM_FLAG 0x100ul
#define CLONE_FS_FLAG 0x200ul
#define CLONE_FILES_FLAG 0x400ul
#define CLONE_SIGHAND_FLAG 0x800ul
#define CLONE_PIDFD_FLAG 0x1000ul
#define CLONE_VFORK_FLAG 0x4000ul
#define CLONE_PARENT_FLAG 0x8000ul
#define CLONE_THREAD_FLAG 0x10000ul
#define CLONE_SYSVSEM_FLAG 0x40000ul
#define CLONE_SETTLS_FLAG 0x80000ul
#define CLONE_PARENT_SETTID_FLAG 0x100000ul
#define CLONE_CHILD_CLEARTID_FLAG 0x200000ul
#define CLONE_CHILD_SETTID_FLAG 0x1000000ul
#define CLONE_NAMESPACE_FLAGS 0x7e020000ul  // NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET

// Each gives the id of the new one, or -errno (clone.c, fork.c, vfork.c).
long clone_thread(struct thread *thread, const struct clone_request *request);
long clone_fork(struct thread *thread, const struct clone_request *request);
long clone_vfork(struct thread *thread, const struct clone_request *request);

// Puts a copy of the caller's guest registers and vector state on the alternate stack of `target`, with result 0 and, if
// given, another stack pointer.
struct signal_context *copy_context(struct thread *target, const struct signal_context *context, uint64_t stack);

// The thread's last words to the guest: robust mutexes, clear_child_tid.
void thread_say_goodbye(struct thread *thread);

// Has the host write no more to the guest's memory when this thread is interrupted: whoever waits for the thread may unmap it
// before the host has ended it.
void rseq_forget(struct thread *thread);

// exit_group of the guest.
_Noreturn void thread_exit_group(struct thread *thread, const uint64_t *arguments);

// What a child gets before it runs (child.c).
struct prepared_child {
  long pid;
  unsigned place;    // its arena is mapped at ARENA_ADDRESS + place * VFORK_ARENA_STRIDE
  unsigned scratch;  // its control socket and doorbell stand at this pair of scratch numbers
  char *arena;
  uint64_t signal_mask;  // what the maker blocks, read before it can go on
};

// Has the kernel make a child process and takes in its arena and descriptors. 0 or -errno.
long child_prepare(struct thread *thread, const struct clone_request *request, struct prepared_child *child);
// Copies what the process itself keeps: fd map, signal actions, command line. The caller holds fd_lock and action_lock.
void child_copy_state(const struct process *process, char *arena);
// In the child: puts its socket and doorbell on their numbers and closes what it must not have.
void child_take_descriptors(const struct process *process, const struct prepared_child *child);
// In the child: closes what the parent's other threads have received but not taken.
void child_close_kept(const struct process *parent);
// In the parent, when the child has its own copies or was not made (error is then not 0).
void child_forget(struct thread *thread, const struct prepared_child *child, long error);
// After fork: no place is taken in this address space, and only the new arena is mapped, at ARENA_ADDRESS.
char *child_settle_arena(const struct prepared_child *child);

#endif
