// The kernel's side of one LibOS process: hand-over, replies and its control socket.

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <iterator>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

static epoll_event SourceEvent(uint32_t events, Source source, int handle, uint32_t generation) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = static_cast<uint64_t>(source) << 56 | static_cast<uint64_t>(handle & 0xffffff) << 32 | generation;
  return event;
}

long Transport::AddSource(int descriptor, uint32_t events, Source source, int handle, uint32_t generation) {
  epoll_event event = SourceEvent(events, source, handle, generation);
  return RawResult(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

void Transport::ChangeSource(int descriptor, uint32_t events, Source source, int handle, uint32_t generation) {
  epoll_event event = SourceEvent(events, source, handle, generation);
  epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}

long ProcessOpen(Transport& transport) {
  Process made;
  long result = MakeProcess(made);
  if (result < 0) {
    FreeProcess(*transport.environment, made);
    return result;
  }
  const int handle = transport.processes.Add(made);
  Process& process = *transport.processes.Get(handle);
  // Edge-triggered: each ring is an edge whatever the count is, so that the count need not be read and trusted; and a
  // control socket that nobody reads cannot keep the event loop busy.
  result = transport.AddSource(process.doorbell, EPOLLIN | EPOLLET, Source::kDoorbell, handle, process.generation);
  if (result == 0) {
    result = transport.AddSource(process.control, EPOLLIN | EPOLLRDHUP | EPOLLET, Source::kControl, handle, process.generation);
  }
  if (result == 0) return handle;
  CloseProcess(transport, handle);
  return result;
}

// Two kinds of buffers, since the engine counts their sizes as memory that collecting may free: one over all of an arena
// (34 MB) for each process made it collect without end.
napi_value ProcessArena(Transport& transport, int32_t handle) {
  Process* process = transport.processes.Get(handle);
  return process == nullptr ? nullptr : MapBuffer(transport.env, process->arena, ARENA_OFFSET_BUFFERS, &process->head);
}

// (handle: number, slot: number) => ArrayBuffer
napi_value ProcessBuffer(Transport& transport, int32_t handle, uint32_t index) {
  Process* process = transport.processes.Get(handle);
  if (process == nullptr || index >= ARENA_SLOT_COUNT) return nullptr;
  uint8_t* data = process->arena + ARENA_OFFSET_BUFFERS + size_t{index} * ARENA_BUFFER_SIZE;
  return MapBuffer(transport.env, data, ARENA_BUFFER_SIZE, &process->buffers[index]);
}

long ProcessDescriptors(Transport& transport, int32_t handle, Words<int32_t> out) {
  const Process* process = transport.processes.Get(handle);
  if (process == nullptr) return -EBADF;
  const int ends[] = {process->guest[kGuestArena], transport.status_memory, process->guest[kGuestDoorbell], process->guest[kGuestControl]};
  for (size_t i = 0; i < std::size(ends) && i < out.count; i++) out.data[i] = ends[i];
  return 0;
}

long ProcessHandedOver(Transport& transport, int32_t handle) {
  Process* process = transport.processes.Get(handle);
  if (process == nullptr) return -EBADF;
  CloseDescriptor(&process->guest[kGuestDoorbell]);
  CloseDescriptor(&process->guest[kGuestControl]);
  return 0;
}

// (handle: number, slot: number) => number
long ProcessReply(Transport& transport, int32_t handle, uint32_t index) {
  const Process* process = transport.processes.Get(handle);
  if (process == nullptr || index >= ARENA_SLOT_COUNT) return -EBADF;
  uint32_t& state = process->slot(index)->state;
  if (std::atomic_ref(state).exchange(SLOT_DONE) != SLOT_WAITING) return 0;
  return RawResult(syscall(SYS_futex, &state, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0));
}

long ProcessSend(Transport& transport, int32_t handle, Bytes record, Words<int32_t> descriptors) {
  const Process* process = transport.processes.Get(handle);
  return process == nullptr ? -EBADF : SendRecord(process->control, record, descriptors, 0);
}

long ProcessReceive(Transport& transport, int32_t handle, Bytes record, Words<int32_t> out) {
  const Process* process = transport.processes.Get(handle);
  return process == nullptr ? -EBADF : ReceiveOne(process->control, record, out);
}

long ProcessUnwatch(Transport& transport, int32_t handle) {
  const Process* process = transport.processes.Get(handle);
  if (process == nullptr) return -EBADF;
  transport.RemoveSource(process->control);
  return 0;
}

void CloseProcess(Transport& transport, int handle) {
  Process* process = transport.processes.Get(handle);
  if (process == nullptr) return;
  transport.RemoveSource(process->doorbell);
  transport.RemoveSource(process->control);
  FreeProcess(*transport.environment, *process);
  transport.processes.Remove(handle);
}

long ProcessClose(Transport& transport, int32_t handle) {
  if (transport.processes.Get(handle) == nullptr) return -EBADF;
  CloseProcess(transport, handle);
  return 0;
}

}  // namespace occlum
