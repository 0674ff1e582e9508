// Guest signals: masks, taking from the kernel, delivery at the exit to the guest.
#ifndef OCCLUM_ENCLAVE_SIGNAL_H
#define OCCLUM_ENCLAVE_SIGNAL_H

#include "thread.h"

// Takes a signal for which the guest has a handler, if one is deliverable, into thread->taken. Ends the process if it is
// over. Looks only where there is a hint.
bool signal_take(struct thread *thread);
// The same without a hint: the kernel has just said that a call was interrupted.
bool signal_take_after(struct thread *thread);

// A call through the waiting gate, from one try to the next. Begin with wait_begin.
struct wait {
  long interrupted;      // what the guest's call gives when a handler is to run
  bool ends_by_stop;     // it gives EINTR also when the process was stopped and goes on: signal(7)
  bool made;             // the host has made it
  uint32_t stops;        // what the process page's `stopped` was: the host stops us for the enclave's own reasons, too
};

static inline uint32_t process_stops(const struct thread *thread) {
  return __atomic_load_n(&thread->process->page->stopped, __ATOMIC_SEQ_CST);
}

static inline struct wait wait_begin(const struct thread *thread, long interrupted) {
  return (struct wait){.interrupted = interrupted, .stops = process_stops(thread)};
}

// Whether the call is over. If not, it is made again. Otherwise `*result` is what the guest's call gives; for one that the
// host has never made, a restart, as if the signal had come before it.
bool wait_is_over(struct thread *thread, struct wait *wait, long *result);

// Delivers what is pending onto `context`, the guest's registers at an exit. `result` is the finished call's result if it
// may be a restart code, and `number` that call; 0 after an interruption of guest code.
void signal_deliver(struct thread *thread, struct signal_context *context, long result, uint32_t number);

// Sets the mask; what becomes deliverable is looked for at the exit.
void signal_set_mask(struct thread *thread, uint64_t mask);
// Whether a signal waits here that an action ignores.
bool signal_waits_ignored(const struct thread *thread, int number, uint64_t handler);
// Sets a mask for one wait; signal_end_wait undoes it unless a handler will run first.
void signal_begin_wait(struct thread *thread, uint64_t mask);
void signal_end_wait(struct thread *thread, long result);

// Ends the process by a signal without a handler; the kernel records it.
_Noreturn void signal_fatal(struct thread *thread, int number, int code, uint64_t address);

// Builds the guest's frame (frame.c). False when the guest's stack is bad.
bool frame_build(struct thread *thread, struct signal_context *context, const struct taken_signal *taken,
                 const struct signal_action *action, uint64_t old_mask);
// Takes the guest's registers from the frame at its stack pointer; false when that is bad.
bool frame_return(struct thread *thread, struct signal_context *context);

// Host handlers (trap.c, interrupt.c, fault.c), and their installation.
void trap_handler(int number, struct signal_information *information, struct signal_context *context);
void interrupt_handler(int number, struct signal_information *information, struct signal_context *context);
void fault_handler(int number, struct signal_information *information, struct signal_context *context);
void pipe_handler(int number, struct signal_information *information, struct signal_context *context);
void install_host_handlers(void);
// Has the calls of this host thread's guest code trapped; for each thread after the first. 0 or -errno.
long dispatch_on(void);
// The same for the first thread; finds out what does the trapping.
long dispatch_begin(bool by_filter);

#define HOST_MASK_ALL (~0ul)
static inline void host_mask_set(uint64_t mask, uint64_t *old) {
  host_call4(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &mask, old, sizeof mask);
}

#endif
