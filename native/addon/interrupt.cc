// The helper thread of an environment, for JavaScript: its life, whom it knows, whom it interrupts.

#include <errno.h>

#include "helper.h"
#include "host-calls.h"
#include "transport.h"

namespace occlum {

static uint64_t Nanoseconds(double milliseconds) { return static_cast<uint64_t>(milliseconds * 1e6); }

// Before the engine lets the memory of JavaScript go, where slots of threads may be.
static void StopAtEnd(void* environment) { static_cast<Environment*>(environment)->helper->Stop(); }

// (periodMs: number) => number
long HelperOpen(Environment& environment, double period_ms) {
  if (environment.helper != nullptr) return -EBUSY;
  environment.helper = new InterruptHelper(Nanoseconds(period_ms));
  napi_add_env_cleanup_hook(environment.env, StopAtEnd, &environment);
  return 0;
}

long HelperClose(Environment& environment) {
  if (environment.helper == nullptr) return -EBADF;
  napi_remove_env_cleanup_hook(environment.env, StopAtEnd, &environment);
  environment.helper->Stop();
  environment.helper->Forget(environment.env, nullptr, SIZE_MAX);
  delete environment.helper;
  environment.helper = nullptr;
  return 0;
}

long HelperSetPeriod(Environment& environment, double period_ms) {
  if (environment.helper == nullptr) return -EBADF;
  environment.helper->SetPeriod(Nanoseconds(period_ms));
  return 0;
}

// (words: Int32Array, layout: Int32Array, pid: number, supervisor: number) => number; layout: first, count, stride, pending,
// mask, state, tid, quiet.
long HelperAdd(Environment& environment, napi_value words, Words<int32_t> layout, int32_t pid, int32_t supervisor) {
  if (environment.helper == nullptr) return -EBADF;
  ThreadSlots slots;
  if (!slots.Describe(environment.env, words, layout)) return -EINVAL;
  if (supervisor >= 0) {
    const Supervisor* owner = environment.transport == nullptr ? nullptr : environment.transport->supervisors.Get(supervisor);
    if (owner == nullptr || pid <= 1) return -EBADF;
    slots.reaper = owner->reaper;
    slots.pid = pid;
  }
  napi_create_reference(environment.env, words, 1, &slots.memory);
  return environment.helper->Add(slots);
}

long HelperRemove(Environment& environment, int32_t handle) {
  napi_ref memory = environment.helper == nullptr ? nullptr : environment.helper->Remove(handle);
  if (memory == nullptr) return -EBADF;
  napi_delete_reference(environment.env, memory);
  return 0;
}

long HelperInterrupt(Environment& environment, int32_t handle, uint32_t slot) {
  return environment.helper == nullptr ? -EBADF : environment.helper->Interrupt(handle, slot);
}

// (out: Float64Array) => number
long HelperCount(Environment& environment, Words<double> out) {
  if (environment.helper == nullptr) return -EBADF;
  if (out.count < InterruptHelper::kCounters) return -EINVAL;
  environment.helper->Count(out.data);
  return 0;
}

}  // namespace occlum
