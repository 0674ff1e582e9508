// Records over SOCK_SEQPACKET sockets, with descriptors.
#include <poll.h>
#include <sys/socket.h>

#include "state.h"

_Alignas(16) char record_buffer[SUPERVISOR_RECORD_MAX];

// Receives into record_buffer; gives the size, 0 at the end, or -errno (-EAGAIN: nothing there).
long receive_record(int socket, struct received *received) {
  _Alignas(8) char control[CMSG_SPACE(sizeof received->fds)];
  struct iovec part = {record_buffer, sizeof record_buffer};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  long size = host_call3(__NR_recvmsg, socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  received->fd_count = 0;
  received->size = size > 0 ? (size_t)size : 0;
  received->cut = message.msg_flags & (MSG_TRUNC | MSG_CTRUNC);
  if (size <= 0 || message.msg_controllen < CMSG_LEN(0)) return size;
  const struct cmsghdr *header = (const struct cmsghdr *)control;
  if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return size;
  received->fd_count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  memcpy(received->fds, CMSG_DATA(header), (size_t)received->fd_count * sizeof(int));
  return size;
}

static long send_bytes(int socket, const void *bytes, size_t size, int fd) {
  _Alignas(8) char control[CMSG_SPACE(sizeof fd)] = {0};
  struct iovec part = {(void *)bytes, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd >= 0) {
    struct cmsghdr *header = (struct cmsghdr *)control;
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    message.msg_control = control;
    message.msg_controllen = sizeof control;
  }
  return host_call3(__NR_sendmsg, socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

long send_event(int socket, const struct supervisor_event *event, int fd) { return send_bytes(socket, event, sizeof *event, fd); }

// Waits while Node's socket is full. Node sends no further command meanwhile that could matter, and its end ends the wait.
void send_event_surely(int socket, const struct supervisor_event *event, int fd) {
  struct pollfd writable = {socket, POLLOUT, 0};
  while (send_event(socket, event, fd) == -EAGAIN) host_call5(__NR_ppoll, &writable, 1, 0, 0, 0);
}

// The descriptor that a child sent before its exec, or -errno.
long receive_listener(int socket) {
  char byte;
  _Alignas(8) char control[CMSG_SPACE(sizeof(int))];
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_LEN(sizeof(int))};
  long size = host_call3(__NR_recvmsg, socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0) return size;
  const struct cmsghdr *header = (const struct cmsghdr *)control;
  if (message.msg_controllen < CMSG_LEN(sizeof(int)) || header->cmsg_type != SCM_RIGHTS) return -EINVAL;
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

// One byte with one descriptor, for receive_listener.
long send_listener(int socket, int fd) { return send_bytes(socket, "", 1, fd); }
