// Handler of host signal 64: an event is pending for this thread. And the host handlers' installation.
#include "dispatch.h"
#include "fast-entry.h"
#include "guest-memory.h"
#include "guest-signal.h"
#include "trampoline.h"

#define SA_RESTORER_FLAG 0x04000000ul

// The steps between a look at what is pending and what the look decided.
struct window {
  const char *first, *last;  // the last instruction that is in it still
  const char *go_on;
};

static const struct window windows[] = {
    {waiting_gate_begin, waiting_gate_syscall, waiting_gate_end},
    {signal_return_begin, signal_return_syscall, signal_return_begin},
    {fast_exit_begin, fast_exit_jump, fast_exit_begin},
    {passing_gate, passing_gate_syscall, passing_gate_end},
};
#define WINDOW_COUNT (sizeof windows / sizeof *windows)

#ifdef WIDEN_WINDOWS
// The test builds count how often they are hit in the last words of the slot, which nothing else uses.
static void count_hit(unsigned which) {
  uint32_t *counts = (uint32_t *)((char *)current_thread()->slot + ARENA_SLOT_SIZE) - WINDOW_COUNT;
  counts[which]++;
}
#else
static void count_hit(unsigned which) { (void)which; }
#endif

// One test build leaves threads where they are, to show that it matters.
#ifdef NAIVE_INTERRUPTS
#define MOVES_THREADS false
#else
#define MOVES_THREADS true
#endif

void interrupt_handler(int number, struct signal_information *information, struct signal_context *context) {
  (void)number, (void)information;
  uint64_t ip = context->registers.rip;
  struct thread *thread = current_thread();
  if (!is_runtime_address(ip)) {
    thread->context = context;
    signal_deliver(thread, context, 0, 0);
    resume_context(context);
  }
  // Elsewhere in the runtime the pending word is enough.
  for (unsigned i = 0; i < WINDOW_COUNT; i++) {
    if (ip < (uint64_t)windows[i].first || ip > (uint64_t)windows[i].last) continue;
    count_hit(i);
    if (!MOVES_THREADS) return;
    context->registers.rip = (uint64_t)windows[i].go_on;
    // The others look again, and set what they need.
    bool is_gate = windows[i].first == waiting_gate_begin || windows[i].first == passing_gate;
    if (is_gate) context->registers.rax = (uint64_t)-RESULT_NOT_MADE;
  }
}

// The host raises these two for a direct call of this thread; the guest's own are made at the exit.
void pipe_handler(int number, struct signal_information *information, struct signal_context *context) {
  (void)information, (void)context;
  struct thread *thread = current_thread();
  if (number == SIGPIPE) thread->broken_pipe = true;
  else thread->file_too_big = true;
}

// The host counts the CPU time. Raised at once, since the guest may make no further call.
void cpu_time_handler(int number, struct signal_information *information, struct signal_context *context) {
  (void)number, (void)information;
  struct thread *thread = current_thread();
  thread->cpu_time_over = true;
  if (is_runtime_address(context->registers.rip)) return;
  raise_reported(thread);
  thread->context = context;
  signal_deliver(thread, context, 0, 0);
  resume_context(context);
}

static void install(int number, void (*handler)(int, struct signal_information *, struct signal_context *),
                    const char *restorer, uint64_t flags) {
  const struct signal_action action = {(uint64_t)handler, flags | SA_SIGINFO | SA_ONSTACK | SA_RESTORER_FLAG, (uint64_t)restorer, 0};
  host_call4(__NR_rt_sigaction, number, &action, 0, sizeof(uint64_t));
}

void install_host_handlers(void) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  install(SIGSYS, trap_handler, signal_return, SA_NODEFER);
  install(SIGNAL_INTERRUPT, interrupt_handler, signal_return_plain, 0);
  install(SIGPIPE, pipe_handler, signal_return_plain, SA_RESTART);
  install(SIGXFSZ, pipe_handler, signal_return_plain, SA_RESTART);
  install(SIGXCPU, cpu_time_handler, signal_return_plain, SA_RESTART);
  for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) install(faults[i], fault_handler, signal_return_plain, SA_NODEFER);
}
