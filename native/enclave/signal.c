#include "guest-signal.h"

#include "guest-memory.h"
#include "kernel-call.h"
#include "memory.h"

#define SI_KERNEL 0x80

// Signals whose default action is to do nothing. Stops are the kernel's.
#define MASK_DEFAULT_IGNORED (signal_bit(SIGCHLD) | signal_bit(SIGCONT) | signal_bit(SIGURG) | signal_bit(SIGWINCH))

_Noreturn void signal_fatal(struct thread *thread, int number, int code, uint64_t address) {
  kernel_call_plain(thread, CALL_FATAL_SIGNAL, (uint64_t)number, (uint64_t)(int64_t)code, address);
  host_exit_group(128 + number);
}

static uint64_t pending_hints(const struct thread *thread) {
  return __atomic_load_n(&thread->process->page->pending_signals, __ATOMIC_SEQ_CST) |
         __atomic_load_n(&thread->slot->pending_signals, __ATOMIC_SEQ_CST);
}

static bool is_ignored(int number, uint64_t handler) {
  return handler == (uint64_t)SIG_IGN || (handler == (uint64_t)SIG_DFL && (MASK_DEFAULT_IGNORED & signal_bit(number)));
}

bool signal_waits_ignored(const struct thread *thread, int number, uint64_t handler) {
  return is_ignored(number, handler) && (pending_hints(thread) & signal_bit(number));
}

void signal_set_mask(struct thread *thread, uint64_t mask) {
  mask &= ~MASK_UNBLOCKABLE;
  __atomic_store_n(&thread->slot->signal_mask, mask, __ATOMIC_SEQ_CST);
  if (pending_hints(thread) & ~mask) __atomic_fetch_or(&thread->slot->pending, PENDING_SIGNAL, __ATOMIC_SEQ_CST);
}

void signal_begin_wait(struct thread *thread, uint64_t mask) {
  thread->saved_mask = thread->slot->signal_mask;
  thread->restore_mask = true;
  signal_set_mask(thread, mask);
}

void signal_end_wait(struct thread *thread, long result) {
  if (!thread->restore_mask || result == -RESULT_RESTART_NO_HANDLER) return;
  thread->restore_mask = false;
  signal_set_mask(thread, thread->saved_mask);
}

// Asks the kernel for a deliverable signal; its information is in the slot's buffer.
static int ask(struct thread *thread) {
  const uint64_t arguments[6] = {thread->slot->signal_mask};
  kernel_call_prepare(thread, CALL_NEXT_SIGNAL, arguments);
  thread->slot->data_length[1] = sizeof(struct signal_information);
  long number = kernel_call_post(thread);
  if (number <= 0 || number >= ARENA_SIGNAL_COUNT) return 0;
  memcpy(&thread->taken.information, slot_buffer(thread), sizeof(struct signal_information));
  return (int)number;
}

// Takes the signal that lies in the slot, if it can be handled now. Otherwise the kernel is asked, which takes it back first.
static int take_offered(struct thread *thread) {
  struct thread_slot *slot = thread->slot;
  uint32_t offer = __atomic_load_n(&slot->offered_signal, __ATOMIC_ACQUIRE), number = offer & 0xff;
  if (number == 0 || number >= ARENA_SIGNAL_COUNT || (slot->signal_mask & signal_bit(number))) return 0;
  if (thread->process->actions[number].handler <= (uint64_t)SIG_IGN) return 0;
  memcpy(&thread->taken.information, slot->offered_information, sizeof(struct signal_information));
  bool mine = __atomic_compare_exchange_n(&slot->offered_signal, &offer, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return mine ? (int)number : 0;
}

static bool take(struct thread *thread) {
  for (;;) {
    uint32_t pending = __atomic_fetch_and(&thread->slot->pending, PENDING_EXIT, __ATOMIC_SEQ_CST);
    // With others about, the kernel says which is first.
    int number = (pending & ~PENDING_EXIT) == PENDING_OFFER ? take_offered(thread) : 0;
    if (number == 0) number = ask(thread);
    if (__atomic_load_n(&thread->slot->pending, __ATOMIC_ACQUIRE) & PENDING_EXIT) host_exit_group(0);
    if (number == 0) return false;
    // The kernel hands out signals with a handler; the action may have been changed since.
    uint64_t handler = thread->process->actions[number].handler;
    if (handler > (uint64_t)SIG_IGN) {
      thread->taken.number = number;
      return true;
    }
    if (is_ignored(number, handler)) continue;
    signal_fatal(thread, number, thread->taken.information.code, 0);
  }
}

bool signal_take(struct thread *thread) {
  if (thread->taken.number) return true;
  uint32_t pending = __atomic_load_n(&thread->slot->pending, __ATOMIC_SEQ_CST);
  if (pending & PENDING_EXIT) host_exit_group(0);
  return pending != 0 && take(thread);
}

bool signal_take_after(struct thread *thread) {
  return thread->taken.number || take(thread);
}

bool wait_is_over(struct thread *thread, struct wait *wait, long *result) {
  uint32_t stops = process_stops(thread);
  bool stopped = *result == -EINTR && stops != wait->stops;
  wait->stops = stops;
  if (*result == -EINTR) wait->made = true;
  else if (*result != -RESULT_NOT_MADE) return true;
  if (signal_take(thread)) {
    // A signal that only the mask of this wait lets through must end it.
    *result = wait->made || thread->restore_mask ? wait->interrupted : -RESULT_RESTART_ALWAYS;
    return true;
  }
  return stopped && wait->ends_by_stop;
}

// Sets what the interrupted call gives: EINTR, or the call again.
static void settle_restart(const struct thread *thread, struct signal_context *context, long result, uint32_t number, bool again) {
  if (again) {
    context->registers.rax = number;
    context->registers.rip = thread->restart_ip;
  } else if (is_restart(result)) {
    context->registers.rax = (uint64_t)-EINTR;
  }
}

// A frame could not be written: the guest gets SIGSEGV instead, which ends it where it cannot be handled either.
static void take_segmentation_fault(struct thread *thread, int failed) {
  bool handled = thread->process->actions[SIGSEGV].handler > (uint64_t)SIG_IGN;
  bool blocked = (thread->slot->signal_mask & signal_bit(SIGSEGV)) != 0;
  if (failed == SIGSEGV || blocked || !handled) signal_fatal(thread, SIGSEGV, SI_KERNEL, 0);
  thread->taken = (struct taken_signal){.number = SIGSEGV, .information = {.number = SIGSEGV, .code = SI_KERNEL}};
}

void signal_deliver(struct thread *thread, struct signal_context *context, long result, uint32_t number) {
  bool restart = is_restart(result);
  while (signal_take(thread)) {
    struct taken_signal taken = thread->taken;
    thread->taken.number = 0;
    lock_take(&thread->process->action_lock);
    struct signal_action action = thread->process->actions[taken.number];
    if (action.flags & SA_RESETHAND) thread->process->actions[taken.number].handler = (uint64_t)SIG_DFL;
    lock_release(&thread->process->action_lock);
    if (action.handler <= (uint64_t)SIG_IGN) continue;

    bool again = result == -RESULT_RESTART_ALWAYS || (result == -RESULT_RESTART && (action.flags & SA_RESTART));
    if (restart) settle_restart(thread, context, result, number, again);
    restart = false;
    uint64_t old_mask = thread->restore_mask ? thread->saved_mask : thread->slot->signal_mask;
    if (!frame_build(thread, context, &taken, &action, old_mask)) {
      take_segmentation_fault(thread, taken.number);
      continue;
    }
    uint64_t mask = thread->slot->signal_mask | action.mask;
    if (!(action.flags & SA_NODEFER)) mask |= signal_bit(taken.number);
    thread->restore_mask = false;
    signal_set_mask(thread, mask);
  }
  if (restart) settle_restart(thread, context, result, number, true);
  if (thread->restore_mask) signal_end_wait(thread, 0);
}
