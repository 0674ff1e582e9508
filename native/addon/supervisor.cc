// Starts supervisors and carries their records.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

constexpr uint32_t kEvents = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr size_t kBacklogMax = 0x10000;  // more than two for each thread of many processes

// Runs in the vfork child, in our memory: host calls only. The supervisor's socket becomes its descriptor 0, the page that keeps
// ids of guests descriptor 1; it closes all others itself, and makes its own session.
[[noreturn]] static void Become(const char* program, char* const* arguments, int socket, int page) {
  struct sigaction fallback = {};
  fallback.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &fallback, nullptr);
  char* environment[] = {nullptr};
  // Both may lie on these numbers where the embedding program has closed its own.
  socket = fcntl(socket, F_DUPFD, 2);
  page = fcntl(page, F_DUPFD, 2);
  if (socket >= 0 && page >= 0 && dup2(socket, 0) == 0 && dup2(page, 1) == 1) execve(program, arguments, environment);
  _exit(127);
}

// vfork, never fork: a Node with a big heap would take milliseconds to copy its page tables.
static long Spawn(const char* program, char* const* arguments, int socket, int page) {
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);  // no handler of Node may run in the child
  volatile pid_t pid = vfork();
  if (pid == 0) Become(program, arguments, socket, page);
  const long result = RawResult(pid);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return result;
}

static void EnlargeBuffers(int socket) {
  const int size = 1 << 20;  // cut to the host's maximum
  setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

// (program: Uint8Array, runtime: Uint8Array, scratch: Uint8Array) => number
long SupervisorStart(Transport& transport, Bytes program, Bytes runtime, Bytes scratch) {
  ReapSupervisors(*transport.environment);
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
  const int on = 1;
  setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  for (const int socket : pair) EnlargeBuffers(socket);
  char name[] = "occlum-supervisor";
  char* arguments[] = {name, reinterpret_cast<char*>(runtime.data), reinterpret_cast<char*>(scratch.data), nullptr};
  const ReaperRef reaper(new Reaper());
  int page = reaper->Open();
  reaper->SetSocket(pair[0]);
  const long pid = page < 0 ? page : Spawn(program.text(), arguments, pair[1], page);
  CloseDescriptor(&page);
  close(pair[1]);
  if (pid < 0) {
    close(pair[0]);
    return pid;
  }
  const int handle = transport.supervisors.Add({.socket = pair[0], .pid = static_cast<pid_t>(pid), .reaper = reaper});
  const uint32_t generation = transport.supervisors.Get(handle)->generation;
  const long result = transport.AddSource(pair[0], kEvents, Source::kSupervisor, handle, generation);
  if (result == 0) return handle;
  CloseSupervisor(transport, handle);
  return result;
}

static void WatchSupervisor(Transport& transport, int handle, const Supervisor& supervisor) {
  const uint32_t events = kEvents | (supervisor.backlog.empty() ? 0u : uint32_t{EPOLLOUT});
  transport.ChangeSource(supervisor.socket, events, Source::kSupervisor, handle, supervisor.generation);
}

// Sends what there is room for now; epoll tells when there is more.
void SendBacklog(Transport& transport, int handle) {
  Supervisor& supervisor = *transport.supervisors.Get(handle);
  while (!supervisor.backlog.empty()) {
    std::vector<uint8_t>& record = supervisor.backlog.front();
    if (SendRecord(supervisor.socket, {record.data(), record.size()}, {}, 0) == -EAGAIN) return;
    supervisor.backlog.pop_front();
  }
  WatchSupervisor(transport, handle, supervisor);
}

// A command must not be lost because there are many: what the socket has no room for waits here, in its order.
long SupervisorSend(Transport& transport, int32_t handle, Bytes record, Words<int32_t> descriptors) {
  Supervisor* supervisor = transport.supervisors.Get(handle);
  if (supervisor == nullptr) return -EBADF;
  const long sent = supervisor->backlog.empty() ? SendRecord(supervisor->socket, record, descriptors, 0) : -EAGAIN;
  if (sent != -EAGAIN || descriptors.count > 0 || supervisor->backlog.size() >= kBacklogMax) return sent;
  supervisor->backlog.emplace_back(record.data, record.data + record.size);
  if (supervisor->backlog.size() == 1) WatchSupervisor(transport, handle, *supervisor);
  return static_cast<long>(record.size);
}

long SupervisorReceive(Transport& transport, int32_t handle, Bytes record, Words<int32_t> out) {
  const Supervisor* supervisor = transport.supervisors.Get(handle);
  if (supervisor == nullptr) return -EBADF;
  supervisor->reaper->Settle();  // the caller has dealt with what it got before
  const long size = ReceiveOne(supervisor->socket, record, out);
  uint32_t type = 0;
  if (size >= static_cast<long>(sizeof type)) memcpy(&type, record.data, sizeof type);
  if (type == SUPERVISOR_EXITED) supervisor->reaper->Received();
  return size;
}

long SupervisorKill(Transport& transport, int32_t handle, int32_t pid) {
  const Supervisor* supervisor = transport.supervisors.Get(handle);
  return supervisor == nullptr || pid <= 1 ? -EBADF : supervisor->reaper->Kill(pid);
}

long SupervisorClose(Transport& transport, int32_t handle) {
  if (transport.supervisors.Get(handle) == nullptr) return -EBADF;
  CloseSupervisor(transport, handle);
  return 0;
}

}  // namespace occlum
