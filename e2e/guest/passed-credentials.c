// Who sent a message: SO_PASSCRED and SCM_CREDENTIALS of unix(7).
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "show.h"

static pid_t first;

// The ids of processes differ between runs; who is meant does not.
static const char *name_of(pid_t pid) { return pid == 0 ? "nobody" : pid == first ? "first" : pid == getpid() ? "self" : "other"; }

// No more than one message: a stream joins what the same process sent.
static void receive(const char *what, int socket, size_t size) {
  char data[16], control[256];
  struct iovec part = {data, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t length = recvmsg(socket, &message, 0);
  printf("%s: %zd", what, length);
  for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
    struct ucred sender;
    if (at->cmsg_type == SCM_RIGHTS) printf(" rights");
    if (at->cmsg_type != SCM_CREDENTIALS) continue;
    memcpy(&sender, CMSG_DATA(at), sizeof sender);
    printf(" from %s uid %d gid %d", name_of(sender.pid), sender.uid == getuid(), sender.gid == getgid());
  }
  printf("\n");
}

// As `pid`, which may be a lie, with a descriptor beside it where asked.
static ssize_t send_as(int socket, pid_t pid, int descriptor) {
  _Alignas(8) char control[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int))] = {0};
  const struct ucred own = {pid, getuid(), getgid()};
  struct iovec part = {"explicit", 8};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof own)};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_CREDENTIALS, header->cmsg_len = CMSG_LEN(sizeof own);
  memcpy(CMSG_DATA(header), &own, sizeof own);
  if (descriptor >= 0) {
    message.msg_controllen += CMSG_SPACE(sizeof descriptor);
    header = CMSG_NXTHDR(&message, header);
    header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS, header->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  return sendmsg(socket, &message, 0);
}

static void show_pair(int type) {
  int ends[2], on = 1, seen = -1;
  socklen_t length = sizeof seen;
  printf("type %d\n", type);
  SHOW(socketpair(AF_UNIX, type, 0, ends));
  send(ends[0], "plain", 5, 0);
  receive("not asked", ends[1], 5);
  SHOW(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  SHOW(getsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &seen, &length));
  printf("on: %d\n", seen);
  send(ends[0], "asked", 5, 0);
  receive("asked", ends[1], 5);
  SHOW(send_as(ends[0], getpid(), -1));
  receive("explicit", ends[1], 8);
  SHOW(send_as(ends[0], getpid(), 0));
  receive("beside a descriptor", ends[1], 8);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    send(ends[0], "child", 5, 0);
    send_as(ends[0], getpid(), -1);
    alarm(30);
    pause();
  }
  receive("of a child", ends[1], 5);
  receive("explicit, of a child", ends[1], 8);
  send(ends[1], "back", 4, 0);
  receive("by the other end", ends[0], 4);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  on = 0;
  SHOW(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  send(ends[0], "off", 3, 0);
  receive("off", ends[1], 3);
  close(ends[0]);
  close(ends[1]);
}

static void show_named(void) {
  int on = 1, server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {AF_UNIX, "\0occlum-passed-credentials"};
  socklen_t length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address.sun_path + 1);
  SHOW(bind(server, (struct sockaddr *)&address, length));
  SHOW(listen(server, 1));
  SHOW(setsockopt(server, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  SHOW(connect(client, (struct sockaddr *)&address, length));
  int accepted = accept(server, NULL, NULL);
  SHOW(setsockopt(accepted, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  send(client, "named", 5, 0);
  receive("named", accepted, 5);
}

int main(void) {
  first = getpid();
  show_pair(SOCK_STREAM);
  show_pair(SOCK_SEQPACKET);
  show_pair(SOCK_DGRAM);
  show_named();
}
