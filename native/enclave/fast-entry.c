// The C side of fast-entry.S.
#include "fast-entry.h"

#include "dispatch.h"
#include "kernel-call.h"
#include "patch.h"

// Calls that read or copy all of the guest's registers.
static bool needs_frame(uint32_t number) {
  return number == __NR_rt_sigreturn || number == __NR_clone || number == __NR_fork || number == __NR_vfork;
}

static int settle(struct thread *thread, struct fast_call *call, long result) {
  call->number = (uint64_t)result;
  if (is_restart(result) || thread->taken.number || thread->restore_mask || thread->broken_pipe || thread->file_too_big) {
    // What is left to do needs a frame: the exit makes one.
    __atomic_fetch_or(&thread->slot->pending, PENDING_SIGNAL, __ATOMIC_SEQ_CST);
  } else {
    thread->slot->thread_state = THREAD_USER;
  }
  return FAST_DONE;
}

int fast_dispatch(struct fast_call *call) {
  struct thread *thread = current_thread();
  struct thread_slot *slot = thread->slot;
  uint32_t number = (uint32_t)call->number;
  if (needs_frame(number)) return FAST_FRAME;
  thread->context = 0;
  slot->user_ip = call->return_ip;
  slot->user_sp = thread->guest_sp;
  thread->fast_number = number;
  if (dispatch_passes(thread, number, call->arguments)) return FAST_PASS;
  slot->thread_state = THREAD_RUNTIME;
  return settle(thread, call, dispatch(thread, number, call->arguments));
}

int fast_complete(struct fast_call *call) {
  struct thread *thread = current_thread();
  return settle(thread, call, dispatch_passed(thread, thread->fast_number, call->arguments, (long)call->number));
}

void fast_finish(struct thread *thread, struct signal_context *context) {
  context->registers.rip = thread->resume_ip;
  context->registers.rax = thread->resume_result;
  thread->context = context;
  thread->restart_ip = patch_restart_address(thread->resume_ip);
  dispatch_finish(thread, context, (long)thread->resume_result, thread->fast_number);
}
