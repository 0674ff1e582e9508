// The state of one transport: arenas, doorbells, control sockets and everything else that wakes the kernel.
#pragma once

#include <sys/epoll.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "bind.h"
#include "jobs.h"
#include "occlum/arena.h"
#include "reaper.h"
#include "uv-poll.h"

namespace occlum {

// Kinds of a triple; TransportEvent in src/host-binding.ts.
enum class Event : int32_t { kCall, kControl, kHangup, kSupervisor, kSupervisorHangup, kNotify, kWatch, kJob };

// What an epoll event came from; the top byte of its data.
enum class Source : uint8_t { kDoorbell, kControl, kSupervisor, kNotify, kWatch, kJobs, kKick, kEnded };

constexpr int kCallWords = ARENA_SLOT_COUNT / 64;

enum { kGuestArena, kGuestDoorbell, kGuestControl, kGuestEnds };

struct Process {
  uint8_t* arena = nullptr;
  napi_ref head = nullptr;                        // what comes before the slots' buffers
  napi_ref buffers[ARENA_SLOT_COUNT] = {};        // of the slots, those that were asked for
  int control = -1;
  int guest[kGuestEnds] = {-1, -1, -1};           // what the guest gets; doorbell and control socket are -1 once handed over
  int doorbell = -1;
  uint64_t taken[kCallWords] = {};  // posted bits taken from the arena, not reported yet
  uint32_t generation = 0;

  std::atomic_ref<uint64_t> posted(int word) const {
    return std::atomic_ref(reinterpret_cast<process_page*>(arena + ARENA_OFFSET_PROCESS)->calls[word]);
  }
  thread_slot* slot(uint32_t index) const {
    return reinterpret_cast<thread_slot*>(arena + ARENA_OFFSET_SLOTS + size_t{index} * ARENA_SLOT_SIZE);
  }
};
struct Supervisor {
  int socket = -1;
  pid_t pid = -1;
  std::deque<std::vector<uint8_t>> backlog = {};  // records without descriptors that the socket had no room for
  ReaperRef reaper = {};
  uint32_t generation = 0;
};
struct Watch {
  int descriptor = -1;
  uint32_t generation = 0;
};
struct Notify {
  int descriptor = -1;
  uint64_t id = 0;  // of the notification received last; 0 when it is answered
  uint32_t generation = 0;
};

// Objects by small integers. A number is used again late: JavaScript may still have an event of the object before. A
// generation tells an old epoll event from a new object.
template <class T>
class HandleTable {
 public:
  int Add(T item) {
    item.generation = ++generation_;
    const size_t handle = FindFree();
    if (handle == items_.size()) items_.emplace_back();
    items_[handle] = std::make_unique<T>(item);
    next_ = handle + 1;
    return static_cast<int>(handle);
  }
  T* Get(int64_t handle) const { return handle >= 0 && handle < static_cast<int64_t>(items_.size()) ? items_[handle].get() : nullptr; }
  void Remove(int handle) { items_[handle].reset(); }
  int size() const { return static_cast<int>(items_.size()); }

 private:
  static constexpr size_t kRoom = 64;  // grows to this before any number is used again

  size_t FindFree() const {
    if (items_.size() < kRoom) return items_.size();
    for (size_t i = 0; i < items_.size(); i++) {
      const size_t handle = (next_ + i) % items_.size();
      if (items_[handle] == nullptr) return handle;
    }
    return items_.size();
  }

  std::vector<std::unique_ptr<T>> items_;
  size_t next_ = 0;
  uint32_t generation_ = 0;
};

struct Transport {
  Environment* environment = nullptr;
  napi_env env = nullptr;
  napi_ref ready = nullptr;
  napi_ref status_buffer = nullptr;
  napi_async_context context = nullptr;
  napi_async_cleanup_hook_handle cleanup = nullptr;
  uv_poll_s* poll = nullptr;
  bool closing = false;

  status_page* status = nullptr;
  int status_memory = -1;  // read-only
  int epoll = -1;
  int kick = -1;           // eventfd: there is more to do than one turn of the event loop should take
  JobPool jobs;

  HandleTable<Process> processes;
  HandleTable<Supervisor> supervisors;
  HandleTable<Watch> watches;
  HandleTable<Notify> notifies;

  epoll_event events[64];
  int event_count = 0, event_next = 0;
  bool look = false;          // the epoll descriptor may have something
  bool exhausted = false;     // collecting was cut short by `deadline`
  uint64_t deadline = 0;
  int first_process = 0;      // where the next round begins
  uint32_t cpu = 0;
  bool called = false;        // there was a call in the last batch
  bool remote_caller = false; // somebody in the last batch that had one called from another CPU
  int failed_spins = 0, skip_spins = 0;

  uint32_t SetSleeping(uint32_t on) { return std::atomic_ref(status->sleeping).exchange(on); }
  long AddSource(int descriptor, uint32_t events, Source source, int handle, uint32_t generation);
  void ChangeSource(int descriptor, uint32_t events, Source source, int handle, uint32_t generation);
  void RemoveSource(int descriptor) { epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nullptr); }
  bool AnyCall() const;
  bool LookAtSources();  // asks epoll for what `events` holds then; all before must be taken
};

uint64_t NowNs();
long MakeProcess(Process& process);
void FreeProcess(Environment& environment, Process& process);
void CloseProcess(Transport& transport, int handle);
void CloseSupervisor(Transport& transport, int handle);
void SendBacklog(Transport& transport, int handle);
void OnReady(uv_poll_s* poll, int status, int events);
void CloseDescriptor(int* descriptor);

// An ArrayBuffer over memory that this addon unmaps itself, after ReleaseBuffer; the same one each time.
napi_value MapBuffer(napi_env env, void* data, size_t size, napi_ref* reference);
// Detaches it: JavaScript sees an empty buffer from then on.
void ReleaseBuffer(napi_env env, napi_ref* reference);

}  // namespace occlum
