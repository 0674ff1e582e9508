// The Node process itself and the machine it runs on.

#include <errno.h>
#include <grp.h>
#include <math.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include "host-calls.h"

namespace occlum {

static double FromLimit(rlim_t limit) { return limit == RLIM_INFINITY ? INFINITY : static_cast<double>(limit); }
static rlim_t ToLimit(double limit) { return isinf(limit) ? RLIM_INFINITY : static_cast<rlim_t>(limit); }

// (resource, out: Float64Array) => number; out: soft, hard, Infinity for none.
long Getrlimit(int32_t resource, Words<double> out) {
  rlimit limit;
  if (out.count < 2) return -EINVAL;
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) < 0) return -errno;
  out.data[0] = FromLimit(limit.rlim_cur);
  out.data[1] = FromLimit(limit.rlim_max);
  return 0;
}

long Setrlimit(int32_t resource, double soft, double hard) {
  const rlimit limit = {ToLimit(soft), ToLimit(hard)};
  return RawResult(setrlimit(static_cast<__rlimit_resource>(resource), &limit));
}

// (out: Uint32Array) => count; out: uid, euid, gid, egid, groups...
long Credentials(Words<uint32_t> out) {
  if (out.count < 4) return -EINVAL;
  out.data[0] = getuid();
  out.data[1] = geteuid();
  out.data[2] = getgid();
  out.data[3] = getegid();
  if (out.count == 4) return 4;
  const long groups = RawResult(getgroups(static_cast<int>(out.count - 4), out.data + 4));
  return groups < 0 ? groups : groups + 4;
}

long Umask(uint32_t mask) { return static_cast<long>(umask(mask)); }

long Prctl(int32_t option, int64_t argument) { return RawResult(prctl(option, argument, 0, 0, 0)); }

// (clock, out: Float64Array) => number; out: seconds, nanoseconds.
long ClockGettime(int32_t clock, Words<double> out) {
  timespec time;
  if (out.count < 2) return -EINVAL;
  if (clock_gettime(clock, &time) < 0) return -errno;
  out.data[0] = static_cast<double>(time.tv_sec);
  out.data[1] = static_cast<double>(time.tv_nsec);
  return 0;
}

long Getrandom(Bytes out) { return RawResult(getrandom(out.data, out.size, 0)); }

long Sysinfo(Bytes out) {
  return out.size < sizeof(struct sysinfo) ? -EINVAL : RawResult(sysinfo(reinterpret_cast<struct sysinfo*>(out.data)));
}

long Cpu() { return RawResult(sched_getcpu()); }

long Exit(int32_t status) { _exit(status); }

}  // namespace occlum
