// What a LibOS process is made of: the sealed arena and the descriptors of both sides.

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper.h"
#include "host-calls.h"
#include "transport.h"

namespace occlum {

void CloseDescriptor(int* descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

napi_value MapBuffer(napi_env env, void* data, size_t size, napi_ref* reference) {
  napi_value buffer = nullptr;
  if (*reference != nullptr) {
    napi_get_reference_value(env, *reference, &buffer);
    return buffer;
  }
  const auto kept = [](napi_env, void*, void*) {};  // the memory is unmapped by its owner, never by the collector
  if (napi_create_external_arraybuffer(env, data, size, kept, nullptr, &buffer) != napi_ok) return nullptr;
  napi_create_reference(env, buffer, 1, reference);
  return buffer;
}

void ReleaseBuffer(napi_env env, napi_ref* reference) {
  if (*reference == nullptr) return;
  napi_value buffer = nullptr;
  if (napi_get_reference_value(env, *reference, &buffer) == napi_ok && buffer != nullptr) napi_detach_arraybuffer(env, buffer);
  napi_delete_reference(env, *reference);
  *reference = nullptr;
}

void FreeProcess(Environment& environment, Process& process) {
  napi_env env = environment.env;
  if (environment.helper != nullptr && process.arena != nullptr) environment.helper->Forget(env, process.arena, ARENA_SIZE);
  ReleaseBuffer(env, &process.head);
  for (napi_ref& buffer : process.buffers) ReleaseBuffer(env, &buffer);
  if (process.arena != nullptr) munmap(process.arena, ARENA_SIZE);
  for (int& descriptor : process.guest) CloseDescriptor(&descriptor);
  CloseDescriptor(&process.control);
  CloseDescriptor(&process.doorbell);
}

// Sealed before anyone else has it: a guest that could shorten it would end Node by SIGBUS.
static long MakeArena(Process& process) {
  const int memory = process.guest[kGuestArena] = memfd_create("occlum-arena", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0 || ftruncate(memory, ARENA_SIZE) < 0) return -errno;
  if (fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) return -errno;
  void* arena = mmap(nullptr, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory, 0);
  if (arena == MAP_FAILED) return -errno;
  process.arena = static_cast<uint8_t*>(arena);
  return 0;
}

// Each guest gets a doorbell of its own, which nobody else can fill or empty. The status page is one description for all:
// it is only ever mapped, so that its offset means nothing.
static long MakeDescriptors(Process& process) {
  if ((process.doorbell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) return -errno;
  if ((process.guest[kGuestDoorbell] = fcntl(process.doorbell, F_DUPFD_CLOEXEC, 3)) < 0) return -errno;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
  process.control = pair[0];
  process.guest[kGuestControl] = pair[1];
  const int on = 1;
  if (setsockopt(process.control, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0) return -errno;
  return RawResult(fcntl(process.control, F_SETFL, O_NONBLOCK));
}

long MakeProcess(Process& process) {
  const long result = MakeArena(process);
  return result < 0 ? result : MakeDescriptors(process);
}

}  // namespace occlum
