// clone(2) by its flags, and the start of a thread.
#include "clone.h"

#include "boot.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "memory.h"
#include "patch.h"
#include "guest-signal.h"
#include "trampoline.h"

// Source: the filter lets exactly these through (README.md).
#define HOST_THREAD_FLAGS                                                                                     \
  (CLONE_VM_FLAG | CLONE_FS_FLAG | CLONE_FILES_FLAG | CLONE_SIGHAND_FLAG | CLONE_THREAD_FLAG | CLONE_SYSVSEM_FLAG | \
   CLONE_CHILD_CLEARTID_FLAG)

// A clone that is neither thread, fork nor vfork: the kernel would have no process to make of it.
static bool is_supported(uint64_t flags) {
  bool vm = flags & CLONE_VM_FLAG, vfork = flags & CLONE_VFORK_FLAG, thread = flags & CLONE_THREAD_FLAG;
  if (flags & (CLONE_PIDFD_FLAG | CLONE_NAMESPACE_FLAGS)) return false;
  if (thread) return vm && (flags & CLONE_SIGHAND_FLAG) && (flags & CLONE_FILES_FLAG) && (flags & CLONE_FS_FLAG);
  if (flags & (CLONE_SIGHAND_FLAG | CLONE_FILES_FLAG | CLONE_FS_FLAG)) return false;
  return vm == vfork;
}

long local_clone(struct thread *thread, const uint64_t *arguments) {
  const struct clone_request request = {arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]};
  if (!is_supported(request.flags)) return -EINVAL;
  if ((request.flags & CLONE_SETTLS_FLAG) && request.tls >= 0x7ffffffff000ul) return -EPERM;
  if (request.flags & CLONE_THREAD_FLAG) return clone_thread(thread, &request);
  if (request.flags & CLONE_VM_FLAG) return clone_vfork(thread, &request);
  return clone_fork(thread, &request);
}

long local_fork(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  const struct clone_request request = {SIGCHLD, 0, 0, 0, 0};
  return clone_fork(thread, &request);
}

long local_vfork(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  const struct clone_request request = {CLONE_VM_FLAG | CLONE_VFORK_FLAG | SIGCHLD, 0, 0, 0, 0};
  return clone_vfork(thread, &request);
}

struct signal_context *copy_context(struct thread *target, const struct signal_context *context, uint64_t stack) {
  uint64_t state = context->registers.extended_state, state_bytes = 0;
  uint64_t top = (uint64_t)target + BLOCK_SIZE;
  if (state) {
    const uint32_t *software = (const uint32_t *)(state + EXTENDED_STATE_SOFTWARE);
    state_bytes = EXTENDED_STATE_LEGACY_SIZE;
    if (software[0] == EXTENDED_STATE_MAGIC && software[1] <= EXTENDED_STATE_MAX) state_bytes = software[1];
  }
  uint64_t state_copy = (top - state_bytes) & ~63ul;
  memcpy((void *)state_copy, (const void *)state, state_bytes);
  struct signal_context *copy = (struct signal_context *)((state_copy - sizeof *copy) & ~63ul);
  *copy = *context;
  copy->registers.rax = 0;
  copy->registers.extended_state = state ? state_copy : 0;
  if (stack) copy->registers.rsp = stack;
  copy->stack = (struct guest_stack){(uint64_t)target + BLOCK_ALTERNATE_STACK, 0, 0, BLOCK_SIZE - BLOCK_ALTERNATE_STACK};
  copy->mask = 0;
  return copy;
}

// First steps of a thread, with all host signals blocked; the return to the guest unblocks them.
static void start_thread(void *argument) {
  struct thread *thread = argument;
  thread_bind(thread);
  if (dispatch_on() < 0) host_exit_group(127);
  resume_context(thread->context);
}

static struct thread *prepare_thread(struct thread *parent, const struct clone_request *request, unsigned slot) {
  struct thread *thread = thread_block_take();
  if (!thread) return 0;
  thread->process = parent->process;
  thread->slot = slot_at(parent->process, slot);
  thread->slot->signal_mask = parent->slot->signal_mask;
  thread->slot->sequence = 0;
  thread->slot->state = SLOT_IDLE;
  thread->alternate_stack.flags = SS_DISABLE;
  if (request->flags & CLONE_CHILD_CLEARTID_FLAG) thread->clear_child_tid = request->child_tid;
  thread->context = copy_context(thread, parent->context, request->stack);
  return thread;
}

long clone_thread(struct thread *thread, const struct clone_request *request) {
  long tid = kernel_call_plain(thread, CALL_THREAD, request->flags, 0, 0);
  if (tid < 0) return tid;
  unsigned slot = thread->slot->new_object;
  struct thread *child = slot < ARENA_SLOT_COUNT ? prepare_thread(thread, request, slot) : 0;
  if (!child) {
    kernel_call_plain(thread, CALL_THREAD_FAILED, (uint64_t)tid, ENOMEM, 0);
    return -ENOMEM;
  }
  if (request->flags & CLONE_PARENT_SETTID_FLAG) guest_store32(request->parent_tid, (uint32_t)tid);
  if (request->flags & CLONE_CHILD_SETTID_FLAG) guest_store32(request->child_tid, (uint32_t)tid);

  if (sites_are_rewritten) patch_before_thread();
  uint64_t host_mask, flags = HOST_THREAD_FLAGS | (request->flags & CLONE_SETTLS_FLAG);
  host_mask_set(HOST_MASK_ALL, &host_mask);
  child->host_word = 1;  // not 0 before the host clears it
  thread_begins();
  long made = clone_gate(flags, child->fast_stack, (uint64_t)&child->host_word, request->tls, start_thread, child);
  host_mask_set(host_mask, 0);
  if (made >= 0) return tid;
  thread_ends();
  child->host_word = 0;
  thread_block_give(child);
  kernel_call_plain(thread, CALL_THREAD_FAILED, (uint64_t)tid, (uint64_t)-made, 0);
  return made;
}
