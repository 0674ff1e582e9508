// What is there to do: posted calls out of the arenas, and everything that epoll reports.

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

// A process gets this many calls reported in a round, then the next one has its turn.
constexpr int kCallsPerRound = 4;

namespace {

// `[kind, process, value]` triples in the caller's array.
struct Triples {
  Words<int32_t> out;
  size_t count = 0;

  bool HasRoom() const { return (count + 2) * 3 <= out.count; }  // an epoll event makes two at most
  void Add(Event kind, int32_t object, int32_t value) {
    int32_t* triple = out.data + count++ * 3;
    triple[0] = static_cast<int32_t>(kind);
    triple[1] = object;
    triple[2] = value;
  }
};

void AddReadiness(Triples& triples, Event readable, Event hangup, int handle, uint32_t events) {
  if (events & EPOLLIN) triples.Add(readable, handle, 0);
  if (events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR)) triples.Add(hangup, handle, 0);
}

void AddJobs(Transport& transport, Triples& triples) {
  Job job;
  while (triples.HasRoom() && transport.jobs.Finished(&job)) triples.Add(Event::kJob, job.id, static_cast<int32_t>(job.result));
}

void AddEvent(Transport& transport, Triples& triples, const epoll_event& event) {
  const auto source = static_cast<Source>(event.data.u64 >> 56);
  const int handle = static_cast<int>((event.data.u64 >> 32) & 0xffffff);
  const auto generation = static_cast<uint32_t>(event.data.u64);
  const auto current = [=](auto* object) { return object != nullptr && object->generation == generation; };
  switch (source) {
    case Source::kDoorbell:
      break;  // only a wake-up: the posted bits say what is there, and the count in the eventfd means nothing
    case Source::kControl:
      if (current(transport.processes.Get(handle))) AddReadiness(triples, Event::kControl, Event::kHangup, handle, event.events);
      break;
    case Source::kSupervisor:
      if (current(transport.supervisors.Get(handle))) {
        if (event.events & EPOLLOUT) SendBacklog(transport, handle);
        AddReadiness(triples, Event::kSupervisor, Event::kSupervisorHangup, handle, event.events);
      }
      break;
    case Source::kNotify:
      if (current(transport.notifies.Get(handle))) triples.Add(Event::kNotify, handle, static_cast<int32_t>(event.events));
      break;
    case Source::kWatch:
      if (current(transport.watches.Get(handle))) triples.Add(Event::kWatch, handle, static_cast<int32_t>(event.events));
      break;
    case Source::kJobs:
      AddJobs(transport, triples);
      break;
    case Source::kEnded:
      ReapSupervisors(*transport.environment);
      break;
    case Source::kKick: {
      uint64_t count;
      if (read(transport.kick, &count, sizeof count) < 0) break;
      break;
    }
  }
}

void AddEvents(Transport& transport, Triples& triples) {
  while (triples.HasRoom()) {
    if (transport.event_next < transport.event_count) {
      AddEvent(transport, triples, transport.events[transport.event_next++]);
    } else if (transport.look) {
      transport.LookAtSources();
    } else {
      return;
    }
  }
}

// Moves the posted bits of a process to our own words, where the guest cannot change them; true if there are any.
bool TakePosted(Process& process) {
  uint64_t any = 0;
  for (int word = 0; word < kCallWords; word++) {
    const auto posted = process.posted(word);
    if (posted.load(std::memory_order_relaxed) != 0) process.taken[word] |= posted.exchange(0);
    any |= process.taken[word];
  }
  return any != 0;
}

// Reports calls of one process, until its share of the round or the room is used up; true if more are left.
bool AddCalls(Transport& transport, Triples& triples, int handle, Process& process) {
  int share = kCallsPerRound;
  for (int word = 0; word < kCallWords; word++) {
    while (process.taken[word] != 0) {
      if (share-- == 0 || !triples.HasRoom()) return true;
      const auto slot = static_cast<uint32_t>(word * 64 + __builtin_ctzl(process.taken[word]));
      process.taken[word] &= process.taken[word] - 1;
      transport.called = true;
      // The slot's word about its CPU is a hint for the spin, whatever the guest wrote there.
      if (std::atomic_ref(process.slot(slot)->cpu).load(std::memory_order_relaxed) != transport.cpu) transport.remote_caller = true;
      triples.Add(Event::kCall, handle, static_cast<int32_t>(slot));
    }
  }
  return false;
}

void AddAllCalls(Transport& transport, Triples& triples) {
  const int count = transport.processes.size();
  if (count == 0) return;
  const int first = transport.first_process++ % count;
  for (bool more = true; more && triples.HasRoom();) {
    more = false;
    for (int i = 0; i < count; i++) {
      const int handle = (first + i) % count;
      Process* process = transport.processes.Get(handle);
      if (process != nullptr && TakePosted(*process)) more |= AddCalls(transport, triples, handle, *process);
    }
  }
}

}  // namespace

bool Transport::LookAtSources() {
  constexpr int kRoom = std::size(decltype(events){});
  event_next = 0;
  event_count = std::max(0, epoll_wait(epoll, events, kRoom, 0));
  look = event_count == kRoom;
  return event_count > 0;
}

uint64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// (events: Int32Array) => number
long TransportCollect(Transport& transport, Words<int32_t> events) {
  if (transport.deadline != 0 && NowNs() > transport.deadline) {
    transport.exhausted = true;
    return 0;
  }
  Triples triples{events};
  AddEvents(transport, triples);
  AddAllCalls(transport, triples);
  return static_cast<long>(triples.count);
}

}  // namespace occlum
