// The errors of the scheduling calls and the order in which they are checked, one row each: the lines of two kernels can be compared.
// docs/scheduling-rows.md is printed from the rows here. Without privileges, so that root and users, native and LibOS, are asked the same.
#include "show.h"

#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/membarrier.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// The header of the kernel has the same names as that of libc.
struct sched_attr {
  uint32_t size, sched_policy;
  uint64_t sched_flags;
  int32_t sched_nice;
  uint32_t sched_priority;
  uint64_t sched_runtime, sched_deadline, sched_period;
  uint32_t sched_util_min, sched_util_max;
};
#define SCHED_FLAG_KEEP_POLICY 8
#define SCHED_FLAG_KEEP_PARAMS 16
#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#endif

#define NOWHERE ((void *)8)
#define NOBODY 0x3fffffff
#define ROW(call, what, made) (errno = 0, row(call, what, (long)(made)))

static void row(const char *call, const char *what, long result) {
  printf("%s: %s: ", call, what);
  const int error = errno;
  printf("%ld%s%s\n", result, result == -1 ? " " : "", result == -1 ? strerrorname_np(error) : "");
}

static void drop_privileges(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  const uint32_t unwanted = 1u << CAP_SYS_NICE | 1u << CAP_SYS_ADMIN;
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_NICE, &none);
  setrlimit(RLIMIT_RTPRIO, &none);
  syscall(SYS_capget, &header, data);
  data[0].effective &= ~unwanted;
  data[0].permitted &= ~unwanted;
  syscall(SYS_capset, &header, data);
}

// All CPUs that there are, and one of them.
static cpu_set_t all, one;

static void affinity(void) {
  uint64_t words[128] = {0};
  cpu_set_t none, now, beyond;
  CPU_ZERO(&none);
  CPU_ZERO(&beyond);
  CPU_SET(1023, &beyond);
  const long size = syscall(SYS_sched_getaffinity, 0, sizeof words, words);
  ROW("sched_getaffinity", "more room than there are CPUs", size > 0 && size % 8 == 0 && size <= 1024);
  ROW("sched_getaffinity", "no room", syscall(SYS_sched_getaffinity, NOBODY, 0, NOWHERE));
  ROW("sched_getaffinity", "room that is no multiple of 8", syscall(SYS_sched_getaffinity, NOBODY, 129, NOWHERE));
  ROW("sched_getaffinity", "no such thread, room nowhere", syscall(SYS_sched_getaffinity, NOBODY, 128, NOWHERE));
  ROW("sched_getaffinity", "a negative id", syscall(SYS_sched_getaffinity, -1, 128, words));
  ROW("sched_getaffinity", "room nowhere", syscall(SYS_sched_getaffinity, 0, 128, NOWHERE));
  ROW("sched_getaffinity", "null", syscall(SYS_sched_getaffinity, 0, 128, NULL));

  ROW("sched_setaffinity", "no such thread, mask nowhere", syscall(SYS_sched_setaffinity, NOBODY, 8, NOWHERE));
  ROW("sched_setaffinity", "null", syscall(SYS_sched_setaffinity, NOBODY, 8, NULL));
  ROW("sched_setaffinity", "no such thread, no CPU", syscall(SYS_sched_setaffinity, NOBODY, sizeof none, &none));
  ROW("sched_setaffinity", "a negative id", syscall(SYS_sched_setaffinity, -1, sizeof all, &all));
  ROW("sched_setaffinity", "no bytes, mask nowhere", syscall(SYS_sched_setaffinity, 0, 0, NOWHERE));
  ROW("sched_setaffinity", "no CPU", syscall(SYS_sched_setaffinity, 0, sizeof none, &none));
  ROW("sched_setaffinity", "no CPU that is there", syscall(SYS_sched_setaffinity, 0, sizeof beyond, &beyond));
  CPU_OR(&beyond, &beyond, &one);
  ROW("sched_setaffinity", "one that is there and one that is not", syscall(SYS_sched_setaffinity, 0, sizeof beyond, &beyond));
  sched_getaffinity(0, sizeof now, &now);
  ROW("sched_setaffinity", "leaves the one that is there", CPU_EQUAL(&now, &one));
  ROW("sched_setaffinity", "a mask longer than the kernel's", syscall(SYS_sched_setaffinity, 0, sizeof words, memset(words, 0xff, sizeof words)));
  sched_getaffinity(0, sizeof now, &now);
  ROW("sched_setaffinity", "of all CPUs leaves those that it may have", CPU_EQUAL(&now, &all));
  ROW("sched_setaffinity", "a mask of one byte", syscall(SYS_sched_setaffinity, 0, 1, &all));
  sched_setaffinity(0, sizeof all, &all);
  ROW("getcpu", "nowhere", syscall(SYS_getcpu, NULL, NULL, NULL));
  unsigned cpu = 9999, node = 9999;
  ROW("getcpu", "both", syscall(SYS_getcpu, &cpu, &node, NOWHERE));
  ROW("getcpu", "tells one that it may have", CPU_ISSET(cpu, &all) && node < 1024);
  ROW("getcpu", "room for the CPU nowhere", syscall(SYS_getcpu, NOWHERE, NULL, NULL));
  ROW("getcpu", "room for the node nowhere", syscall(SYS_getcpu, NULL, NOWHERE, NULL));
  sched_setaffinity(0, sizeof one, &one);
  syscall(SYS_getcpu, &cpu, NULL, NULL);
  ROW("getcpu", "after it was moved", CPU_ISSET(cpu, &one));
  sched_setaffinity(0, sizeof all, &all);
  ROW("sched_yield", "always", syscall(SYS_sched_yield));
}

static void policies(void) {
  struct sched_param none = {0}, low = {1}, high = {100}, negative = {-1}, told = {77};
  struct timespec interval = {-1, -1};
  ROW("sched_getscheduler", "a negative id", syscall(SYS_sched_getscheduler, -1));
  ROW("sched_getscheduler", "no such thread", syscall(SYS_sched_getscheduler, NOBODY));
  ROW("sched_getscheduler", "the caller", syscall(SYS_sched_getscheduler, 0));
  ROW("sched_getparam", "no such thread, null", syscall(SYS_sched_getparam, NOBODY, NULL));
  ROW("sched_getparam", "a negative id", syscall(SYS_sched_getparam, -1, NOWHERE));
  ROW("sched_getparam", "no such thread, room nowhere", syscall(SYS_sched_getparam, NOBODY, NOWHERE));
  ROW("sched_getparam", "room nowhere", syscall(SYS_sched_getparam, 0, NOWHERE));
  ROW("sched_getparam", "the caller", syscall(SYS_sched_getparam, 0, &told));
  ROW("sched_getparam", "tells", told.sched_priority);
  ROW("sched_setscheduler", "a negative policy, no such thread", syscall(SYS_sched_setscheduler, NOBODY, -1, NOWHERE));
  ROW("sched_setscheduler", "null", syscall(SYS_sched_setscheduler, NOBODY, SCHED_OTHER, NULL));
  ROW("sched_setscheduler", "a negative id, priority nowhere", syscall(SYS_sched_setscheduler, -1, SCHED_OTHER, NOWHERE));
  ROW("sched_setscheduler", "no such thread, priority nowhere", syscall(SYS_sched_setscheduler, NOBODY, SCHED_OTHER, NOWHERE));
  ROW("sched_setscheduler", "no such thread, no such policy", syscall(SYS_sched_setscheduler, NOBODY, 99, &none));
  ROW("sched_setscheduler", "no such policy", syscall(SYS_sched_setscheduler, 0, 99, &none));
  ROW("sched_setscheduler", "SCHED_ISO, which never was", syscall(SYS_sched_setscheduler, 0, 4, &none));
  ROW("sched_setscheduler", "SCHED_OTHER with a priority", syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &low));
  ROW("sched_setscheduler", "SCHED_FIFO without one", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &none));
  ROW("sched_setscheduler", "SCHED_FIFO with one too high", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &high));
  ROW("sched_setscheduler", "SCHED_FIFO with a negative one", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &negative));
  ROW("sched_setscheduler", "SCHED_FIFO", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &low));
  ROW("sched_setscheduler", "SCHED_RR", syscall(SYS_sched_setscheduler, 0, SCHED_RR, &low));
  ROW("sched_setscheduler", "SCHED_DEADLINE", syscall(SYS_sched_setscheduler, 0, 6, &none));
  ROW("sched_setscheduler", "SCHED_BATCH", syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none));
  ROW("sched_getscheduler", "after SCHED_BATCH", syscall(SYS_sched_getscheduler, 0));
  ROW("sched_setparam", "no such thread, null", syscall(SYS_sched_setparam, NOBODY, NULL));
  ROW("sched_setparam", "a negative id, priority nowhere", syscall(SYS_sched_setparam, -1, NOWHERE));
  ROW("sched_setparam", "no such thread, priority nowhere", syscall(SYS_sched_setparam, NOBODY, NOWHERE));
  ROW("sched_setparam", "no such thread", syscall(SYS_sched_setparam, NOBODY, &low));
  ROW("sched_setparam", "a priority that the policy does not have", syscall(SYS_sched_setparam, 0, &low));
  ROW("sched_setparam", "the same", syscall(SYS_sched_setparam, 0, &none));
  for (int policy = -1; policy < 10; policy++) {
    if (policy == 7) continue;  // SCHED_EXT: as the host was built
    ROW("sched_get_priority_max", "policies from -1 to 9", syscall(SYS_sched_get_priority_max, policy));
    ROW("sched_get_priority_min", "policies from -1 to 9", syscall(SYS_sched_get_priority_min, policy));
  }
  ROW("sched_rr_get_interval", "a negative id, room nowhere", syscall(SYS_sched_rr_get_interval, -1, NOWHERE));
  ROW("sched_rr_get_interval", "no such thread, room nowhere", syscall(SYS_sched_rr_get_interval, NOBODY, NOWHERE));
  ROW("sched_rr_get_interval", "room nowhere", syscall(SYS_sched_rr_get_interval, 0, NOWHERE));
  ROW("sched_rr_get_interval", "the caller", syscall(SYS_sched_rr_get_interval, 0, &interval));
  ROW("sched_rr_get_interval", "tells seconds", interval.tv_sec);
  ROW("sched_rr_get_interval", "tells less than a second", interval.tv_nsec >= 0 && interval.tv_nsec < 1000000000);
}

static void show_inherited(void) {
  ROW("fork", "policy of the child", syscall(SYS_sched_getscheduler, 0));
  ROW("fork", "nice value of the child", syscall(SYS_getpriority, PRIO_PROCESS, 0));
  ROW("fork", "I/O priority of the child", syscall(SYS_ioprio_get, 1, 0));
  cpu_set_t now;
  sched_getaffinity(0, sizeof now, &now);
  ROW("fork", "CPUs of the child", CPU_EQUAL(&now, &one));
}

static void *show_of_thread(void *unused) {
  cpu_set_t now;
  sched_getaffinity(0, sizeof now, &now);
  ROW("clone", "policy of a thread", syscall(SYS_sched_getscheduler, 0));
  ROW("clone", "nice value of a thread", syscall(SYS_getpriority, PRIO_PROCESS, 0));
  ROW("clone", "CPUs of a thread", CPU_EQUAL(&now, &one));
  ROW("setpriority", "of a thread", syscall(SYS_setpriority, PRIO_PROCESS, 0, 11));
  return unused;
}

// In a child, since what it gives up does not come back.
static void inheritance(void) {
  struct sched_param none = {0};
  sched_setaffinity(0, sizeof one, &one);
  ROW("setpriority", "a higher nice value", syscall(SYS_setpriority, PRIO_PROCESS, 0, 6));
  ROW("ioprio_set", "a lower level", syscall(SYS_ioprio_set, 1, 0, IOPRIO_CLASS_BE << 13 | 6));
  in_child("child", show_inherited);
  pthread_t thread;
  pthread_create(&thread, NULL, show_of_thread, NULL);
  pthread_join(thread, NULL);
  ROW("getpriority", "of the caller, after a thread changed its own", syscall(SYS_getpriority, PRIO_PROCESS, 0));
  ROW("sched_setscheduler", "SCHED_BATCH and SCHED_RESET_ON_FORK", syscall(SYS_sched_setscheduler, 0, SCHED_BATCH | SCHED_RESET_ON_FORK, &none));
  ROW("sched_getscheduler", "tells both", syscall(SYS_sched_getscheduler, 0));
  in_child("child", show_inherited);
  ROW("sched_setscheduler", "without SCHED_RESET_ON_FORK again", syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none));
  ROW("sched_setscheduler", "SCHED_IDLE", syscall(SYS_sched_setscheduler, 0, SCHED_IDLE | SCHED_RESET_ON_FORK, &none));
  ROW("sched_setscheduler", "SCHED_OTHER after SCHED_IDLE", syscall(SYS_sched_setscheduler, 0, SCHED_OTHER | SCHED_RESET_ON_FORK, &none));
  fflush(stdout);
  execl("/proc/self/exe", "scheduling", "after-exec", NULL);
}

static void attributes(void) {
  struct sched_attr told, usual = {.size = sizeof usual}, wanted;
  char page[8192];
  memset(page, 0, sizeof page);
  ROW("sched_getattr", "no such thread, null", syscall(SYS_sched_getattr, NOBODY, NULL, sizeof told, 0));
  ROW("sched_getattr", "a negative id", syscall(SYS_sched_getattr, -1, NOWHERE, sizeof told, 0));
  ROW("sched_getattr", "too little room", syscall(SYS_sched_getattr, NOBODY, NOWHERE, 47, 0));
  ROW("sched_getattr", "too much room", syscall(SYS_sched_getattr, NOBODY, NOWHERE, 4097, 0));
  ROW("sched_getattr", "flags", syscall(SYS_sched_getattr, NOBODY, NOWHERE, 48, 1));
  ROW("sched_getattr", "no such thread, room nowhere", syscall(SYS_sched_getattr, NOBODY, NOWHERE, 48, 0));
  ROW("sched_getattr", "room nowhere", syscall(SYS_sched_getattr, 0, NOWHERE, 48, 0));
  ROW("sched_getattr", "the caller", syscall(SYS_sched_getattr, 0, memset(&told, 0, sizeof told), sizeof told, 0));
  ROW("sched_getattr", "tells its size", told.size);
  ROW("sched_getattr", "tells the policy", told.sched_policy);
  ROW("sched_getattr", "the first version", syscall(SYS_sched_getattr, 0, memset(&told, 0, sizeof told), 48, 0));
  ROW("sched_getattr", "tells its size", told.size);
  ROW("sched_getattr", "much room", syscall(SYS_sched_getattr, 0, page, 4096, 0));

  ROW("sched_setattr", "no such thread, null", syscall(SYS_sched_setattr, NOBODY, NULL, 0));
  ROW("sched_setattr", "a negative id", syscall(SYS_sched_setattr, -1, NOWHERE, 0));
  ROW("sched_setattr", "flags", syscall(SYS_sched_setattr, NOBODY, NOWHERE, 1));
  ROW("sched_setattr", "no such thread, attributes nowhere", syscall(SYS_sched_setattr, NOBODY, NOWHERE, 0));
  wanted = usual, wanted.size = 47;
  ROW("sched_setattr", "no such thread, too small", syscall(SYS_sched_setattr, NOBODY, &wanted, 0));
  ROW("sched_setattr", "tells its size", wanted.size);
  wanted.size = 4097;
  ROW("sched_setattr", "too big", syscall(SYS_sched_setattr, NOBODY, &wanted, 0));
  ROW("sched_setattr", "tells its size", wanted.size);
  memset(page, 0, sizeof page);
  memcpy(page, &usual, sizeof usual);
  *(uint32_t *)page = 4096;
  ROW("sched_setattr", "a whole page, which it does not know, of zeros", syscall(SYS_sched_setattr, 0, page, 0));
  page[4095] = 1;
  ROW("sched_setattr", "a whole page with something in it", syscall(SYS_sched_setattr, NOBODY, page, 0));
  wanted = usual, wanted.size = 0;
  ROW("sched_setattr", "no size, which is the first one's", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted = usual, wanted.size = 48, wanted.sched_flags = 0x20;
  ROW("sched_setattr", "hints in the first version", syscall(SYS_sched_setattr, NOBODY, &wanted, 0));
  wanted = usual, wanted.sched_policy = -1;
  ROW("sched_setattr", "no such thread, a negative policy", syscall(SYS_sched_setattr, NOBODY, &wanted, 0));
  wanted.sched_policy = 99;
  ROW("sched_setattr", "no such thread, no such policy", syscall(SYS_sched_setattr, NOBODY, &wanted, 0));
  ROW("sched_setattr", "no such policy", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted = usual, wanted.sched_flags = 0x1000;
  ROW("sched_setattr", "flags that nobody knows", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted = usual, wanted.sched_policy = SCHED_FIFO, wanted.sched_priority = 100;
  ROW("sched_setattr", "a priority too high", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted.sched_priority = 5;
  ROW("sched_setattr", "SCHED_FIFO", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted = usual, wanted.sched_nice = -1;
  ROW("sched_setattr", "a lower nice value", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted = usual, wanted.sched_policy = SCHED_DEADLINE;
  ROW("sched_setattr", "a deadline without numbers", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted.sched_runtime = 20000000, wanted.sched_deadline = 10000000, wanted.sched_period = 30000000;
  ROW("sched_setattr", "a deadline before its running time", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted.sched_runtime = 1000000, wanted.sched_deadline = 40000000;
  ROW("sched_setattr", "a period before the deadline", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted.sched_deadline = 20000000;
  ROW("sched_setattr", "a deadline", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted = usual, wanted.sched_policy = SCHED_BATCH, wanted.sched_nice = 3;
  ROW("sched_setattr", "SCHED_BATCH, nice 3", syscall(SYS_sched_setattr, 0, &wanted, 0));
  wanted = usual, wanted.sched_policy = SCHED_OTHER, wanted.sched_nice = 9, wanted.sched_flags = SCHED_FLAG_KEEP_PARAMS;
  ROW("sched_setattr", "SCHED_OTHER, its parameters kept", syscall(SYS_sched_setattr, 0, &wanted, 0));
  ROW("getpriority", "after parameters were kept", syscall(SYS_getpriority, PRIO_PROCESS, 0));
  wanted.sched_policy = SCHED_IDLE, wanted.sched_flags = SCHED_FLAG_KEEP_POLICY;
  ROW("sched_setattr", "nice 9, the policy kept", syscall(SYS_sched_setattr, 0, &wanted, 0));
  ROW("sched_getscheduler", "after the policy was kept", syscall(SYS_sched_getscheduler, 0));
  ROW("getpriority", "after the policy was kept", syscall(SYS_getpriority, PRIO_PROCESS, 0));
  wanted = usual, wanted.sched_nice = 100;
  ROW("sched_setattr", "a nice value out of range", syscall(SYS_sched_setattr, 0, &wanted, 0));
  ROW("getpriority", "after it was cut", syscall(SYS_getpriority, PRIO_PROCESS, 0));
}

static void priorities(void) {
  ROW("getpriority", "no such kind, nobody", syscall(SYS_getpriority, 3, NOBODY));
  ROW("getpriority", "a negative kind", syscall(SYS_getpriority, -1, 0));
  ROW("getpriority", "no such thread", syscall(SYS_getpriority, PRIO_PROCESS, NOBODY));
  ROW("getpriority", "no such group", syscall(SYS_getpriority, PRIO_PGRP, NOBODY));
  ROW("getpriority", "no such user", syscall(SYS_getpriority, PRIO_USER, NOBODY));
  ROW("getpriority", "the caller", syscall(SYS_getpriority, PRIO_PROCESS, 0));
  ROW("setpriority", "no such kind, nobody", syscall(SYS_setpriority, 3, NOBODY, 0));
  ROW("setpriority", "no such thread", syscall(SYS_setpriority, PRIO_PROCESS, NOBODY, 0));
  ROW("setpriority", "no such group", syscall(SYS_setpriority, PRIO_PGRP, NOBODY, 0));
  ROW("setpriority", "a lower nice value", syscall(SYS_setpriority, PRIO_PROCESS, 0, -1));
  ROW("setpriority", "one out of range", syscall(SYS_setpriority, PRIO_PROCESS, 0, -100));
  ROW("setpriority", "the same", syscall(SYS_setpriority, PRIO_PROCESS, 0, 0));
  ROW("setpriority", "one too high", syscall(SYS_setpriority, PRIO_PROCESS, 0, 1000));
  ROW("getpriority", "after one too high", syscall(SYS_getpriority, PRIO_PROCESS, 0));
  ROW("setpriority", "lower again", syscall(SYS_setpriority, PRIO_PROCESS, 0, 18));
}

static void group_priorities(void) {
  setpgid(0, 0);
  ROW("setpriority", "the caller's group", syscall(SYS_setpriority, PRIO_PGRP, 0, 4));
  ROW("getpriority", "the caller's group", syscall(SYS_getpriority, PRIO_PGRP, 0));
  ROW("ioprio_set", "the caller's group", syscall(SYS_ioprio_set, 2, 0, IOPRIO_CLASS_IDLE << 13));
  ROW("ioprio_get", "the caller's group", syscall(SYS_ioprio_get, 2, 0));
}

static void io_priorities(void) {
  ROW("ioprio_get", "no such kind, nobody", syscall(SYS_ioprio_get, 0, NOBODY));
  ROW("ioprio_get", "no such thread", syscall(SYS_ioprio_get, 1, NOBODY));
  ROW("ioprio_get", "no such group", syscall(SYS_ioprio_get, 2, NOBODY));
  ROW("ioprio_get", "no such user", syscall(SYS_ioprio_get, 3, NOBODY));
  ROW("ioprio_get", "the caller", syscall(SYS_ioprio_get, 1, 0));
  ROW("ioprio_set", "real time, no such kind", syscall(SYS_ioprio_set, 0, NOBODY, IOPRIO_CLASS_RT << 13));
  ROW("ioprio_set", "no such class, no such kind", syscall(SYS_ioprio_set, 0, NOBODY, 7 << 13));
  ROW("ioprio_set", "a level without a class", syscall(SYS_ioprio_set, 0, NOBODY, 1));
  ROW("ioprio_set", "no such kind", syscall(SYS_ioprio_set, 0, NOBODY, IOPRIO_CLASS_BE << 13));
  ROW("ioprio_set", "no such thread", syscall(SYS_ioprio_set, 1, NOBODY, IOPRIO_CLASS_BE << 13));
  ROW("ioprio_set", "no such group", syscall(SYS_ioprio_set, 2, NOBODY, IOPRIO_CLASS_BE << 13));
  ROW("ioprio_set", "no such user", syscall(SYS_ioprio_set, 3, NOBODY, IOPRIO_CLASS_BE << 13));
  ROW("ioprio_set", "best effort, level 7", syscall(SYS_ioprio_set, 1, 0, IOPRIO_CLASS_BE << 13 | 7));
  ROW("ioprio_get", "after that", syscall(SYS_ioprio_get, 1, 0));
  ROW("ioprio_set", "idle", syscall(SYS_ioprio_set, 1, getpid(), IOPRIO_CLASS_IDLE << 13));
  ROW("ioprio_get", "after that", syscall(SYS_ioprio_get, 1, getpid()));
  ROW("ioprio_set", "none", syscall(SYS_ioprio_set, 1, 0, 0));
}

// What a user may not do to a process of another one: of root's, which made this one.
static void strangers(void) {
  struct sched_param none = {0}, low = {1};
  struct sched_attr usual = {.size = sizeof usual}, told;
  cpu_set_t nothing, now;
  CPU_ZERO(&nothing);
  const pid_t other = getppid();
  if (setresuid(7, 7, 7) < 0) return;
  ROW("sched_setaffinity", "another user's, no CPU", syscall(SYS_sched_setaffinity, other, sizeof nothing, &nothing));
  ROW("sched_setaffinity", "another user's", syscall(SYS_sched_setaffinity, other, sizeof all, &all));
  ROW("sched_getaffinity", "another user's", syscall(SYS_sched_getaffinity, other, sizeof now, &now) > 0);
  ROW("sched_setscheduler", "another user's, no such policy", syscall(SYS_sched_setscheduler, other, 99, &none));
  ROW("sched_setscheduler", "another user's", syscall(SYS_sched_setscheduler, other, SCHED_OTHER, &none));
  ROW("sched_setparam", "another user's, a priority that the policy does not have", syscall(SYS_sched_setparam, other, &low));
  ROW("sched_setparam", "another user's", syscall(SYS_sched_setparam, other, &none));
  ROW("sched_setattr", "another user's", syscall(SYS_sched_setattr, other, &usual, 0));
  ROW("sched_getscheduler", "another user's", syscall(SYS_sched_getscheduler, other));
  ROW("sched_getattr", "another user's", syscall(SYS_sched_getattr, other, &told, sizeof told, 0));
  ROW("setpriority", "another user's, a lower nice value", syscall(SYS_setpriority, PRIO_PROCESS, other, -1));
  ROW("setpriority", "another user's", syscall(SYS_setpriority, PRIO_PROCESS, other, 5));
  ROW("getpriority", "another user's", syscall(SYS_getpriority, PRIO_PROCESS, other));
  ROW("ioprio_set", "another user's", syscall(SYS_ioprio_set, 1, other, IOPRIO_CLASS_BE << 13 | 7));
  ROW("ioprio_get", "another user's", syscall(SYS_ioprio_get, 1, other));
}

static void memory_policies(void) {
  int mode = 77;
  unsigned long nodes[16] = {0}, first = 1;
  ROW("get_mempolicy", "the caller", syscall(SYS_get_mempolicy, &mode, nodes, 1024, NULL, 0));
  ROW("get_mempolicy", "tells", mode);
  ROW("get_mempolicy", "flags that nobody knows", syscall(SYS_get_mempolicy, &mode, nodes, 1024, NULL, 0x100));
  ROW("get_mempolicy", "too little room", syscall(SYS_get_mempolicy, &mode, nodes, 1, NULL, 0));
  ROW("get_mempolicy", "room nowhere", syscall(SYS_get_mempolicy, NOWHERE, NULL, 0, NULL, 0));
  ROW("set_mempolicy", "no such mode", syscall(SYS_set_mempolicy, 99, NULL, 0));
  ROW("set_mempolicy", "nodes nowhere", syscall(SYS_set_mempolicy, MPOL_BIND, NOWHERE, 64));
  ROW("set_mempolicy", "no node", syscall(SYS_set_mempolicy, MPOL_BIND, nodes, 64));
  ROW("set_mempolicy", "the first node", syscall(SYS_set_mempolicy, MPOL_BIND, &first, 64));
  ROW("get_mempolicy", "after that", syscall(SYS_get_mempolicy, &mode, nodes, 1024, NULL, 0));
  ROW("get_mempolicy", "tells", mode * 100 + (long)nodes[0]);
  ROW("set_mempolicy", "the default", syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0));
}

static void barriers(void) {
  ROW("membarrier", "query with flags", syscall(SYS_membarrier, 0, 1, 0));
  ROW("membarrier", "query offers private expedited ones", (syscall(SYS_membarrier, 0, 0, 0) & 0x18) == 0x18);
  ROW("membarrier", "no such command", syscall(SYS_membarrier, 0x10000, 0, 0));
  ROW("membarrier", "two commands", syscall(SYS_membarrier, 24, 0, 0));
  ROW("membarrier", "before it is registered", syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
  ROW("membarrier", "registering", syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
  ROW("membarrier", "after that", syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
}

static void slack(void) {
  const long usual = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
  ROW("prctl", "timer slack is some", usual > 0);
  ROW("prctl", "set timer slack", prctl(PR_SET_TIMERSLACK, 12345, 0, 0, 0));
  ROW("prctl", "get timer slack", prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0));
  ROW("prctl", "reset timer slack", prctl(PR_SET_TIMERSLACK, 0, 0, 0, 0));
  ROW("prctl", "timer slack is as it was", prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0) == usual);
}

int main(int count, char **arguments) {
  sched_getaffinity(0, sizeof all, &all);
  if (count > 1) {
    ROW("execve", "policy of the program", syscall(SYS_sched_getscheduler, 0));
    ROW("execve", "nice value of the program", syscall(SYS_getpriority, PRIO_PROCESS, 0));
    ROW("execve", "I/O priority of the program", syscall(SYS_ioprio_get, 1, 0));
    ROW("execve", "CPUs of the program", CPU_COUNT(&all));
    return arguments[1][0] == 0;
  }
  drop_privileges();
  for (int cpu = 0, found = 0; cpu < CPU_SETSIZE && !found; cpu++)
    if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one), found = 1;
  affinity();
  in_child("policies", policies);
  in_child("attributes", attributes);
  in_child("inheritance", inheritance);
  in_child("priorities", priorities);
  in_child("groups", group_priorities);
  in_child("I/O priorities", io_priorities);
  if (getuid() == 0) in_child("strangers", strangers);
  in_child("memory policies", memory_policies);
  in_child("barriers", barriers);
  in_child("slack", slack);
  return 0;
}
