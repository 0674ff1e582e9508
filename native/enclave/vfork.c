// vfork and posix_spawn: the child shares the parent's memory and runs as a LibOS process of its own until it execs or
// ends. The parent's thread sleeps in the host meanwhile; its other threads go on.
#include <linux/prctl.h>

#include "boot.h"
#include "clone.h"
#include "descriptor.h"
#include "guest-memory.h"
#include "memory.h"
#include "memory-map.h"
#include "patch.h"
#include "guest-signal.h"
#include "trampoline.h"

struct vfork_start {
  struct thread *thread;
  struct process *parent;
  const struct clone_request *request;
  const struct prepared_child *child;
};

// First steps of the child, on its own stack, with all host signals blocked.
static void start_child(void *argument) {
  const struct vfork_start *start = argument;
  struct thread *thread = start->thread;
  const struct clone_request *request = start->request;
  child_close_kept(start->parent);
  // The descriptor table is the child's own now; the parent's other threads may change theirs again.
  lock_release(&start->parent->fd_lock);
  child_take_descriptors(thread->process, start->child);
  thread_bind(thread);
  if (host_call2(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL) < 0 || dispatch_on() < 0 || say_hello(thread, 2) < 0) host_exit_group(127);
  fd_own_all(thread);
  if (request->flags & CLONE_SETTLS_FLAG) set_fs_base(request->tls);
  if (request->flags & CLONE_CHILD_SETTID_FLAG) guest_store32(request->child_tid, thread->slot->tid);
  resume_context(thread->context);
}

static struct thread *make_child_thread(struct thread *parent, const struct clone_request *request, char *arena) {
  struct thread *thread = thread_block_take();
  if (!thread) return 0;
  struct process *process = (struct process *)((char *)thread + BLOCK_PROCESS);
  memset(process, 0, sizeof *process);
  process->host_fd_limit = parent->process->host_fd_limit;
  process_bind_arena(process, arena);
  program_break_publish(process);
  thread->process = process;
  thread->slot = slot_at(process, 0);
  thread->slot->signal_mask = parent->slot->signal_mask;
  thread->alternate_stack = parent->alternate_stack;
  if (request->flags & CLONE_CHILD_CLEARTID_FLAG) thread->clear_child_tid = request->child_tid;
  thread->context = copy_context(thread, parent->context, request->stack);
  return thread;
}

long clone_vfork(struct thread *thread, const struct clone_request *request) {
  struct process *process = thread->process;
  struct prepared_child child;
  long error = child_prepare(thread, request, &child);
  if (error < 0) return error;
  struct thread *fresh = make_child_thread(thread, request, child.arena);
  if (!fresh) {
    child_forget(thread, &child, -ENOMEM);
    return -ENOMEM;
  }
  if (request->flags & CLONE_PARENT_SETTID_FLAG) guest_store32(request->parent_tid, (uint32_t)child.pid);

  if (sites_are_rewritten) patch_before_thread();
  struct vfork_start start = {fresh, process, request, &child};
  uint64_t host_mask;
  host_mask_set(HOST_MASK_ALL, &host_mask);
  lock_take(&process->fd_lock);
  lock_take(&process->action_lock);
  child_copy_state(process, child.arena);
  lock_release(&process->action_lock);
  thread_begins();
  long made = clone_gate(CLONE_PARENT_FLAG | CLONE_VM_FLAG | CLONE_VFORK_FLAG | SIGCHLD, fresh->fast_stack, 0, 0, start_child, &start);
  if (made < 0) lock_release(&process->fd_lock);
  thread_ends();
  host_mask_set(host_mask, 0);
  program_break_publish(process);
  thread_block_give(fresh);
  child_forget(thread, &child, made < 0 ? made : 0);
  return made < 0 ? made : child.pid;
}
