// What the addon keeps for one Node environment (the main thread or a worker); it is the environment's instance data.
#pragma once

#include <node_api.h>
#include <sys/types.h>

#include <vector>

namespace occlum {

struct Transport;

struct Environment {
  napi_env env = nullptr;
  Transport* transport = nullptr;    // owned; freed when libuv has closed its handle
  std::vector<pid_t> supervisors;    // ended or ending, not reaped yet
};

// Ends the transport: everything of it is closed now, the object itself when libuv has let its handle go.
void CloseTransport(Transport* transport);
// Reaps supervisors that have ended; none of them is waited for.
void ReapSupervisors(Environment& environment);

}  // namespace occlum
