// Limits that the host keeps: the kernel decides, then the process's own host limit follows.
#include <linux/resource.h>

#include "dispatch.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "trampoline.h"

// With a soft stack limit without end the host would lay out the address space in another way.
#define STACK_MAX (64ul << 30)
#define BLOCKS_SIZE (4ul << 20)  // of threads, about

static uint64_t lower(uint64_t a, uint64_t b) { return a < b ? a : b; }

// What the runtime itself has mapped is not the guest's.
static uint64_t with_runtime(uint64_t limit) {
  const uint64_t own = ARENA_SIZE + (uint64_t)(runtime_end - runtime_begin) + BLOCKS_SIZE;
  return limit > RLIM64_INFINITY - own ? RLIM64_INFINITY : limit + own;
}

static bool is_kept_by_host(uint32_t resource) {
  return resource == RLIMIT_CPU || resource == RLIMIT_FSIZE || resource == RLIMIT_STACK || resource == RLIMIT_MEMLOCK ||
         resource == RLIMIT_AS;
}

// The kernel agreed.
static void keep(uint32_t resource, struct rlimit64 wanted) {
  struct rlimit64 host;
  if (!is_kept_by_host(resource)) return;
  if (host_call4(__NR_prlimit64, 0, resource, 0, &host) < 0) return;
  if (resource == RLIMIT_AS) wanted = (struct rlimit64){with_runtime(wanted.rlim_cur), with_runtime(wanted.rlim_max)};
  if (resource == RLIMIT_STACK) wanted.rlim_cur = lower(wanted.rlim_cur, STACK_MAX);
  wanted.rlim_max = lower(wanted.rlim_max, host.rlim_max);
  wanted.rlim_cur = lower(wanted.rlim_cur, wanted.rlim_max);
  host_call4(__NR_prlimit64, 0, resource, &wanted, 0);
}

long direct_setrlimit(struct thread *thread, const uint64_t *arguments) {
  struct rlimit64 wanted;
  bool good = copy_from_guest(&wanted, arguments[1], sizeof wanted);
  long result = kernel_call_row(thread, __NR_setrlimit, arguments);
  if (result == 0 && good) keep((uint32_t)arguments[0], wanted);
  return result;
}

long direct_prlimit64(struct thread *thread, const uint64_t *arguments) {
  struct rlimit64 wanted;
  // Before the call: the old limit may go to the same place. What the guest writes there meanwhile binds only itself.
  bool good = arguments[2] && copy_from_guest(&wanted, arguments[2], sizeof wanted);
  long result = kernel_call_row(thread, __NR_prlimit64, arguments);
  bool own = (int32_t)arguments[0] == 0 || (uint32_t)arguments[0] == thread->process->page->pid;
  if (result == 0 && own && good) keep((uint32_t)arguments[1], wanted);
  return result;
}
