// futex: the host's, without the operations that take a thread id of the host for a lock's owner.
#include <linux/time_types.h>

#include "guest-memory.h"
#include "kernel-call.h"
#include "guest-signal.h"

#define SECOND_NS 1000000000
#define CLOCK_MONOTONIC_ID 1
#define MATCH_ANY 0xffffffffu

static long wait_again(struct thread *thread, const uint64_t *arguments, uint32_t operation, const struct __kernel_timespec *until,
                       uint32_t bits) {
  struct wait wait = wait_begin(thread, until ? -RESULT_RESTART_NO_HANDLER : -RESULT_RESTART);
  for (;;) {
    long result = host_wait6(__NR_futex, arguments[0], operation, arguments[2], until, 0, bits);
    if (wait_is_over(thread, &wait, &result)) return result;
  }
}

// A relative timeout becomes a point in time, so a wait that is made again does not last longer.
static long wait_relative(struct thread *thread, const uint64_t *arguments, uint32_t options) {
  struct __kernel_timespec wanted, until;
  if (!copy_from_guest(&wanted, arguments[3], sizeof wanted)) return -EFAULT;
  if (wanted.tv_sec < 0 || (uint64_t)wanted.tv_nsec >= SECOND_NS) return -EINVAL;
  host_call2(__NR_clock_gettime, CLOCK_MONOTONIC_ID, &until);
  until.tv_nsec += wanted.tv_nsec;
  if (__builtin_add_overflow(until.tv_sec, wanted.tv_sec + until.tv_nsec / SECOND_NS, &until.tv_sec)) until.tv_sec = INT64_MAX;
  until.tv_nsec %= SECOND_NS;
  return wait_again(thread, arguments, FUTEX_WAIT_BITSET | options, &until, MATCH_ANY);
}

long direct_futex(struct thread *thread, const uint64_t *arguments) {
  uint32_t operation = (uint32_t)arguments[1], command = operation & FUTEX_CMD_MASK;
  uint32_t options = operation & ~(uint32_t)FUTEX_CMD_MASK;
  struct __kernel_timespec until;
  switch (command) {
    case FUTEX_WAIT:
      if (arguments[3]) return wait_relative(thread, arguments, options & FUTEX_PRIVATE_FLAG);
      return wait_again(thread, arguments, operation, 0, 0);
    case FUTEX_WAIT_BITSET:
      if (arguments[3] && !copy_from_guest(&until, arguments[3], sizeof until)) return -EFAULT;
      return wait_again(thread, arguments, operation, arguments[3] ? &until : 0, (uint32_t)arguments[5]);
    case FUTEX_WAKE:
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
    case FUTEX_WAKE_OP:
    case FUTEX_WAKE_BITSET:
      return host_call6(__NR_futex, arguments[0], operation, arguments[2], arguments[3], arguments[4], arguments[5]);
    default:
      return -ENOSYS;
  }
}
