// The supervisor of one enclave: `occlum-supervisor RUNTIME SCRATCH`, its socket to Node is descriptor 0, the memory of struct
// reap_page descriptor 1.
#include <asm/ioctls.h>
#include <linux/prctl.h>
#include <sys/resource.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include "state.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
#define FD_LIMIT_MIN 64
#define REAP_PAGE_FD 1
#define SECOND_NS 1000000000

static void close_all_but(int last) {
  const uint64_t first = (uint64_t)last + 1;
  if (host_call3(__NR_close_range, first, ~0u, 0) >= 0) return;
  uint64_t limit[2] = {0, 0};
  host_call4(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, limit);
  for (uint64_t fd = first; fd < limit[1] && fd < 0x100000; fd++) host_close((int)fd);
}

// Whether we control no terminal any more, nor will those that we start: only who leads a session can get one.
static bool leave_terminal(void) {
  const long terminal = host_open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (terminal == -ENXIO) return true;  // there is none
  if (terminal < 0) return false;
  const long left = host_call3(__NR_ioctl, terminal, TIOCNOTTY, 0);
  host_close((int)terminal);
  return left >= 0;
}

// A group of its own in Node's session, but without its terminal: the host gives each session its share of the CPUs and lets
// them take turns (autogroup), so that one of our own would have Node and guests wait for each other where those are taken.
static void leave_group(void) {
  if (leave_terminal()) host_call2(__NR_setpgid, 0, 0);
  else host_call0(__NR_setsid);
}

// A process of its own: no terminal, no signals but by descriptor, nothing of Node's open.
static void detach(struct supervisor *supervisor) {
  const uint64_t all = ~0ul, child = SIGNAL_BIT(SIGNAL_CHILD);
  host_call4(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &all, 0, sizeof all);
  hear_of_stops(false);
  leave_group();
  close_all_but(REAP_PAGE_FD);
  host_call5(__NR_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0);
  host_call5(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  set_turn(TURN_SHORT_NS);
  supervisor->pid = (int)host_call0(__NR_getpid);
  supervisor->child_events = (int)host_call4(__NR_signalfd4, -1, &child, sizeof child, SFD_CLOEXEC | SFD_NONBLOCK);
  host_call3(__NR_fcntl, supervisor->socket, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
}

static uint32_t choose_fd_limit(void) {
  uint64_t limit[2] = {0, 0};
  host_call4(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, limit);
  limit[0] = limit[1];
  host_call4(__NR_prlimit64, 0, RLIMIT_NOFILE, limit, 0);  // our own soft limit: descriptors are placed below it
  return limit[1] < HOST_FD_LIMIT_MAX ? (uint32_t)limit[1] : HOST_FD_LIMIT_MAX;
}

static void pass_over(int pid) { (void)pid; }

static uint32_t find_features(const struct supervisor *supervisor, bool in_memory) {
  struct seccomp_notif_sizes sizes;
  uint32_t features = in_memory ? SUPERVISOR_HAS_MEMFD : 0;
  if (host_call5(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH, 0, 0, 0, 0) >= 0) features |= SUPERVISOR_HAS_DISPATCH;
  if (supervisor->landlock > 0) features |= SUPERVISOR_HAS_LANDLOCK;
  if (host_call0(__NR_geteuid) == 0) features |= SUPERVISOR_IS_ROOT;
  if (host_call3(__NR_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) >= 0) features |= SUPERVISOR_HAS_NOTIFY;
  if (each_child(pass_over)) features |= SUPERVISOR_HAS_CHILDREN;
  return features;
}

// Gives 0, or -errno: then there is nothing this supervisor could start.
static long prepare(struct supervisor *supervisor, const char *runtime, const char *scratch) {
  bool in_memory = false;
  long shared = share_reap_page(supervisor, REAP_PAGE_FD);
  if (shared < 0) return shared;
  supervisor->scratch_path = scratch;
  supervisor->scratch = *scratch ? (int)host_open(scratch, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
  supervisor->fd_limit = choose_fd_limit();
  supervisor->landlock = landlock_version();
  long image = open_runtime(runtime, &in_memory);
  if (image < 0) return image;
  supervisor->runtime = (int)image;
  supervisor->features = find_features(supervisor, in_memory);
  if (supervisor->fd_limit < FD_LIMIT_MIN) return -EMFILE;
  long result = host_call4(__NR_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, supervisor->report);
  if (result < 0) return result;
  return host_call1(__NR_chdir, "/");
}

static void report_readiness(const struct supervisor *supervisor, long error) {
  struct supervisor_event event = {.type = SUPERVISOR_READY, .request = SUPERVISOR_VERSION, .pid = supervisor->pid};
  event.flags = supervisor->features;
  event.step = (uint32_t)supervisor->landlock;
  event.status = error < 0 ? (int32_t)-error : (int32_t)supervisor->fd_limit;
  if (error < 0) {
    event.type = SUPERVISOR_SPAWN_FAILED;
    event.request = 0;
    event.step = STEP_IMAGE;
  }
  send_event(supervisor->socket, &event, -1);
}

static void obey(struct supervisor *supervisor, struct received *received) {
  struct supervisor_command command = {0};
  memcpy(&command, record_buffer, received->size < sizeof command ? received->size : sizeof command);
  switch (command.type) {
    case SUPERVISOR_SPAWN:
      spawn(supervisor, received);
      break;
    case SUPERVISOR_KILL:
    case SUPERVISOR_STOP:
    case SUPERVISOR_CONTINUE:
      signal_guest(&command);
      break;
    case SUPERVISOR_KILL_ALL:
      kill_guests(supervisor);
      break;
    case SUPERVISOR_RESTORE:
      remember(received);
      break;
    case SUPERVISOR_TERMINAL:
      watch_terminal(supervisor, received);
      break;
    case SUPERVISOR_LISTEN:
      listen_for_descriptors(supervisor, received);
      break;
    case SUPERVISOR_LIMIT_CPU:
      bandwidth_limit(command.value);
      break;
    case SUPERVISOR_SCHEDULE:
      schedule_guest(supervisor, received);
      break;
    case SUPERVISOR_SHUTDOWN:
      supervisor->ending = true;
      break;
    default:
      break;
  }
  for (int i = 0; i < received->fd_count; i++) host_close(received->fds[i]);
}

static void take_commands(struct supervisor *supervisor) {
  while (!supervisor->ending) {
    struct received received;
    long size = receive_record(supervisor->socket, &received);
    if (size == -EAGAIN) return;
    if (size <= 0) {
      restore_remembered();  // at once: the user's shell is about to use its terminal
      supervisor->ending = true;
    } else {
      obey(supervisor, &received);
    }
  }
}

static void serve(struct supervisor *supervisor) {
  bool reported = true;
  while (!supervisor->ending) {
    struct pollfd watched[2] = {
        {supervisor->socket, (short)(POLLIN | (reported ? 0 : POLLOUT)), 0},
        {supervisor->child_events, POLLIN, 0},
    };
    const int64_t wait_ns = bandwidth_look(supervisor);
    const int64_t wait[2] = {wait_ns / SECOND_NS, wait_ns % SECOND_NS};
    host_call5(__NR_ppoll, watched, 2, wait_ns < 0 ? 0 : wait, 0, 0);
    if (watched[0].revents) take_commands(supervisor);
    struct signalfd_siginfo signals[8];
    if (watched[1].revents) host_call3(__NR_read, supervisor->child_events, signals, sizeof signals);
    if (watched[1].revents || !reported) reported = report_exits(supervisor);
    if (reported) reported = report_stops(supervisor);
  }
}

_Noreturn void supervisor_main(long *stack) {
  static struct supervisor supervisor = {.runtime = -1, .scratch = -1};
  char **arguments = (char **)(stack + 1);
  if (stack[0] < 3) host_exit(2);
  detach(&supervisor);
  long error = prepare(&supervisor, arguments[1], arguments[2]);
  report_readiness(&supervisor, error);
  if (error >= 0) serve(&supervisor);
  end_guests(&supervisor);
  remove_scratch(supervisor.scratch, supervisor.scratch_path);
  host_exit(error < 0);
}

__asm__(
    ".pushsection .gate, \"ax\"\n"
    "host_gate: syscall\n"
    "  ret\n"
    "  .zero 61\n"  // RUNTIME_EMPTY_STRING
    ".popsection\n"
    ".pushsection .rodata\n"
    ".globl host_gate_address\n"
    "host_gate_address: .quad host_gate\n"
    ".popsection\n"
    ".globl _start\n"
    "_start:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call supervisor_main\n");
