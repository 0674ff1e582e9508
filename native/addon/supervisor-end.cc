// Lets supervisors go and reaps them.

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

constexpr int kLastWaitMs = 50;

void ReapSupervisors(Environment& environment) {
  std::erase_if(environment.supervisors, [](EndingSupervisor& supervisor) {
    if (waitpid(supervisor.pid, nullptr, WNOHANG) == 0) return false;
    CloseDescriptor(&supervisor.ended);
    return true;
  });
}

void ForgetSupervisors(Environment& environment) {
  for (EndingSupervisor& supervisor : environment.supervisors) {
    pollfd end = {supervisor.ended, POLLIN, 0};
    if (supervisor.ended >= 0) poll(&end, 1, kLastWaitMs);
    waitpid(supervisor.pid, nullptr, WNOHANG);
    CloseDescriptor(&supervisor.ended);
  }
}

// Whether the other end of its socket is closed, which only its end does.
static bool HasEnded(const Supervisor& supervisor) {
  pollfd watched = {supervisor.socket, 0, 0};
  return poll(&watched, 1, 0) == 1 && (watched.revents & POLLHUP) != 0;
}

// A supervisor that has ended is reaped at once; it may be a few microseconds from being a zombie. Any other sees the end
// of its socket, ends its guests, and is reaped later.
void CloseSupervisor(Transport& transport, int handle) {
  Supervisor* supervisor = transport.supervisors.Get(handle);
  if (supervisor == nullptr) return;
  const pid_t pid = supervisor->pid;
  const bool ended = HasEnded(*supervisor);
  transport.RemoveSource(supervisor->socket);
  supervisor->reaper->SetSocket(-1);
  close(supervisor->socket);
  transport.supervisors.Remove(handle);
  if (ended) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
  } else {
    const int end = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (end >= 0) transport.AddSource(end, EPOLLIN, Source::kEnded, 0, 0);
    transport.environment->supervisors.push_back({pid, end});
  }
  ReapSupervisors(*transport.environment);
}

}  // namespace occlum
