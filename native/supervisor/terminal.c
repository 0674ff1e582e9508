// Watchers of terminals: what makes the host's line discipline tell of Ctrl-C.
//
// A terminal raises signals in the foreground group of its session. Guests live in sessions without one, so each pseudo-
// terminal of theirs gets a session of ours: a process that has it as controlling terminal, is its foreground group, and
// writes the number of each signal that it gets to a pipe. What a key means, with all of termios, is so decided by the host;
// whom it concerns, by the kernel. Neither side of the terminal is in anyone's way.
#include <asm/ioctls.h>
#include <linux/prctl.h>
#include <poll.h>
#include <sys/signalfd.h>

#include "state.h"

#define SIGNAL_HANGUP 1
#define SIGNAL_INT 2
#define SIGNAL_QUIT 3
#define SIGNAL_TSTP 20
#define SIGNAL_WINCH 28

static const uint64_t watched =
    SIGNAL_BIT(SIGNAL_HANGUP) | SIGNAL_BIT(SIGNAL_INT) | SIGNAL_BIT(SIGNAL_QUIT) | SIGNAL_BIT(SIGNAL_TSTP) | SIGNAL_BIT(SIGNAL_WINCH);

static void report(int pipe, uint8_t number) { host_call3(__NR_write, pipe, &number, sizeof number); }

void stand_apart(const struct supervisor *supervisor) {
  host_call5(__NR_prctl, PR_SET_PDEATHSIG, SIGNAL_KILL, 0, 0, 0);
  if (host_call0(__NR_getppid) != supervisor->pid) host_exit(127);  // it died before that
  host_call0(__NR_setsid);
}

void keep_only(int pipe) {
  host_call3(__NR_dup3, pipe, 0, O_CLOEXEC);
  if (host_call3(__NR_close_range, 1, ~0u, 0) >= 0) return;
  for (int fd = 1; fd < HOST_FD_LIMIT_MAX; fd++) host_close(fd);
}

// Until the terminal is hung up or nobody reads the pipe.
static void watch(int pipe) {
  const int signals = (int)host_call4(__NR_signalfd4, -1, &watched, sizeof watched, SFD_CLOEXEC | SFD_NONBLOCK);
  bool hung_up = signals < 0;
  while (!hung_up) {
    struct pollfd waiting[2] = {{signals, POLLIN, 0}, {pipe, 0, 0}};
    if (host_call5(__NR_ppoll, waiting, 2, 0, 0, 0) < 0) continue;
    if (waiting[1].revents & (POLLERR | POLLHUP)) return;
    struct signalfd_siginfo information;
    while (host_call3(__NR_read, signals, &information, sizeof information) == sizeof information) {
      report(pipe, (uint8_t)information.ssi_signo);
      if (information.ssi_signo == SIGNAL_HANGUP) hung_up = true;
    }
  }
}

static _Noreturn void watcher(const struct supervisor *supervisor, int terminal, int pipe) {
  stand_apart(supervisor);
  // All signals are blocked since the supervisor's own start, so that none is lost or acted on.
  if (host_call3(__NR_ioctl, terminal, TIOCSCTTY, 0) >= 0) {
    keep_only(pipe);
    report(0, 0);
    watch(0);
  }
  host_exit(0);
}

// A record whose descriptors are not as they must be, or a fork that fails, closes the pipe: that is the answer then.
void watch_terminal(const struct supervisor *supervisor, const struct received *received) {
  if (received->fd_count != 2 || received->cut) return;
  if (host_call0(__NR_fork) == 0) watcher(supervisor, received->fds[0], received->fds[1]);
}
