// How the host schedules a thread, by its host id; 0 is the calling thread.

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "host-calls.h"

namespace occlum {

long Gettid() { return RawResult(syscall(SYS_gettid)); }

// tgkill(2) of no signal: who may not signal it is told that it is there.
long IsThreadOf(int32_t pid, int32_t tid) {
  const long result = RawResult(syscall(SYS_tgkill, pid, tid, 0));
  return result == -EPERM ? 0 : result;
}

// The kernel's calls, whose sizes are in bytes; those of libc add to them.
long SchedSetaffinity(int32_t tid, Bytes mask) { return RawResult(syscall(SYS_sched_setaffinity, tid, mask.size, mask.data)); }

// Gives how many bytes the host wrote.
long SchedGetaffinity(int32_t tid, Bytes out) { return RawResult(syscall(SYS_sched_getaffinity, tid, out.size, out.data)); }

// The attributes carry their size in their first word, which may say no more than the array has.
long SchedSetattr(int32_t tid, Bytes attributes, uint32_t flags) {
  uint32_t size = 0;
  if (attributes.size >= sizeof size) size = *reinterpret_cast<const uint32_t*>(attributes.data);
  if (size == 0 || size > attributes.size) return -EINVAL;
  return RawResult(syscall(SYS_sched_setattr, tid, attributes.data, flags));
}

long SchedGetattr(int32_t tid, Bytes out, uint32_t flags) {
  return RawResult(syscall(SYS_sched_getattr, tid, out.data, static_cast<uint32_t>(out.size), flags));
}

// (tid: number, out: Float64Array) => number; out: seconds, nanoseconds.
long SchedRrGetInterval(int32_t tid, Words<double> out) {
  timespec interval;
  if (out.count < 2) return -EINVAL;
  if (syscall(SYS_sched_rr_get_interval, tid, &interval) < 0) return -errno;
  out.data[0] = static_cast<double>(interval.tv_sec);
  out.data[1] = static_cast<double>(interval.tv_nsec);
  return 0;
}

long SchedPriorityMax(int32_t policy) { return RawResult(sched_get_priority_max(policy)); }

long SchedPriorityMin(int32_t policy) { return RawResult(sched_get_priority_min(policy)); }

// The kernel's result: 20 less the nice value.
long Getpriority(int32_t which, int32_t who) { return RawResult(syscall(SYS_getpriority, which, who)); }

long Setpriority(int32_t which, int32_t who, int32_t nice) { return RawResult(syscall(SYS_setpriority, which, who, nice)); }

long IoprioGet(int32_t which, int32_t who) { return RawResult(syscall(SYS_ioprio_get, which, who)); }

long IoprioSet(int32_t which, int32_t who, int32_t priority) { return RawResult(syscall(SYS_ioprio_set, which, who, priority)); }

}  // namespace occlum
