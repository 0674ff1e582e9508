// Starts a guest process: a child that confines itself and becomes the runtime.
//
// The child shares our memory until its exec (we sleep meanwhile), so that starting costs no copy of page tables and its
// error is simply there afterwards.
#include <linux/prctl.h>
#include <linux/sched.h>
#include <sys/mman.h>

#include "state.h"

#define POINTER_COUNT 0x1000  // of argv and environment together, with their NULLs; more are mapped
#define OWN_FD_MAX 3       // control socket, doorbell, strings

// All that the child needs; also what it leaves behind.
static struct plan {
  struct supervisor *supervisor;
  struct supervisor_spawn spawn;
  char **arguments, **environment;
  int sources[SUPERVISOR_FD_MAX + RESERVED_FD_COUNT];  // descriptors here ...
  int targets[SUPERVISOR_FD_MAX + RESERVED_FD_COUNT];  // ... and their numbers in the guest
  int fd_count;
  int report;  // where the child sends its listener; no guest number
  uint32_t step;
  long error;
} plan;

static char *few_pointers[POINTER_COUNT];
static _Alignas(16) char child_stack[0x10000];

static void fail(uint32_t step, long error) {
  plan.step = step;
  plan.error = error;
  host_exit(127);
}

static void require(uint32_t step, long result) {
  if (result < 0) fail(step, result);
}

// A source that lies on a number that is needed now moves out of the way. All sources are close-on-exec, targets are not.
static void place_descriptors(void) {
  for (int i = 0; i < plan.fd_count; i++) {
    int target = plan.targets[i];
    for (int later = i + 1; later < plan.fd_count; later++) {
      if (plan.sources[later] != target) continue;
      long moved = host_call3(__NR_fcntl, target, F_DUPFD_CLOEXEC, 0);
      require(STEP_DESCRIPTORS, moved);
      plan.sources[later] = (int)moved;
    }
    if (plan.report == target) {
      long moved = host_call3(__NR_fcntl, target, F_DUPFD_CLOEXEC, 0);
      require(STEP_DESCRIPTORS, moved);
      plan.report = (int)moved;
    }
    if (plan.sources[i] == target) {
      require(STEP_DESCRIPTORS, host_call3(__NR_fcntl, target, F_SETFD, 0));
    } else {
      require(STEP_DESCRIPTORS, host_call3(__NR_dup3, plan.sources[i], target, 0));
    }
  }
}

static void join_group(void) {
  struct supervisor *supervisor = plan.supervisor;
  if (plan.spawn.cpu_share) {  // a group of its own, in which its children stay: guests cannot change theirs
    require(STEP_GROUP, host_call2(__NR_setpgid, 0, 0));
    return;
  }
  if (supervisor->group != 0 && host_call2(__NR_setpgid, 0, supervisor->group) >= 0) return;
  require(STEP_GROUP, host_call2(__NR_setpgid, 0, 0));  // the first guest, or none of the group is left
  supervisor->group = (int)host_call0(__NR_getpid);
}

// A guest goes before Node when the host runs out of memory. Not vital: the file may be read-only in a container.
static void volunteer_for_oom_kill(void) {
  long file = host_open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  host_call3(__NR_write, file, "1000", 4);
  host_close((int)file);
}

static void set_death_signal(void) {
  require(STEP_DEATH_SIGNAL, host_call5(__NR_prctl, PR_SET_PDEATHSIG, SIGNAL_KILL, 0, 0, 0));
  if (host_call0(__NR_getppid) != plan.supervisor->pid) host_exit(127);  // it died before that
}

static void install_filter_and_hand_over(void) {
  struct supervisor *supervisor = plan.supervisor;
  struct filter_options options = {
      .runtime_fd = supervisor->fd_limit - RESERVED_FD_COUNT + RESERVED_FD_RUNTIME,
      .trap = (plan.spawn.flags & SPAWN_TRAP) || !(supervisor->features & SUPERVISOR_HAS_DISPATCH),
      .notify = supervisor->features & SUPERVISOR_HAS_NOTIFY,
  };
  bool has_listener = false;
  long listener = install_filter(&options, &has_listener);
  require(STEP_FILTER, listener);
  if (has_listener) require(STEP_LISTENER, send_listener(plan.report, (int)listener));
}

static void child(void) {
  struct supervisor *supervisor = plan.supervisor;
  join_group();
  volunteer_for_oom_kill();
  set_turn(0);
  require(STEP_CPUS, restrict_to_cpus(&plan.spawn));
  require(STEP_LIMITS, confine_limits(supervisor, &plan.spawn));
  require(STEP_CAPABILITIES, confine_privileges());
  require(STEP_IDENTITY, confine_identity(supervisor, &plan.spawn));
  require(STEP_CAPABILITIES, confine_capabilities());
  set_death_signal();  // after the identity: a change of it clears the death signal
  require(STEP_LANDLOCK, confine_landlock(supervisor));
  place_descriptors();
  // Signal 64 stays blocked until the runtime has its handler; its default action is death.
  uint64_t blocked = SIGNAL_BIT(SIGNAL_INTERRUPT);
  host_call4(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &blocked, 0, sizeof blocked);
  install_filter_and_hand_over();
  int image = (int)(supervisor->fd_limit - RESERVED_FD_COUNT + RESERVED_FD_RUNTIME);
  require(STEP_EXEC, host_call5(__NR_execveat, image, RUNTIME_EMPTY_STRING, plan.arguments, plan.environment, AT_EMPTY_PATH));
}

// clone(2) with a stack of the child's own; gives its pid when it has become the runtime or has ended.
static long clone_child(void) {
  long result;
  register long fourth __asm__("r10") = 0;
  register long fifth __asm__("r8") = 0;
  __asm__ volatile(
      "syscall\n"
      "test %%rax, %%rax\n"
      "jnz 1f\n"
      "xor %%ebp, %%ebp\n"
      "call *%[entry]\n"
      "ud2\n"
      "1:"
      : "=a"(result)
      : "a"((long)__NR_clone), "D"((long)(CLONE_VM | CLONE_VFORK | SIGNAL_CHILD)), "S"(child_stack + sizeof child_stack),
        "d"(0l), "r"(fourth), "r"(fifth), [entry] "r"(child)
      : "rcx", "r11", "memory");
  return result;
}

static uint64_t string_count(void) { return (uint64_t)plan.spawn.argument_count + plan.spawn.environment_count; }

// Points `pointers` at the strings; the last of each list is NULL.
static bool find_strings(char *strings, size_t size, char **pointers) {
  uint64_t count = string_count();
  if (size > 0 && strings[size - 1] != 0) return false;
  size_t at = 0, next = 0;
  for (uint64_t i = 0; i < count; i++) {
    if (at >= size) return false;
    if (i == plan.spawn.argument_count) pointers[next++] = NULL;
    pointers[next++] = strings + at;
    at += string_length(strings + at) + 1;
  }
  if (plan.spawn.environment_count == 0) pointers[next++] = NULL;
  pointers[next] = NULL;
  plan.arguments = pointers;
  plan.environment = pointers + plan.spawn.argument_count + 1;
  return true;
}

// Descriptors of the message, and what the runtime always has, with their numbers in the guest.
static bool plan_descriptors(const struct received *received, int own) {
  const struct supervisor *supervisor = plan.supervisor;
  const int reserved = (int)supervisor->fd_limit - RESERVED_FD_COUNT;
  plan.fd_count = 0;
  for (uint32_t i = 0; i < plan.spawn.fd_count; i++) {
    int target = plan.spawn.fd_target[i];
    if (target < 0 || target >= reserved) return false;
    plan.sources[plan.fd_count] = received->fds[own + (int)i];
    plan.targets[plan.fd_count++] = target;
  }
  const int pairs[][2] = {{supervisor->runtime, RESERVED_FD_RUNTIME}, {received->fds[0], RESERVED_FD_CONTROL}, {received->fds[1], RESERVED_FD_DOORBELL}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    plan.sources[plan.fd_count] = pairs[i][0];
    plan.targets[plan.fd_count++] = reserved + pairs[i][1];
  }
  plan.report = supervisor->report[1];
  return true;
}

// Gives the child's pid, or -errno with plan.step set.
static long start_with_pointers(const struct received *received, char *strings, size_t strings_size, int own, char **pointers) {
  plan.step = STEP_RECORD;
  if (!find_strings(strings, strings_size, pointers)) return -EINVAL;
  if (!plan_descriptors(received, own)) return -EINVAL;
  if (plan.spawn.flags & SPAWN_DEBUG) allow_debugging(plan.supervisor);
  plan.error = 0;
  long pid = clone_child();
  if (pid < 0) plan.step = STEP_CLONE;
  if (pid >= 0 && plan.error == 0 && plan.spawn.cpu_share) bandwidth_limit_group((int)pid, plan.spawn.cpu_share);
  if (pid < 0 || plan.error == 0) return pid;
  host_call4(__NR_wait4, pid, 0, 0, 0);
  return plan.error;
}

static long start(const struct received *received, char *strings, size_t strings_size, int own) {
  plan.step = STEP_RECORD;
  if (string_count() > strings_size) return -EINVAL;
  if (plan.spawn.cpu_share && !bandwidth_has_room()) return -EAGAIN;
  if (string_count() + 2 <= POINTER_COUNT) return start_with_pointers(received, strings, strings_size, own, few_pointers);
  size_t size = (string_count() + 2) * sizeof(char *);
  long pointers = host_call6(__NR_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (host_failed(pointers)) return pointers;
  long pid = start_with_pointers(received, strings, strings_size, own, (char **)pointers);
  host_call2(__NR_munmap, pointers, size);
  return pid;
}

static long start_with_strings_of(const struct received *received, int own) {
  if (!(plan.spawn.flags & SPAWN_STRINGS_FD)) {
    size_t room = received->size - sizeof plan.spawn;
    plan.step = STEP_RECORD;
    if (plan.spawn.strings_size > room) return -EINVAL;
    long pid = start(received, record_buffer + sizeof plan.spawn, plan.spawn.strings_size, own);
    // Others of the same user can read this process: it keeps no argument and no variable of a guest.
    memset(record_buffer, 0, received->size);
    return pid;
  }
  size_t size = plan.spawn.strings_size;
  plan.step = STEP_RECORD;
  if (size == 0) return -EINVAL;
  long strings = host_call6(__NR_mmap, 0, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, received->fds[2], 0);
  if (host_failed(strings)) return strings;
  long pid = start(received, (char *)strings, size, own);
  host_call2(__NR_munmap, strings, size);
  return pid;
}

static void answer(long pid) {
  struct supervisor *supervisor = plan.supervisor;
  struct supervisor_event event = {.request = plan.spawn.request};
  long listener = receive_listener(supervisor->report[0]);
  if (pid < 0) {
    event.type = SUPERVISOR_SPAWN_FAILED;
    event.status = (int32_t)-pid;
    event.step = plan.step;
  } else {
    event.type = SUPERVISOR_SPAWNED;
    event.pid = (int32_t)pid;
    event.flags = listener >= 0 ? SPAWNED_LISTENER : SPAWNED_NO_LISTENER;
  }
  send_event_surely(supervisor->socket, &event, pid >= 0 && listener >= 0 ? (int)listener : -1);
  if (listener >= 0) host_close((int)listener);
}

void spawn(struct supervisor *supervisor, const struct received *received) {
  plan.supervisor = supervisor;
  memset(&plan.spawn, 0, sizeof plan.spawn);
  memcpy(&plan.spawn, record_buffer, received->size < sizeof plan.spawn ? received->size : sizeof plan.spawn);
  const int own = plan.spawn.flags & SPAWN_STRINGS_FD ? OWN_FD_MAX : OWN_FD_MAX - 1;
  const bool whole = received->size >= sizeof plan.spawn && !received->cut && plan.spawn.fd_count <= SUPERVISOR_FD_MAX &&
                     received->fd_count == own + (int)plan.spawn.fd_count;
  plan.step = STEP_RECORD;
  answer(whole ? start_with_strings_of(received, own) : -EINVAL);
}
