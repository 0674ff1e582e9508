// Work that can take long: done on threads of its own, reported by an eventfd.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <vector>

namespace occlum {

enum class JobKind { kCopyFile, kSync };

struct Job {
  int32_t id = 0;
  JobKind kind = JobKind::kSync;
  int from = -1;  // descriptors are the job's own copies
  int to = -1;
  long result = 0;
};

class JobPool {
 public:
  static constexpr int kThreadMax = 4;

  ~JobPool() { Stop(); }
  // Returns the id of the job, or a negative error number. Copies the descriptors.
  long Start(JobKind kind, int from, int to);
  // Takes one job that is done.
  bool Finished(Job* job);
  // An eventfd that is readable when a job is done; made by Open.
  int Open();
  // Cancels what runs and waits for the threads.
  void Stop();

 private:
  static void* Run(void* pool);
  void Work();

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER;
  std::deque<Job> waiting_;
  std::vector<Job> finished_;
  std::vector<pthread_t> threads_;
  std::atomic<bool> stopping_ = false;
  int idle_ = 0;
  int event_ = -1;
  int32_t last_id_ = 0;
};

// Copies all of a file: by reference, in the kernel, or by read and write.
long CopyWholeFile(int from, int to, const std::atomic<bool>& stopping);

}  // namespace occlum
