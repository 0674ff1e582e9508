// The libuv callback: hands over to JavaScript, spins where that pays, goes to sleep without losing a call.

#include <sched.h>
#include <unistd.h>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

constexpr uint64_t kTurnNs = 2'000'000;  // calls are served this long, then the event loop has its turn
constexpr uint64_t kSpinNs = 50'000;     // less than waking a sleeping CPU costs
constexpr int kFailedSpinMax = 3;        // after so many spins in vain ...
constexpr int kSkippedSpins = 32;        // ... as many batches are served without one

bool Transport::AnyCall() const {
  for (int handle = 0; handle < processes.size(); handle++) {
    const Process* process = processes.Get(handle);
    if (process == nullptr) continue;
    for (int word = 0; word < kCallWords; word++) {
      if (process->taken[word] != 0 || process->posted(word).load() != 0) return true;
    }
  }
  return false;
}

// Waits a moment for the next call, or what else epoll tells: the next step of a fork comes over a socket. Only where the
// last callers run on another CPU: on this one they cannot run while we spin (measured: a fixed spin costs 45 us a call then).
static bool Spin(Transport& transport) {
  if (!transport.remote_caller) return false;
  if (transport.skip_spins > 0) {
    transport.skip_spins--;
    return false;
  }
  const uint64_t end = NowNs() + kSpinNs;
  do {
    for (int i = 0; i < 32; i++) {
      if (transport.AnyCall()) {
        transport.failed_spins = 0;
        return true;
      }
      __builtin_ia32_pause();
    }
    if (transport.LookAtSources()) {
      transport.failed_spins = 0;
      return true;
    }
  } while (NowNs() < end);
  if (++transport.failed_spins > kFailedSpinMax) {
    transport.failed_spins = 0;
    transport.skip_spins = kSkippedSpins;
  }
  return false;
}

static void CallReady(Transport& transport) {
  napi_env env = transport.env;
  napi_handle_scope scope;
  napi_value receiver, ready;
  napi_open_handle_scope(env, &scope);
  napi_get_global(env, &receiver);
  napi_get_reference_value(env, transport.ready, &ready);
  if (napi_make_callback(env, transport.context, receiver, ready, 0, nullptr, nullptr) == napi_pending_exception) {
    napi_value error;
    napi_get_and_clear_last_exception(env, &error);
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

// Not asleep, and more to do: libuv calls again after it has looked at everything else.
static void ComeBack(Transport& transport) {
  const uint64_t one = 1;
  if (write(transport.kick, &one, sizeof one) < 0) return;
}

void OnReady(uv_poll_s* poll, int, int) {
  auto& transport = *static_cast<Transport*>(uv_handle_get_data(reinterpret_cast<uv_handle_s*>(poll)));
  transport.SetSleeping(0);
  transport.look = true;
  transport.exhausted = false;
  const uint64_t end = NowNs() + kTurnNs;
  for (;;) {
    transport.cpu = static_cast<uint32_t>(sched_getcpu());
    transport.status->cpu = transport.cpu;
    const bool was_remote = transport.remote_caller;
    transport.remote_caller = transport.called = false;
    transport.deadline = end;
    CallReady(transport);
    transport.deadline = 0;
    if (!transport.called) transport.remote_caller = was_remote;
    if (transport.closing) return;
    if (transport.exhausted || NowNs() > end) return ComeBack(transport);
    if (Spin(transport)) continue;
    transport.SetSleeping(1);  // sequentially consistent, as is the guest's pair: post, then look at `sleeping`
    if (!transport.AnyCall()) return;
    transport.SetSleeping(0);
  }
}

}  // namespace occlum
