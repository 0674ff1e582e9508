// fork: the host copies the address space; the child becomes a LibOS process with an arena of its own at the same address.
#include <linux/prctl.h>

#include "boot.h"
#include "clone.h"
#include "descriptor.h"
#include "guest-memory.h"
#include "memory.h"
#include "memory-map.h"
#include "patch.h"
#include "segments.h"
#include "guest-signal.h"

// The only thread of the child holds every lock that it inherited taken; all are free from here on.
static void free_locks(struct process *process) {
  process->fd_lock.word = process->control_lock.word = process->action_lock.word = LOCK_FREE;
  program_break_lock.word = thread_block_lock.word = patch_lock.word = segments_lock.word = LOCK_FREE;
}

// In the child, all host signals blocked.
static void become_child(struct thread *thread, const struct clone_request *request, const struct prepared_child *child) {
  struct process *parent = thread->process, *process = &first_process;
  unsigned limit = parent->host_fd_limit;
  child_close_kept(parent);
  child_take_descriptors(parent, child);
  memset(process, 0, sizeof *process);
  process->host_fd_limit = limit;
  process_bind_arena(process, child_settle_arena(child));
  free_locks(process);
  program_break_publish(process);

  thread->process = process;
  thread->slot = slot_at(process, 0);
  thread->slot->signal_mask = child->signal_mask;
  thread->slot->thread_state = THREAD_RUNTIME;
  thread->taken.number = 0;
  thread->host_word = 0;
  thread->robust_list = 0;
  thread->clear_child_tid = request->flags & CLONE_CHILD_CLEARTID_FLAG ? request->child_tid : 0;
  thread_blocks_forget_others(thread);
  thread_bind(thread);
  if (host_call2(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL) < 0 || dispatch_on() < 0 || say_hello(thread, 1) < 0) host_exit_group(127);
}

static void lock_all(struct process *process) {
  lock_take(&process->control_lock);
  lock_take(&process->fd_lock);
  lock_take(&process->action_lock);
  lock_take(&program_break_lock);
  lock_take(&thread_block_lock);
  lock_take(&patch_lock);
}

static void unlock_all(struct process *process) {
  lock_release(&patch_lock);
  lock_release(&thread_block_lock);
  lock_release(&program_break_lock);
  lock_release(&process->action_lock);
  lock_release(&process->fd_lock);
  lock_release(&process->control_lock);
}

static long fork_with_segments_held(struct thread *thread, const struct clone_request *request) {
  struct prepared_child child;
  long error = child_prepare(thread, request, &child);
  if (error < 0) return error;

  struct process *process = thread->process;
  uint64_t host_mask;
  host_mask_set(HOST_MASK_ALL, &host_mask);
  lock_all(process);
  child_copy_state(process, child.arena);
  child.signal_mask = thread->slot->signal_mask;
  long made = host_call5(__NR_clone, CLONE_PARENT_FLAG | SIGCHLD, 0, 0, 0, 0);
  if (made == 0) {
    become_child(thread, request, &child);
    fd_own_all(thread);
    host_mask_set(host_mask, 0);
    if (request->flags & CLONE_SETTLS_FLAG) set_fs_base(request->tls);
    if (request->flags & CLONE_CHILD_SETTID_FLAG) guest_store32(request->child_tid, thread->slot->tid);
    if (request->stack) thread->context->registers.rsp = request->stack;
    return 0;
  }
  unlock_all(process);
  host_mask_set(host_mask, 0);
  child_forget(thread, &child, made < 0 ? made : 0);
  if (made < 0) return made;
  if (request->flags & CLONE_PARENT_SETTID_FLAG) guest_store32(request->parent_tid, (uint32_t)child.pid);
  return child.pid;
}

// What is attached must not change between the kernel's copy for the child and the host's.
long clone_fork(struct thread *thread, const struct clone_request *request) {
  lock_take(&segments_lock);
  uint32_t tid = thread->slot->tid;
  long result = fork_with_segments_held(thread, request);
  if (thread->slot->tid == tid) lock_release(&segments_lock);
  return result;
}
