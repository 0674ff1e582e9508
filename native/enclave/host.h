// Host calls of the runtime. Their `syscall` instructions lie in the trampoline page, the only place from which Syscall
// User Dispatch lets them pass.
#ifndef OCCLUM_ENCLAVE_HOST_H
#define OCCLUM_ENCLAVE_HOST_H

#include <linux/errno.h>
#include <linux/futex.h>

#define HOST_SYSCALL "call host_gate"
#include "host-syscall.h"

// As host_call, for calls that may wait. Gives -RESULT_NOT_MADE without making the call when an event is pending; no event that
// comes between the look and the call is lost (trampoline.S, interrupt.c).
DEFINE_HOST_CALL(host_wait_raw, "call waiting_gate")

#define host_wait6(number, a, b, c, d, e, f) \
  host_wait_raw((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define host_wait5(number, a, b, c, d, e) host_wait6(number, a, b, c, d, e, 0)
#define host_wait4(number, a, b, c, d) host_wait6(number, a, b, c, d, 0, 0)
#define host_wait3(number, a, b, c) host_wait6(number, a, b, c, 0, 0, 0)

// Ends the host process. Used when the guest's process is over or cannot go on.
static inline _Noreturn void host_exit_group(int status) {
  for (;;) host_call1(__NR_exit_group, status);
}

#endif
