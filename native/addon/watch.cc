// Descriptors that JavaScript wants to hear of, by the same epoll descriptor as everything else.

#include "host-calls.h"
#include "transport.h"

namespace occlum {

long WatchAdd(Transport& transport, int32_t descriptor, uint32_t events) {
  const int handle = transport.watches.Add({.descriptor = descriptor});
  const long result = transport.AddSource(descriptor, events, Source::kWatch, handle, transport.watches.Get(handle)->generation);
  if (result == 0) return handle;
  transport.watches.Remove(handle);
  return result;
}

long WatchRemove(Transport& transport, int32_t handle) {
  const Watch* watch = transport.watches.Get(handle);
  if (watch == nullptr) return -EBADF;
  transport.RemoveSource(watch->descriptor);
  transport.watches.Remove(handle);
  return 0;
}

}  // namespace occlum
