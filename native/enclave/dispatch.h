// From a system call of the guest to whoever answers it.
#ifndef OCCLUM_ENCLAVE_DISPATCH_H
#define OCCLUM_ENCLAVE_DISPATCH_H

#include <linux/time_types.h>

#include "thread.h"

// Answers a call; the result may be a restart code, then a signal is in thread->taken.
long dispatch(struct thread *thread, uint32_t number, const uint64_t *arguments);

// Whether the host may have a call of the fast entry as it is; if so, the thread is ready to make it.
bool dispatch_passes(struct thread *thread, uint32_t number, const uint64_t *arguments);
// The result of such a call where passing_gate gave the error `result`.
long dispatch_passed(struct thread *thread, uint32_t number, const uint64_t *arguments, long result);

// The exit's work: raises what the host reported, delivers signals. `context` holds the result already.
void dispatch_finish(struct thread *thread, struct signal_context *context, long result, uint32_t number);

// The host raised a signal for a direct call, or for the CPU time; the guest gets it as one to itself, blocked or ignored as it likes.
void raise_reported(struct thread *thread);

// Forwards a call that may wait, with restarts; -EINTR of the host becomes -RESULT_RESTART.
long forward_waiting(struct thread *thread, uint32_t number, const uint64_t *arguments);

// SO_RCVTIMEO or SO_SNDTIMEO of a descriptor; false where there is none, also of what is no socket.
bool socket_timeout(uint64_t fd, int option, struct __kernel_timespec *timeout);

// What a descriptor that is not the host's own answers to a direct call: 0 to go on, 1 for a kernel call, or -errno.
// `directory` is the error number for a directory, or 0 for a kernel call.
long refuse_descriptor(const struct thread *thread, int fd, int directory);

#endif
