// The interrupt helper of one Node environment: sees to it that threads look at events that were posted to them.
//
// An event is a bit that the poster set in a thread's `pending` word. Who posts sends signal 64 at once; the helper thread
// repeats what the host refused and what is not acknowledged: the bit is still there, and the thread is nowhere where it
// would look by itself. Threads are described by their slots in shared memory; what is in there may be a guest's, so that
// each word is read once and only says who gets signal 64, of the processes that are known here.
#pragma once

#include <node_api.h>
#include <pthread.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "bind.h"
#include "host-thread.h"
#include "reaper.h"

namespace occlum {

constexpr int kInterruptSignal = 64;

// Slots of threads in memory of somebody else's, all of one process. Fields are byte offsets in a slot.
struct ThreadSlots {
  uint8_t* base = nullptr;  // the first slot
  uint32_t count = 0, stride = 0;
  int32_t pending = 0;  // 32 bits: events
  int32_t mask = -1;    // 32 bits: events that are blocked; -1: none are
  int32_t state = 0;    // 32 bits
  int32_t tid = 0;      // 32 bits: the host's, 0 before the thread runs
  uint32_t quiet = 0;   // bit per value of `state` in which a thread looks by itself before it goes on
  pid_t pid = 0;          // of guests
  ReaperRef reaper = {};  // none: threads of this process that have opted in
  napi_ref memory = nullptr;

  // Takes (words: Int32Array, layout: Int32Array) as helperAdd has them; false when the memory does not hold the slots.
  bool Describe(napi_env env, napi_value words, Words<int32_t> layout);
  uint32_t* Word(uint32_t slot, int32_t field) const { return reinterpret_cast<uint32_t*>(base + size_t{slot} * stride + field); }
  EventWords Events(uint32_t slot) const;
  bool HasEvent(uint32_t slot) const { return Events(slot).HasEvent(); }
  bool IsQuiet(uint32_t slot) const { return Events(slot).IsQuiet(); }
};

class InterruptHelper {
 public:
  static constexpr int kCounters = 6;

  explicit InterruptHelper(uint64_t period_ns) : period_ns_(period_ns) {}
  ~InterruptHelper() { Stop(); }

  void SetPeriod(uint64_t period_ns);
  // Ends and joins the thread. It is started by the first event that has to be watched.
  void Stop();
  // Gives a handle.
  int Add(const ThreadSlots& slots);
  // Gives what was there, or null.
  napi_ref Remove(int handle);
  // Removes all whose slots lie in this memory, which is about to go.
  void Forget(napi_env env, const void* memory, size_t size);

  // Interrupts a thread with an event: 1 it was signalled; 0 it has no event, or looks by itself; -EAGAIN the host refuses for
  // now, it is tried again; or another -errno.
  long Interrupt(int handle, uint32_t slot);

  // [signals sent, refused by the host, repeated, acknowledged, wake-ups of the thread, watched now]
  void Count(double* out);

 private:
  struct Watch {
    uint32_t slot;
    bool refused;
    uint64_t interval_ns, due_ns;
  };
  struct Target {
    ThreadSlots slots;
    std::vector<Watch> watches;
  };

  static void* Run(void* helper);
  void Work();
  uint64_t LookAtAll(uint64_t now_ns);
  bool Look(Target& target, Watch& watch, uint64_t now_ns);
  long Send(Target& target, uint32_t slot);
  void Keep(Target& target, uint32_t slot, bool refused);
  void WakeBefore(uint64_t due_ns);

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;  // over all below; held for a few host calls that do not wait
  std::vector<std::unique_ptr<Target>> targets_;
  uint64_t period_ns_;
  uint64_t sleeps_until_ns_ = 0;  // 0 while it is awake
  uint32_t word_ = 0;  // futex
  pthread_t thread_ = {};
  bool running_ = false, stopping_ = false;
  double sent_ = 0, refused_ = 0, repeated_ = 0, acknowledged_ = 0, wakes_ = 0;
};

}  // namespace occlum
