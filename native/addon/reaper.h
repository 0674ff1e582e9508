// What keeps a process id from being another's between a look and a signal: the page shared with a supervisor.
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <utility>

#include "occlum/supervisor.h"

namespace occlum {

// Node's side of one supervisor's `reap_page` (include/occlum/supervisor.h has the protocol). The event loop's thread and
// the helper thread both signal.
class Reaper {
 public:
  // Makes the page; gives its descriptor, for the supervisor, or -errno.
  int Open();
  ~Reaper();
  Reaper() = default;
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;

  // Which socket tells that the supervisor lives; -1 from its close on.
  void SetSocket(int socket);
  // A record of an ended guest was read from the socket; those before it are dealt with, their ids forgotten.
  void Received() { received_++; }
  void Settle() { settled_.store(received_); }

  // To a guest if `pid` is still the one it was: 1 or -errno, ESRCH when it has ended.
  long Interrupt(pid_t pid, pid_t tid);  // tgkill(2) of signal 64
  long Kill(pid_t pid);                  // kill(2) of SIGKILL

 private:
  friend class ReaperRef;
  bool HasEnded(pid_t pid) const;
  bool SupervisorLives() const;
  long Send(pid_t pid, long (*send)(pid_t pid, pid_t tid), pid_t tid);

  reap_page* page_ = nullptr;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;  // over `sending`, of which there is one, and the socket's number
  int socket_ = -1;
  uint32_t received_ = 0;
  std::atomic<uint32_t> settled_ = 0;
  std::atomic<int> references_ = 0;
};

// Shared ownership: a guest's threads may be known for longer than its supervisor. (std::shared_ptr asks for a newer glibc.)
class ReaperRef {
 public:
  ReaperRef() = default;
  explicit ReaperRef(Reaper* reaper) : reaper_(reaper) { reaper_->references_++; }
  ReaperRef(const ReaperRef& other) : reaper_(other.reaper_) {
    if (reaper_ != nullptr) reaper_->references_++;
  }
  ReaperRef& operator=(const ReaperRef& other) {
    ReaperRef copy(other);
    std::swap(reaper_, copy.reaper_);
    return *this;
  }
  ~ReaperRef() {
    if (reaper_ != nullptr && --reaper_->references_ == 0) delete reaper_;
  }
  Reaper* operator->() const { return reaper_; }
  explicit operator bool() const { return reaper_ != nullptr; }

 private:
  Reaper* reaper_ = nullptr;
};

}  // namespace occlum
