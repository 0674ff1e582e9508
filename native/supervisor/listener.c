// The listener: whom the host signals for descriptors of guests that have O_ASYNC.
//
// The host must not signal a guest on a guest's word, and it tells a process only which number the descriptor had where it was
// set. So Node sets a number of its own choice, and this process as the owner; whom that concerns inside is the kernel's. What
// raises a signal, and when, is the host's, as the data are.
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include "state.h"

#define SIGNAL_IO 29

static const uint64_t listened = SIGNAL_BIT(LISTENER_SIGNAL) | SIGNAL_BIT(SIGNAL_IO);

// Guests decide how much is signalled. Half of the queue that all processes of the user have stays for what wakes guests.
static void leave_room(void) {
  uint64_t limit[2] = {0, 0};
  host_call4(__NR_prlimit64, 0, RLIMIT_SIGPENDING, 0, limit);
  limit[0] = limit[1] = limit[0] / 2;
  host_call4(__NR_prlimit64, 0, RLIMIT_SIGPENDING, limit, 0);
}

static bool report(int pipe, int32_t descriptor, int32_t code) {
  const struct listener_record record = {descriptor, code};
  return host_call3(__NR_write, pipe, &record, sizeof record) == sizeof record;
}

// Until nobody reads the pipe. Where it is full, signals wait in the host's queue.
static void listen(int pipe) {
  const int signals = (int)host_call4(__NR_signalfd4, -1, &listened, sizeof listened, SFD_CLOEXEC);
  if (signals < 0 || !report(pipe, (int32_t)host_call0(__NR_getpid), 0)) return;
  for (;;) {
    struct pollfd waiting[2] = {{signals, POLLIN, 0}, {pipe, 0, 0}};
    if (host_call5(__NR_ppoll, waiting, 2, 0, 0, 0) < 0) continue;
    if (waiting[1].revents & (POLLERR | POLLHUP)) return;
    struct signalfd_siginfo information;
    if (host_call3(__NR_read, signals, &information, sizeof information) != sizeof information) return;
    bool lost = information.ssi_signo == SIGNAL_IO;
    if (!report(pipe, lost ? LISTENER_LOST : information.ssi_fd, lost ? 0 : information.ssi_code)) return;
  }
}

void listen_for_descriptors(const struct supervisor *supervisor, const struct received *received) {
  if (received->fd_count != 1 || received->cut) return;
  if (host_call0(__NR_fork) != 0) return;
  stand_apart(supervisor);
  keep_only(received->fds[0]);
  leave_room();
  // All signals are blocked since the supervisor's own start.
  listen(0);
  host_exit(0);
}
