// Calls of the kernel through the thread's slot.
#ifndef OCCLUM_ENCLAVE_KERNEL_CALL_H
#define OCCLUM_ENCLAVE_KERNEL_CALL_H

#include "syscall.h"
#include "thread.h"

// Restart codes, in results between here and the exit to the guest; the guest never sees them.
#define RESULT_RESTART 512           // restarted after a handler with SA_RESTART
#define RESULT_RESTART_ALWAYS 513      // after any handler: it came before the call
#define RESULT_RESTART_NO_HANDLER 514  // EINTR after any handler

static inline bool is_restart(long result) { return result <= -RESULT_RESTART && result >= -RESULT_RESTART_NO_HANDLER; }

// Reports the result of a call that the kernel does not know: a local or direct one, or the number of a new descriptor.
void kernel_call_trace(struct thread *thread, uint32_t number, long result, const uint64_t *arguments);

// A guest's system call, marshalled as its row says; descriptors are received and sent, and results copied out. The
// result may be a restart code, then a signal is in thread->taken.
long kernel_call(struct thread *thread, uint32_t number, const uint64_t *arguments, const struct argument *kinds);

// As kernel_call with the kinds of the number's row.
long kernel_call_row(struct thread *thread, uint32_t number, const uint64_t *arguments);

// A call of the runtime's own: CALL_*, or a system call whose data is in the slot already. Makes no restarts.
long kernel_call_plain(struct thread *thread, uint32_t number, uint64_t a, uint64_t b, uint64_t c);

// Fills the slot for a call without data; then the caller may set data and flags, and kernel_call_post makes it.
void kernel_call_prepare(struct thread *thread, uint32_t number, const uint64_t *arguments);
// Posts what the slot says and waits; returns the result.
long kernel_call_post(struct thread *thread);
// The same, sending each descriptor that the kernel wants.
long kernel_call_post_with_descriptors(struct thread *thread, const uint64_t *arguments);
// Posts a call without data whose result must be 0, and goes on: the next call waits for its reply first, and ends the
// process where the kernel refused.
void kernel_call_begin(struct thread *thread, uint32_t number, uint64_t a, uint64_t b);
// Posts without waiting for a reply. The slot is not the caller's any more.
void kernel_call_post_last(struct thread *thread);

// Copies the arguments' data in (marshal.c).
void marshal_in(struct thread *thread, const uint64_t *arguments, const struct argument *kinds);
// Copies results out; false is EFAULT.
bool marshal_out(struct thread *thread, const uint64_t *arguments, const struct argument *kinds);

#endif
