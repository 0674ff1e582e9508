// Clocks and sleeping.
#include <linux/time_types.h>

#include "guest-memory.h"
#include "kernel-call.h"
#include "guest-signal.h"

#define CLOCK_LAST 11
#define CLOCK_REALTIME_ID 0
#define CLOCK_MONOTONIC_ID 1
#define CLOCK_THREAD_CPUTIME_ID 3
#define TIMER_ABSTIME_FLAG 1

// Numbers above name a process's clock (by an id the host would take for its own) or a device.
static bool is_host_clock(uint64_t clock) { return (uint32_t)clock <= CLOCK_LAST; }

long direct_clock_gettime(struct thread *thread, const uint64_t *arguments) {
  if (!is_host_clock(arguments[0])) return kernel_call_row(thread, __NR_clock_gettime, arguments);
  return host_call2(__NR_clock_gettime, arguments[0], arguments[1]);
}

long direct_clock_getres(struct thread *thread, const uint64_t *arguments) {
  if (!is_host_clock(arguments[0])) return kernel_call_row(thread, __NR_clock_getres, arguments);
  return host_call2(__NR_clock_getres, arguments[0], arguments[1]);
}

long direct_gettimeofday(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  struct __kernel_timespec now;
  host_call2(__NR_clock_gettime, CLOCK_REALTIME_ID, &now);
  const int64_t value[2] = {now.tv_sec, now.tv_nsec / 1000};
  static const int32_t zone[2];
  if (arguments[0] && !copy_to_guest(arguments[0], value, sizeof value)) return -EFAULT;
  if (arguments[1] && !copy_to_guest(arguments[1], zone, sizeof zone)) return -EFAULT;
  return 0;
}

long direct_time(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  struct __kernel_timespec now;
  host_call2(__NR_clock_gettime, 5 /* CLOCK_REALTIME_COARSE, as time(2) counts */, &now);
  if (arguments[0] && !guest_store64(arguments[0], (uint64_t)now.tv_sec)) return -EFAULT;
  return now.tv_sec;
}

// A relative sleep: the host says how much was left, so waking for nothing does not lengthen it.
static long sleep_relative(struct thread *thread, uint64_t clock, struct __kernel_timespec wanted, uint64_t remaining) {
  struct wait wait = wait_begin(thread, -RESULT_RESTART_NO_HANDLER);
  for (;;) {
    struct __kernel_timespec left = wanted;
    long result = host_wait4(__NR_clock_nanosleep, clock, 0, &wanted, &left);
    // Linux tells what was left also where the sleep went on after a stop, and where it is all: CPU time stands still in a sleep.
    bool interrupted = result == -EINTR || left.tv_sec != wanted.tv_sec || left.tv_nsec != wanted.tv_nsec;
    bool over = wait_is_over(thread, &wait, &result);
    if (interrupted && remaining && !copy_to_guest(remaining, &left, sizeof left)) return -EFAULT;
    if (over) return result;
    wanted = left;
  }
}

long direct_nanosleep(struct thread *thread, const uint64_t *arguments) {
  struct __kernel_timespec wanted;
  if (!copy_from_guest(&wanted, arguments[0], sizeof wanted)) return -EFAULT;
  return sleep_relative(thread, CLOCK_MONOTONIC_ID, wanted, arguments[1]);
}

long direct_clock_nanosleep(struct thread *thread, const uint64_t *arguments) {
  struct __kernel_timespec wanted;
  if (!is_host_clock(arguments[0])) return kernel_call_row(thread, __NR_clock_nanosleep, arguments);
  if ((uint32_t)arguments[0] == CLOCK_THREAD_CPUTIME_ID) return -EINVAL;
  if (!copy_from_guest(&wanted, arguments[2], sizeof wanted)) return -EFAULT;
  if (!((int)arguments[1] & TIMER_ABSTIME_FLAG)) return sleep_relative(thread, arguments[0], wanted, arguments[3]);
  struct wait wait = wait_begin(thread, -RESULT_RESTART_NO_HANDLER);
  for (;;) {
    long result = host_wait4(__NR_clock_nanosleep, arguments[0], arguments[1], &wanted, 0);
    if (wait_is_over(thread, &wait, &result)) return result;
  }
}
