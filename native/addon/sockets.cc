// Host sockets; addresses and options are raw bytes.

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "host-calls.h"

namespace occlum {

static const sockaddr* Address(const Bytes& bytes) { return reinterpret_cast<const sockaddr*>(bytes.data); }

long Socket(int32_t domain, int32_t type, int32_t protocol) { return RawResult(socket(domain, type | SOCK_CLOEXEC, protocol)); }

long Socketpair(int32_t domain, int32_t type, int32_t protocol, Words<int32_t> out) {
  return out.count < 2 ? -EINVAL : RawResult(socketpair(domain, type | SOCK_CLOEXEC, protocol, out.data));
}

long Bind(int32_t descriptor, Bytes address) {
  return RawResult(bind(descriptor, Address(address), static_cast<socklen_t>(address.size)));
}

long Connect(int32_t descriptor, Bytes address) {
  return RawResult(connect(descriptor, Address(address), static_cast<socklen_t>(address.size)));
}

long Listen(int32_t descriptor, int32_t backlog) { return RawResult(listen(descriptor, backlog)); }

long Accept(int32_t descriptor, int32_t flags) { return RawResult(accept4(descriptor, nullptr, nullptr, flags | SOCK_CLOEXEC)); }

// The result is the address's whole size, which may be more than was written.
long Getsockname(int32_t descriptor, Bytes out) {
  auto size = static_cast<socklen_t>(out.size);
  const long result = RawResult(getsockname(descriptor, reinterpret_cast<sockaddr*>(out.data), &size));
  return result < 0 ? result : static_cast<long>(size);
}

long Getpeername(int32_t descriptor, Bytes out) {
  auto size = static_cast<socklen_t>(out.size);
  const long result = RawResult(getpeername(descriptor, reinterpret_cast<sockaddr*>(out.data), &size));
  return result < 0 ? result : static_cast<long>(size);
}

long Getsockopt(int32_t descriptor, int32_t level, int32_t option, Bytes out) {
  auto size = static_cast<socklen_t>(out.size);
  const long result = RawResult(getsockopt(descriptor, level, option, out.data, &size));
  return result < 0 ? result : static_cast<long>(size);
}

long Setsockopt(int32_t descriptor, int32_t level, int32_t option, Bytes value) {
  return RawResult(setsockopt(descriptor, level, option, value.data, static_cast<socklen_t>(value.size)));
}

long Sendto(int32_t descriptor, Bytes bytes, int32_t flags, Bytes address) {
  const sockaddr* to = address.size == 0 ? nullptr : Address(address);
  return RawResult(sendto(descriptor, bytes.data, bytes.size, flags | MSG_NOSIGNAL, to, static_cast<socklen_t>(address.size)));
}

// The size of a request's data is not always in its number: the host writes to a buffer that is big enough for any here.
long Ioctl(int32_t descriptor, uint32_t request, Bytes data) {
  alignas(16) uint8_t buffer[4096] = {};
  const size_t size = std::min(data.size, sizeof buffer);
  if (size > 0) memcpy(buffer, data.data, size);
  const long result = RawResult(ioctl(descriptor, request, buffer));
  if (size > 0) memcpy(data.data, buffer, size);
  return result;
}

}  // namespace occlum
