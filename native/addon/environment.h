// What the addon keeps for one Node environment (the main thread or a worker); it is the environment's instance data.
#pragma once

#include <node_api.h>
#include <sys/types.h>

#include <vector>

namespace occlum {

struct HostThread;
class InterruptHelper;
struct Transport;

// A supervisor whose socket is closed and that was not reaped yet.
struct EndingSupervisor {
  pid_t pid = -1;
  int ended = -1;  // a pidfd that epoll watches; -1 on hosts before Linux 5.3
};

struct Environment {
  napi_env env = nullptr;
  Transport* transport = nullptr;    // owned; freed when libuv has closed its handle
  std::vector<EndingSupervisor> supervisors;
  InterruptHelper* helper = nullptr;  // owned
  HostThread* thread = nullptr;       // owned; where its thread has opted in to be interrupted
};

// Ends the transport: everything of it is closed now, the object itself when libuv has let its handle go.
void CloseTransport(Transport* transport);
// Reaps supervisors that have ended; none of them is waited for.
void ReapSupervisors(Environment& environment);
// At the end of the environment: those that are about to end are waited for a moment, so that no zombie stays.
void ForgetSupervisors(Environment& environment);

}  // namespace occlum
