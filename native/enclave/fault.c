// Handler of the synchronous signals: a fault of guest code, or of a copy routine of the runtime.
#include "guest-memory.h"
#include "guest-signal.h"
#include "trampoline.h"

// A fault's signal cannot wait: without a handler, or blocked, it ends the process.
static void deliver_fault(struct thread *thread, int number, const struct signal_information *information,
                          struct signal_context *context) {
  uint64_t handler = thread->process->actions[number].handler;
  bool blocked = (thread->slot->signal_mask & signal_bit(number)) != 0;
  if (handler <= (uint64_t)SIG_IGN || blocked) signal_fatal(thread, number, information->code, information->address);
  thread->taken.number = number;
  thread->taken.information = *information;
  signal_deliver(thread, context, 0, 0);
}

void fault_handler(int number, struct signal_information *information, struct signal_context *context) {
  uint64_t ip = context->registers.rip;
  if (ip >= (uint64_t)guest_memory_begin && ip < (uint64_t)guest_memory_end) {
    context->registers.rip = (uint64_t)guest_memory_fault;
    return;
  }
  struct thread *thread = current_thread();
  if (is_runtime_address(ip)) signal_fatal(thread, number, information->code, ip);
  thread->context = context;
  deliver_fault(thread, number, information, context);
  resume_context(context);  // with a last look at what is pending
}
