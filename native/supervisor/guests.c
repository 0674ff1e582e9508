// Signals to guests, and their ends. Nobody else reaps them and this is one thread: a pid that is a child of ours now
// cannot become another process before we are done with it.
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "state.h"

#define WAIT_FLAGS (WEXITED | WNOHANG | WNOWAIT | __WALL)

#define DELAY_MIN_NS 1000000
#define DELAY_MAX_NS 64000000
#define REAP_PAUSE_NS 50000

bool is_guest(int pid) {
  siginfo_t info = {0};
  if (pid <= 1) return false;
  long result = host_call5(__NR_waitid, P_PID, pid, &info, WAIT_FLAGS, 0);
  return result >= 0 && info.si_pid == 0;
}

long share_reap_page(struct supervisor *supervisor, int memory) {
  long page = host_call6(__NR_mmap, 0, sizeof(struct reap_page), PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  host_close(memory);
  if (host_failed(page)) return page;
  supervisor->page = (struct reap_page *)page;
  return 0;
}

void signal_guest(const struct supervisor_command *command) {
  static const int signals[] = {
      [SUPERVISOR_KILL] = SIGNAL_KILL, [SUPERVISOR_STOP] = SIGNAL_STOP, [SUPERVISOR_CONTINUE] = SIGNAL_CONTINUE};
  if (!is_guest(command->pid)) return;
  if (command->type == SUPERVISOR_STOP) stop_order(command->pid, command->value);
  if (command->type == SUPERVISOR_CONTINUE) stop_forget(command->pid);
  if (command->type == SUPERVISOR_CONTINUE && !bandwidth_may_continue(command->pid)) return;
  host_call2(__NR_kill, command->pid, signals[command->type]);
}

// The number is the group's as long as a child of ours is in it.
void signal_group(int group, int signal) {
  siginfo_t info;
  if (group > 1 && host_call5(__NR_waitid, P_PGID, group, &info, WAIT_FLAGS, 0) >= 0) host_call2(__NR_kill, -group, signal);
}

bool each_child(void (*visit)(int pid)) {
  char text[1024];
  long file = host_open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  int pid = 0;
  for (long size; (size = host_call3(__NR_read, file, text, sizeof text)) > 0;) {
    for (long i = 0; i < size; i++) {
      if (text[i] >= '0' && text[i] <= '9') {
        pid = pid * 10 + text[i] - '0';
      } else {
        if (pid > 1) visit(pid);
        pid = 0;
      }
    }
  }
  host_close((int)file);
  return true;
}

static void kill_one(int pid) { host_call2(__NR_kill, pid, SIGNAL_KILL); }

// The groups first: that is one step for the host, which no fork can slip through. Then those that left them, and orphans that came
// to us as their subreaper.
void kill_guests(const struct supervisor *supervisor) {
  signal_group(supervisor->group, SIGNAL_KILL);
  bandwidth_kill_groups();
  each_child(kill_one);
}

static uint64_t microseconds(const struct timeval *time) { return (uint64_t)time->tv_sec * 1000000 + (uint64_t)time->tv_usec; }

// The status in the form of wait4(2).
static int wait_status(const siginfo_t *info) {
  int status = info->si_status;
  if (info->si_code == CLD_EXITED) return (status & 0xff) << 8;
  return info->si_code == CLD_DUMPED ? status | 0x80 : status;
}

// Takes a zombie away. Its pid may be another process's from then on, so not while Node is about to signal it: that is a
// moment, unless Node is stopped just there; then it waits until Node goes on or is gone.
static void reap(const struct supervisor *supervisor, int pid) {
  struct reap_page *page = supervisor->page;
  struct pollfd node = {supervisor->socket, 0, 0};
  const uint32_t count = page->ended_count;
  __atomic_store_n(&page->ended[count % REAP_RING], pid, __ATOMIC_RELAXED);
  __atomic_store_n(&page->ended_count, count + 1, __ATOMIC_SEQ_CST);
  while (!(node.revents & POLLHUP) && __atomic_load_n(&page->sending, __ATOMIC_SEQ_CST) == pid) {
    const long pause[2] = {0, REAP_PAUSE_NS};
    host_call5(__NR_ppoll, &node, 1, pause, 0, 0);
  }
  stop_forget(pid);
  bandwidth_ended(pid);
  host_call4(__NR_wait4, pid, 0, WNOHANG | __WALL, 0);
}

// The zombie is the queue: it is reaped after its record is sent.
bool report_exits(struct supervisor *supervisor) {
  for (;;) {
    siginfo_t info = {0};
    struct rusage usage;
    long result = host_call5(__NR_waitid, P_ALL, 0, &info, WAIT_FLAGS, &usage);
    int pid = info.si_pid;
    if (result < 0 || pid == 0) return true;
    struct supervisor_event event = {
        .type = SUPERVISOR_EXITED,
        .pid = pid,
        .status = wait_status(&info),
        .user_us = microseconds(&usage.ru_utime),
        .system_us = microseconds(&usage.ru_stime),
        .max_rss_kb = (uint64_t)usage.ru_maxrss,
    };
    if (send_event(supervisor->socket, &event, -1) == -EAGAIN) return false;
    reap(supervisor, pid);
  }
}

void end_guests(const struct supervisor *supervisor) {
  for (long pause_ns = DELAY_MIN_NS;; pause_ns = pause_ns < DELAY_MAX_NS ? pause_ns * 2 : DELAY_MAX_NS) {
    kill_guests(supervisor);
    siginfo_t info;
    for (;;) {
      info.si_pid = 0;
      if (host_call5(__NR_waitid, P_ALL, 0, &info, WAIT_FLAGS, 0) == -ECHILD) return;
      if (info.si_pid == 0) break;
      reap(supervisor, info.si_pid);
    }
    const long pause[2] = {0, pause_ns};
    host_call2(__NR_nanosleep, pause, 0);
  }
}
