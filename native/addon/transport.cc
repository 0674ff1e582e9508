// Opens and closes a transport: the status page, the epoll descriptor and the libuv handle that looks at it.

#include "transport.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "environment.h"
#include "host-calls.h"

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

namespace occlum {

// Guests get a read-only re-open of this memory. The seal is set after our own mapping, the only writable one there will
// be: it refuses any further one, also by mprotect of a read-only mapping. Hosts before 5.1 have the re-open alone.
static long MakeStatusPage(Transport& transport) {
  const int memory = memfd_create("occlum-status", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -errno;
  void* page = MAP_FAILED;
  if (ftruncate(memory, 4096) == 0) page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  long result = page == MAP_FAILED ? -errno : 0;
  if (result == 0) {
    transport.status = static_cast<status_page*>(page);
    fcntl(memory, F_ADD_SEALS, F_SEAL_FUTURE_WRITE);
    result = RawResult(fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
  }
  if (result == 0) result = transport.status_memory = static_cast<int>(Reopen(memory, O_RDONLY));
  close(memory);
  return result < 0 ? result : 0;
}

static long MakeWatches(Transport& transport, uv_loop_s* loop) {
  if ((transport.epoll = epoll_create1(EPOLL_CLOEXEC)) < 0) return -errno;
  if ((transport.kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) return -errno;
  const int jobs = transport.jobs.Open();
  if (jobs < 0) return jobs;
  long result = transport.AddSource(transport.kick, EPOLLIN, Source::kKick, 0, 0);
  if (result == 0) result = transport.AddSource(jobs, EPOLLIN, Source::kJobs, 0, 0);
  if (result == 0) result = uv_poll_init(loop, transport.poll, transport.epoll);
  return result;
}

static void Closed(uv_handle_s* handle) {
  auto* transport = static_cast<Transport*>(uv_handle_get_data(handle));
  napi_remove_async_cleanup_hook(transport->cleanup);
  free(transport->poll);
  delete transport;
}

static void FreeMemory(Transport& transport) {
  if (transport.status != nullptr) munmap(transport.status, 4096);
  for (int* descriptor : {&transport.status_memory, &transport.epoll, &transport.kick}) CloseDescriptor(descriptor);
}

void CloseTransport(Transport* transport) {
  transport->closing = true;
  napi_handle_scope scope;
  napi_open_handle_scope(transport->env, &scope);
  transport->jobs.Stop();
  uv_poll_stop(transport->poll);
  for (int handle = 0; handle < transport->processes.size(); handle++) CloseProcess(*transport, handle);
  for (int handle = 0; handle < transport->supervisors.size(); handle++) CloseSupervisor(*transport, handle);
  ReleaseBuffer(transport->env, &transport->status_buffer);
  napi_delete_reference(transport->env, transport->ready);
  napi_async_destroy(transport->env, transport->context);
  FreeMemory(*transport);
  transport->environment->transport = nullptr;
  napi_close_handle_scope(transport->env, scope);
  uv_close(reinterpret_cast<uv_handle_s*>(transport->poll), Closed);
}

// (ready: () => void) => number
long TransportOpen(Environment& environment, napi_value ready) {
  napi_env env = environment.env;
  if (environment.transport != nullptr) return -EBUSY;
  if (strcmp(uv_handle_type_name(UV_POLL), "poll") != 0) return -ENOTSUP;
  auto* transport = new Transport();
  transport->environment = &environment;
  transport->env = env;
  transport->poll = static_cast<uv_poll_s*>(calloc(1, uv_handle_size(UV_POLL)));
  uv_loop_s* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  long result = MakeStatusPage(*transport);
  if (result == 0) result = MakeWatches(*transport, loop);
  if (result < 0) {
    FreeMemory(*transport);
    free(transport->poll);
    delete transport;
    return result;
  }
  uv_handle_set_data(reinterpret_cast<uv_handle_s*>(transport->poll), transport);
  napi_create_reference(env, ready, 1, &transport->ready);
  napi_value name;
  napi_create_string_utf8(env, "occlum", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, nullptr, name, &transport->context);
  const auto close_at_exit = [](napi_async_cleanup_hook_handle, void* data) {
    if (auto* open = static_cast<Transport*>(data); !open->closing) CloseTransport(open);
  };
  napi_add_async_cleanup_hook(env, close_at_exit, transport, &transport->cleanup);
  transport->status->version = ARENA_VERSION;
  transport->status->cpu = static_cast<uint32_t>(sched_getcpu());
  transport->SetSleeping(1);
  environment.transport = transport;
  return uv_poll_start(transport->poll, UV_READABLE, OnReady);
}

napi_value TransportStatus(Transport& transport) {
  return MapBuffer(transport.env, transport.status, 4096, &transport.status_buffer);
}

long TransportRef(Transport& transport, int32_t on) {
  auto* handle = reinterpret_cast<uv_handle_s*>(transport.poll);
  on != 0 ? uv_ref(handle) : uv_unref(handle);
  return 0;
}

long TransportClose(Transport& transport) {
  CloseTransport(&transport);
  return 0;
}

}  // namespace occlum
