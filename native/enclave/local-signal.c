// Signal calls that change only what the process says about itself.
#include "guest-memory.h"
#include "kernel-call.h"
#include "memory.h"
#include "guest-signal.h"

#define SIGNAL_SET_SIZE 8
#define STACK_SIZE_MINIMUM 2048  // MINSIGSTKSZ
#define SA_RESTORER_FLAG 0x04000000ul
#define SA_EXPOSE_TAGBITS_FLAG 0x800ul  // accepted; addresses have no tags on x86-64
// Source: kernel/signal.c, UAPI_SA_FLAGS; Linux drops the others.
#define ACTION_FLAGS                                                                                                    \
  (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND | SA_RESTORER_FLAG | \
   SA_EXPOSE_TAGBITS_FLAG)

long local_rt_sigaction(struct thread *thread, const uint64_t *arguments) {
  struct process *process = thread->process;
  int number = (int)arguments[0];
  struct signal_action fresh, old;
  if (arguments[3] != SIGNAL_SET_SIZE) return -EINVAL;
  if (arguments[1] && !copy_from_guest(&fresh, arguments[1], sizeof fresh)) return -EFAULT;
  if (number < 1 || number >= ARENA_SIGNAL_COUNT) return -EINVAL;
  if (arguments[1] && (MASK_UNBLOCKABLE & signal_bit(number))) return -EINVAL;

  lock_take(&process->action_lock);
  old = process->actions[number];
  if (arguments[1]) {
    fresh.flags &= ACTION_FLAGS;
    fresh.mask &= ~MASK_UNBLOCKABLE;
    process->actions[number] = fresh;
  }
  lock_release(&process->action_lock);
  // A signal that waits and is ignored now is gone: a handler that is set later does not get it.
  if (arguments[1] && signal_waits_ignored(thread, number, fresh.handler))
    kernel_call_plain(thread, __NR_rt_sigaction, (uint64_t)number, 0, 0);
  if (arguments[2] && !copy_to_guest(arguments[2], &old, sizeof old)) return -EFAULT;
  return 0;
}

long local_rt_sigprocmask(struct thread *thread, const uint64_t *arguments) {
  uint64_t old = thread->slot->signal_mask, set;
  if (arguments[3] != SIGNAL_SET_SIZE) return -EINVAL;
  if (arguments[1]) {
    if (!guest_load64(arguments[1], &set)) return -EFAULT;
    switch ((int)arguments[0]) {
      case SIG_BLOCK: signal_set_mask(thread, old | set); break;
      case SIG_UNBLOCK: signal_set_mask(thread, old & ~set); break;
      case SIG_SETMASK: signal_set_mask(thread, set); break;
      default: return -EINVAL;
    }
  }
  if (arguments[2] && !guest_store64(arguments[2], old)) return -EFAULT;
  return 0;
}

static bool is_on_stack(const struct guest_stack *stack, uint64_t pointer) {
  return !(stack->flags & SS_DISABLE) && pointer - stack->address - 1 < stack->size;
}

long local_sigaltstack(struct thread *thread, const uint64_t *arguments) {
  struct guest_stack *stack = &thread->alternate_stack;
  struct guest_stack fresh, old = *stack;
  uint64_t pointer = thread->context ? thread->context->registers.rsp : thread->guest_sp;
  bool on = is_on_stack(stack, pointer) && !((uint32_t)stack->flags & SS_AUTODISARM);
  if (on) old.flags |= SS_ONSTACK;
  if (arguments[0]) {
    if (!copy_from_guest(&fresh, arguments[0], sizeof fresh)) return -EFAULT;
    int32_t mode = fresh.flags & ~(int32_t)SS_AUTODISARM;
    if (on) return -EPERM;
    if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0) return -EINVAL;
    if (mode == SS_DISABLE) {
      fresh.address = 0, fresh.size = 0;
    } else if (fresh.size < STACK_SIZE_MINIMUM) {
      return -ENOMEM;
    }
    *stack = (struct guest_stack){fresh.address, fresh.flags & ~SS_ONSTACK, 0, fresh.size};
  }
  if (arguments[1] && !copy_to_guest(arguments[1], &old, sizeof old)) return -EFAULT;
  return 0;
}

long local_rt_sigreturn(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  if (!frame_return(thread, thread->context)) signal_fatal(thread, SIGSEGV, SI_KERNEL, 0);
  return 0;
}

// Waits for a signal; the mask is in force already.
static long wait_for_signal(struct thread *thread) {
  for (;;) {
    if (signal_take(thread)) return -RESULT_RESTART_NO_HANDLER;
    host_wait5(__NR_ppoll, 0, 0, 0, 0, 0);
  }
}

long local_rt_sigsuspend(struct thread *thread, const uint64_t *arguments) {
  uint64_t mask;
  if (arguments[1] != SIGNAL_SET_SIZE) return -EINVAL;
  if (!guest_load64(arguments[0], &mask)) return -EFAULT;
  signal_begin_wait(thread, mask);
  return wait_for_signal(thread);
}

long local_pause(struct thread *thread, const uint64_t *arguments) {
  (void)arguments;
  return wait_for_signal(thread);
}
