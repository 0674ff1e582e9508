// One record with descriptors over a Unix socket.

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "host-calls.h"

namespace occlum {

constexpr size_t kDescriptorMax = 253;  // SCM_MAX_FD

// (descriptor, bytes, descriptors, flags) => number
long SendRecord(int32_t socket, Bytes record, Words<int32_t> descriptors, int32_t flags) {
  if (descriptors.count > kDescriptorMax) return -EINVAL;
  alignas(cmsghdr) char control[CMSG_SPACE(kDescriptorMax * sizeof(int))];
  iovec part = {record.data, record.size};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptors.count > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(descriptors.count * sizeof(int));
    memset(control, 0, message.msg_controllen);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors.data, descriptors.count * sizeof(int));
  }
  return RawResult(sendmsg(socket, &message, flags | MSG_NOSIGNAL | MSG_DONTWAIT));
}

// Copies the descriptors of a message to `out`, those without room are closed; also the sender's process id.
static size_t Unpack(msghdr& message, Words<int32_t> out, int32_t* pid) {
  size_t count = 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET) continue;
    if (header->cmsg_type == SCM_CREDENTIALS && pid != nullptr) memcpy(pid, CMSG_DATA(header), sizeof *pid);
    if (header->cmsg_type != SCM_RIGHTS) continue;
    const size_t received = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < received; i++) {
      int descriptor;
      memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
      if (count < out.count) {
        out.data[count++] = descriptor;
      } else {
        close(descriptor);
      }
    }
  }
  return count;
}

// Receives one record with at most `room` bytes of control data. A record that was cut is refused.
static long Receive(int socket, Bytes record, Words<int32_t> out, size_t room, int32_t* pid, int flags) {
  alignas(cmsghdr) char control[CMSG_SPACE(kDescriptorMax * sizeof(int)) + CMSG_SPACE(sizeof(ucred))];
  iovec part = {record.data, record.size};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = room;
  const long size = RawResult(recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC | MSG_DONTWAIT));
  if (size < 0) return size;
  const size_t count = Unpack(message, out, pid);
  if ((message.msg_flags & MSG_TRUNC) == 0) return size;
  for (size_t i = 0; i < count; i++) {
    close(out.data[i]);
    out.data[i] = -1;
  }
  return -EMSGSIZE;
}

// For sockets with SO_PASSCRED: `out` gets [descriptor or -1, host pid of the sender]. An empty record has a sender, the
// end of the socket has none: EPIPE.
long ReceiveOne(int32_t socket, Bytes record, Words<int32_t> out) {
  if (out.count < 2) return -EINVAL;
  out.data[0] = -1;
  out.data[1] = 0;
  // CMSG_LEN, not CMSG_SPACE: its padding would be room for a second descriptor.
  constexpr size_t kRoom = CMSG_SPACE(sizeof(ucred)) + CMSG_LEN(sizeof(int));
  const long size = Receive(socket, record, {out.data, 1}, kRoom, &out.data[1], 0);
  return size == 0 && out.data[1] == 0 ? -EPIPE : size;
}

// (descriptor, out, descriptors, flags) => number
long ReceiveRecord(int32_t socket, Bytes record, Words<int32_t> descriptors, int32_t flags) {
  std::fill_n(descriptors.data, descriptors.count, -1);
  const size_t wanted = std::min(descriptors.count, kDescriptorMax);
  return Receive(socket, record, descriptors, wanted == 0 ? 0 : CMSG_LEN(wanted * sizeof(int)), nullptr, flags);
}

}  // namespace occlum
