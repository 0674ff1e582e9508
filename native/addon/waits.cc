// Host calls that may wait, of a thread that has opted in to be interrupted; and how it does.

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"
#include "host-calls.h"
#include "host-thread.h"

namespace occlum {

static void LeaveAtEnd(void* environment) { ThreadLeave(*static_cast<Environment*>(environment)); }

// (words: Int32Array, layout: Int32Array, slot: number) => number; layout as for helperAdd.
long ThreadJoin(Environment& environment, napi_value words, Words<int32_t> layout, uint32_t slot) {
  if (environment.thread != nullptr) return -EBUSY;
  ThreadSlots slots;
  if (!slots.Describe(environment.env, words, layout) || slot >= slots.count) return -EINVAL;
  const auto tid = static_cast<pid_t>(syscall(SYS_gettid));
  const long result = HostThreads::Join(tid);
  if (result < 0) return result;
  auto* thread = new HostThread{.tid = tid, .words = slots.Events(slot), .id = slots.Word(slot, slots.tid)};
  napi_create_reference(environment.env, words, 1, &thread->memory);
  std::atomic_ref(*thread->id).store(static_cast<uint32_t>(tid));
  environment.thread = thread;
  napi_add_env_cleanup_hook(environment.env, LeaveAtEnd, &environment);
  return 0;
}

long ThreadLeave(Environment& environment) {
  HostThread* thread = environment.thread;
  if (thread == nullptr) return -EBADF;
  napi_remove_env_cleanup_hook(environment.env, LeaveAtEnd, &environment);
  thread->Leave();
  napi_delete_reference(environment.env, thread->memory);
  delete thread;
  environment.thread = nullptr;
  return 0;
}

long ThreadEnter(Environment& environment) {
  HostThread* thread = environment.thread;
  if (thread == nullptr) return -EBADF;
  thread->Enter();
  if (!thread->words.HasEvent()) return 0;
  thread->Exit();
  return -EINTR;
}

long ThreadExit(Environment& environment) {
  if (environment.thread == nullptr) return -EBADF;
  environment.thread->Exit();
  return 0;
}

// (out: Float64Array) => number
long ThreadCount(Words<double> out) {
  if (out.count < 2) return -EINVAL;
  HostThreads::Count(out.data, out.data + 1);
  return 0;
}

template <class... A>
static long Wait(Environment& environment, long number, A... arguments) {
  if (environment.thread == nullptr) return -EBADF;
  return environment.thread->Wait(number, (long)arguments...);
}

// Null for one that never ends.
static timespec* Duration(double milliseconds, timespec* time) {
  if (milliseconds < 0) return nullptr;
  const double seconds = milliseconds / 1000 < 1e9 ? milliseconds / 1000 : 1e9;
  time->tv_sec = static_cast<time_t>(seconds);
  time->tv_nsec = static_cast<long>((seconds - static_cast<double>(time->tv_sec)) * 1e9);
  return time;
}

long WaitRead(Environment& environment, int32_t descriptor, Bytes out) {
  return Wait(environment, SYS_read, descriptor, out.data, out.size);
}

long WaitWrite(Environment& environment, int32_t descriptor, Bytes bytes) {
  return Wait(environment, SYS_write, descriptor, bytes.data, bytes.size);
}

// (descriptors: Int32Array, timeoutMs: number) => number; a pollfd is two words.
long WaitPoll(Environment& environment, Words<int32_t> descriptors, double timeout_ms) {
  static_assert(sizeof(pollfd) == 2 * sizeof(int32_t));
  timespec time;
  return Wait(environment, SYS_ppoll, descriptors.data, descriptors.count / 2, Duration(timeout_ms, &time), nullptr, 0);
}

// (words: Int32Array, index: number, expected: number, timeoutMs: number) => number
long WaitFutex(Environment& environment, Words<int32_t> words, uint32_t index, int32_t expected, double timeout_ms) {
  timespec time;
  if (index >= words.count) return -EINVAL;
  return Wait(environment, SYS_futex, words.data + index, FUTEX_WAIT_PRIVATE, expected, Duration(timeout_ms, &time));
}

long WakeFutex(Words<int32_t> words, uint32_t index, int32_t count) {
  if (index >= words.count) return -EINVAL;
  return RawResult(syscall(SYS_futex, words.data + index, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0));
}

long WaitSleep(Environment& environment, double duration_ms) {
  timespec time;
  if (duration_ms < 0) return -EINVAL;
  return Wait(environment, SYS_nanosleep, Duration(duration_ms, &time), nullptr);
}

}  // namespace occlum
