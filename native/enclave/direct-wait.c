// Waiting on descriptors: poll, select, epoll. A signal mask for the wait is the LibOS's own; the host never gets one.
#include <linux/fcntl.h>
#include <linux/time_types.h>

#include "descriptor.h"
#include "dispatch.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "guest-signal.h"

#define SIGNAL_SET_SIZE 8
#define MILLISECOND_NS 1000000
#define SECOND_NS 1000000000
#define CLOCK_MONOTONIC_ID 1

// Takes a wait's mask from the guest into force. An address of 0 is no mask.
static long begin_masked(struct thread *thread, uint64_t address, uint64_t bytes) {
  uint64_t mask;
  if (!address) return 0;
  if (bytes != SIGNAL_SET_SIZE) return -EINVAL;
  if (!guest_load64(address, &mask)) return -EFAULT;
  signal_begin_wait(thread, mask);
  return 0;
}

// The host writes the time left into `*left` when it was interrupted, so the call can be made again with it.
static long poll_again(struct thread *thread, uint64_t descriptors, uint64_t count, struct __kernel_timespec *left) {
  struct wait wait = wait_begin(thread, -RESULT_RESTART_NO_HANDLER);
  for (;;) {
    long result = host_wait5(__NR_ppoll, descriptors, count, left, 0, 0);
    if (wait_is_over(thread, &wait, &result)) return result;
  }
}

long direct_poll(struct thread *thread, const uint64_t *arguments) {
  int milliseconds = (int)arguments[2];
  if (milliseconds < 0) return poll_again(thread, arguments[0], (uint32_t)arguments[1], 0);
  struct __kernel_timespec left = {milliseconds / 1000, (int64_t)(milliseconds % 1000) * MILLISECOND_NS};
  return poll_again(thread, arguments[0], (uint32_t)arguments[1], &left);
}

long direct_ppoll(struct thread *thread, const uint64_t *arguments) {
  struct __kernel_timespec left;
  if (arguments[2] && !copy_from_guest(&left, arguments[2], sizeof left)) return -EFAULT;
  long error = begin_masked(thread, arguments[3], arguments[4]);
  if (error < 0) return error;
  long result = poll_again(thread, arguments[0], (uint32_t)arguments[1], arguments[2] ? &left : 0);
  if (arguments[2]) copy_to_guest(arguments[2], &left, sizeof left);  // Linux ignores a fault here
  signal_end_wait(thread, result);
  return result;
}

static long select_again(struct thread *thread, const uint64_t *sets, struct __kernel_timespec *left) {
  struct wait wait = wait_begin(thread, -RESULT_RESTART_NO_HANDLER);
  for (;;) {
    long result = host_wait6(__NR_pselect6, sets[0], sets[1], sets[2], sets[3], left, 0);
    if (wait_is_over(thread, &wait, &result)) return result;
  }
}

long direct_select(struct thread *thread, const uint64_t *arguments) {
  int64_t value[2];
  struct __kernel_timespec left;
  if (!arguments[4]) return select_again(thread, arguments, 0);
  if (!copy_from_guest(value, arguments[4], sizeof value)) return -EFAULT;
  if (value[0] < 0 || value[1] < 0) return -EINVAL;
  left.tv_sec = value[0] + value[1] / 1000000;
  left.tv_nsec = value[1] % 1000000 * 1000;
  long result = select_again(thread, arguments, &left);
  value[0] = left.tv_sec, value[1] = left.tv_nsec / 1000;
  copy_to_guest(arguments[4], value, sizeof value);
  return result;
}

long direct_pselect6(struct thread *thread, const uint64_t *arguments) {
  struct __kernel_timespec left;
  uint64_t mask[2] = {0, 0};
  if (arguments[5] && !copy_from_guest(mask, arguments[5], sizeof mask)) return -EFAULT;
  if (arguments[4] && !copy_from_guest(&left, arguments[4], sizeof left)) return -EFAULT;
  long error = begin_masked(thread, mask[0], mask[1]);
  if (error < 0) return error;
  long result = select_again(thread, arguments, arguments[4] ? &left : 0);
  if (arguments[4]) copy_to_guest(arguments[4], &left, sizeof left);
  signal_end_wait(thread, result);
  return result;
}

static int64_t now_ns(void) {
  struct __kernel_timespec now;
  host_call2(__NR_clock_gettime, CLOCK_MONOTONIC_ID, &now);
  return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static struct wait begin_epoll(const struct thread *thread) {
  struct wait wait = wait_begin(thread, -RESULT_RESTART_NO_HANDLER);
  wait.ends_by_stop = true;
  return wait;
}

// epoll does not tell what was left of a timeout, so its end is worked out before.
static long epoll_again(struct thread *thread, const uint64_t *arguments, int milliseconds) {
  if (fd_is_reserved(thread->process, (int)arguments[0])) return -EBADF;
  int64_t end = milliseconds > 0 ? now_ns() + (int64_t)milliseconds * MILLISECOND_NS : 0;
  struct wait wait = begin_epoll(thread);
  for (;;) {
    long result = host_wait6(__NR_epoll_pwait, arguments[0], arguments[1], arguments[2], milliseconds, 0, 0);
    if (wait_is_over(thread, &wait, &result)) return result;
    if (milliseconds > 0) {
      int64_t left = (end - now_ns() + MILLISECOND_NS - 1) / MILLISECOND_NS;
      milliseconds = left > 0 ? (int)left : 0;
    }
  }
}

long direct_epoll_wait(struct thread *thread, const uint64_t *arguments) {
  return epoll_again(thread, arguments, (int)arguments[3]);
}

long direct_epoll_pwait(struct thread *thread, const uint64_t *arguments) {
  long error = begin_masked(thread, arguments[4], arguments[5]);
  if (error < 0) return error;
  long result = epoll_again(thread, arguments, (int)arguments[3]);
  signal_end_wait(thread, result);
  return result;
}

long direct_epoll_pwait2(struct thread *thread, const uint64_t *arguments) {
  struct __kernel_timespec wanted;
  if (fd_is_reserved(thread->process, (int)arguments[0])) return -EBADF;
  if (arguments[3] && !copy_from_guest(&wanted, arguments[3], sizeof wanted)) return -EFAULT;
  if (arguments[3] && (wanted.tv_sec < 0 || (uint64_t)wanted.tv_nsec >= SECOND_NS)) return -EINVAL;
  long error = begin_masked(thread, arguments[4], arguments[5]);
  if (error < 0) return error;
  int64_t end = arguments[3] ? now_ns() + wanted.tv_sec * SECOND_NS + wanted.tv_nsec : 0;
  long result;
  struct wait wait = begin_epoll(thread);
  for (;;) {
    result = host_wait6(__NR_epoll_pwait2, arguments[0], arguments[1], arguments[2], arguments[3] ? &wanted : 0, 0, 0);
    if (wait_is_over(thread, &wait, &result)) break;
    int64_t left = end - now_ns();
    if (left < 0) left = 0;
    wanted = (struct __kernel_timespec){left / SECOND_NS, left % SECOND_NS};
  }
  signal_end_wait(thread, result);
  return result;
}

long direct_epoll_ctl(struct thread *thread, const uint64_t *arguments) {
  int watched = (int)arguments[2];
  if (fd_is_reserved(thread->process, (int)arguments[0]) || fd_is_reserved(thread->process, watched)) return -EBADF;
  enum fd_kind kind = fd_kind_of(thread->process, watched);
  if (kind == FD_PATH) return -EBADF;
  if (kind == FD_DIRECTORY) return -EPERM;
  return host_call4(__NR_epoll_ctl, arguments[0], arguments[1], arguments[2], arguments[3]);
}
