// Listeners of the guests' filter: a clone that makes a process waits there for an answer.

#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

long NotifyAdd(Transport& transport, int32_t descriptor) {
  const int handle = transport.notifies.Add({.descriptor = descriptor});
  const long result = transport.AddSource(descriptor, EPOLLIN | EPOLLET, Source::kNotify, handle, transport.notifies.Get(handle)->generation);
  if (result == 0) return handle;
  transport.notifies.Remove(handle);
  return result;
}

// (handle: number, out: Uint32Array) => number; out: pid, number, low and high halves of six arguments.
long NotifyReceive(Transport& transport, int32_t handle, Words<uint32_t> out) {
  Notify* notify = transport.notifies.Get(handle);
  if (notify == nullptr) return -EBADF;
  if (out.count < 14) return -EINVAL;
  pollfd ready = {notify->descriptor, POLLIN, 0};
  if (poll(&ready, 1, 0) < 1 || (ready.revents & POLLIN) == 0) return -EAGAIN;  // the ioctl would block
  seccomp_notif request = {};
  if (ioctl(notify->descriptor, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0) return -errno;
  notify->id = request.id;
  out.data[0] = request.pid;
  out.data[1] = static_cast<uint32_t>(request.data.nr);
  for (int i = 0; i < 6; i++) {
    out.data[2 + 2 * i] = static_cast<uint32_t>(request.data.args[i]);
    out.data[3 + 2 * i] = static_cast<uint32_t>(request.data.args[i] >> 32);
  }
  return 0;
}

long NotifyAnswer(Transport& transport, int32_t handle, int32_t result) {
  Notify* notify = transport.notifies.Get(handle);
  if (notify == nullptr) return -EBADF;
  seccomp_notif_resp answer = {};
  answer.id = notify->id;
  answer.error = result;
  if (result == 0) answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  notify->id = 0;
  return RawResult(ioctl(notify->descriptor, SECCOMP_IOCTL_NOTIF_SEND, &answer));
}

long NotifyRemove(Transport& transport, int32_t handle) {
  const Notify* notify = transport.notifies.Get(handle);
  if (notify == nullptr) return -EBADF;
  transport.RemoveSource(notify->descriptor);
  transport.notifies.Remove(handle);
  return 0;
}

}  // namespace occlum
