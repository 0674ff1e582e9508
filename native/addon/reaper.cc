#include "reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bind.h"
#include "helper.h"

namespace occlum {

int Reaper::Open() {
  const int memory = memfd_create("occlum-reaper", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -errno;
  void* page = MAP_FAILED;
  if (ftruncate(memory, sizeof(reap_page)) == 0 && fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
    page = mmap(nullptr, sizeof(reap_page), PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  }
  if (page == MAP_FAILED) {
    const int error = errno;
    close(memory);
    return -error;
  }
  page_ = static_cast<reap_page*>(page);
  return memory;
}

Reaper::~Reaper() {
  if (page_ != nullptr) munmap(page_, sizeof(reap_page));
}

// Whether the supervisor has reported the guest as ended, in a record that was not dealt with yet. The number is its until then.
bool Reaper::HasEnded(pid_t pid) const {
  const uint32_t ended = std::atomic_ref(page_->ended_count).load();
  for (uint32_t i = settled_.load(); static_cast<int32_t>(ended - i) > 0; i++) {
    if (std::atomic_ref(page_->ended[i % REAP_RING]).load(std::memory_order_relaxed) == pid) return true;
  }
  return false;
}

// Without a supervisor nobody keeps the numbers: its socket closes before its guests get their death signal.
bool Reaper::SupervisorLives() const {
  pollfd supervisor = {socket_, 0, 0};
  if (socket_ < 0) return false;
  while (poll(&supervisor, 1, 0) < 0) {
    if (errno != EINTR) return false;  // a signal of Node's own, of its profiler for example, ends it even without a wait
  }
  return (supervisor.revents & POLLHUP) == 0;
}

void Reaper::SetSocket(int socket) {
  pthread_mutex_lock(&mutex_);
  socket_ = socket;
  pthread_mutex_unlock(&mutex_);
}

long Reaper::Interrupt(pid_t pid, pid_t tid) {
  return Send(pid, [](pid_t process, pid_t thread) { return syscall(SYS_tgkill, process, thread, kInterruptSignal); }, tid);
}

long Reaper::Kill(pid_t pid) {
  return Send(pid, [](pid_t process, pid_t) { return long{kill(process, SIGKILL)}; }, 0);
}

long Reaper::Send(pid_t pid, long (*send)(pid_t pid, pid_t tid), pid_t tid) {
  pthread_mutex_lock(&mutex_);
  std::atomic_ref sending(page_->sending);
  sending.store(pid);
  long result = -ESRCH;
  if (!HasEnded(pid) && SupervisorLives()) result = send(pid, tid) == 0 ? 1 : -errno;
  sending.store(0);
  pthread_mutex_unlock(&mutex_);
  return result;
}

}  // namespace occlum
