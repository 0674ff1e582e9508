// A small pool of threads for host calls that can take long.

#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

namespace {

struct Locked {
  explicit Locked(pthread_mutex_t& mutex) : mutex(mutex) { pthread_mutex_lock(&mutex); }
  ~Locked() { pthread_mutex_unlock(&mutex); }
  pthread_mutex_t& mutex;
};

}  // namespace

int JobPool::Open() {
  event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return event_ < 0 ? -errno : event_;
}

long JobPool::Start(JobKind kind, int from, int to) {
  Job job;
  job.kind = kind;
  job.from = fcntl(from, F_DUPFD_CLOEXEC, 3);
  if (job.from < 0) return -errno;
  if (to >= 0 && (job.to = fcntl(to, F_DUPFD_CLOEXEC, 3)) < 0) {
    const int error = errno;
    close(job.from);
    return -error;
  }
  const Locked locked(mutex_);
  job.id = last_id_ = last_id_ == INT32_MAX ? 1 : last_id_ + 1;
  waiting_.push_back(job);
  if (idle_ < static_cast<int>(waiting_.size()) && static_cast<int>(threads_.size()) < kThreadMax) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pthread_t thread;
    if (pthread_create(&thread, nullptr, Run, this) == 0) threads_.push_back(thread);
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
  }
  if (threads_.empty()) {
    waiting_.pop_back();
    close(job.from);
    if (job.to >= 0) close(job.to);
    return -EAGAIN;
  }
  pthread_cond_signal(&wake_);
  return job.id;
}

void* JobPool::Run(void* pool) {
  static_cast<JobPool*>(pool)->Work();
  return nullptr;
}

void JobPool::Work() {
  pthread_mutex_lock(&mutex_);
  for (;;) {
    idle_++;
    while (waiting_.empty() && !stopping_) pthread_cond_wait(&wake_, &mutex_);
    idle_--;
    if (stopping_) break;
    Job job = waiting_.front();
    waiting_.pop_front();
    pthread_mutex_unlock(&mutex_);
    job.result = job.kind == JobKind::kSync ? RawResult(fsync(job.from)) : CopyWholeFile(job.from, job.to, stopping_);
    close(job.from);
    if (job.to >= 0) close(job.to);
    pthread_mutex_lock(&mutex_);
    finished_.push_back(job);
    const uint64_t one = 1;
    if (write(event_, &one, sizeof one) < 0) continue;  // only a full counter refuses, and that wakes as well
  }
  pthread_mutex_unlock(&mutex_);
}

bool JobPool::Finished(Job* job) {
  const Locked locked(mutex_);
  uint64_t count;
  if (finished_.empty() && read(event_, &count, sizeof count) >= 0) return false;
  if (finished_.empty()) return false;
  *job = finished_.back();
  finished_.pop_back();
  return true;
}

void JobPool::Stop() {
  {
    const Locked locked(mutex_);
    stopping_ = true;
    pthread_cond_broadcast(&wake_);
  }
  for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
  threads_.clear();
  for (const Job& job : waiting_) {
    close(job.from);
    if (job.to >= 0) close(job.to);
  }
  waiting_.clear();
  if (event_ >= 0) close(event_);
  event_ = -1;
}

// (from: number, to: number) => number
long CopyFileJob(Transport& transport, int32_t from, int32_t to) { return transport.jobs.Start(JobKind::kCopyFile, from, to); }

// (descriptor: number) => number
long FsyncJob(Transport& transport, int32_t descriptor) { return transport.jobs.Start(JobKind::kSync, descriptor, -1); }

}  // namespace occlum
