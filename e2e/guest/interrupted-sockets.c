// Socket calls that can block, interrupted: without a timeout they restart, with SO_RCVTIMEO or SO_SNDTIMEO never.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "interruption.h"

static char buffer[1 << 20];

// ---- what is waited for ----

static void quiet(struct scene *scene) { require(socketpair(AF_UNIX, SOCK_STREAM, 0, scene->descriptor) == 0, "socketpair"); }

static void fill(int descriptor) {
  while (send(descriptor, buffer, 4096, MSG_DONTWAIT) > 0) continue;
  while (send(descriptor, buffer, 1, MSG_DONTWAIT) > 0) continue;
}

static void full(struct scene *scene) {
  quiet(scene);
  fill(scene->descriptor[1]);
}

static void three_bytes(struct scene *scene) {
  quiet(scene);
  require(write(scene->descriptor[1], "123", 3) == 3, "write");
}

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static struct sockaddr_in listening_address(int listener) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &length);
  return address;
}

static int listen_inet(int backlog) {
  struct sockaddr_in address = loopback(0);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  require(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, backlog) == 0, "listen");
  return listener;
}

// descriptor 0 and 1: the two ends of a connection.
static void quiet_tcp(struct scene *scene) {
  int listener = listen_inet(5);
  struct sockaddr_in address = listening_address(listener);
  scene->descriptor[1] = socket(AF_INET, SOCK_STREAM, 0);
  require(connect(scene->descriptor[1], (struct sockaddr *)&address, sizeof address) == 0, "connect");
  require((scene->descriptor[0] = accept(listener, NULL, NULL)) >= 0, "accept");
  close(listener);
}

// TCP moves what was sent to the other side, which makes room: it is full once that has ended.
static void full_tcp(struct scene *scene) {
  int size = 4096;
  quiet_tcp(scene);
  setsockopt(scene->descriptor[0], SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(scene->descriptor[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  for (int times = 0; times < 10; times++) {
    fill(scene->descriptor[1]);
    usleep(10000);
  }
}

static void quiet_udp(struct scene *scene) {
  struct sockaddr_in address = loopback(0);
  scene->descriptor[0] = socket(AF_INET, SOCK_DGRAM, 0);
  require(bind(scene->descriptor[0], (struct sockaddr *)&address, sizeof address) == 0, "bind");
  address = listening_address(scene->descriptor[0]);
  scene->descriptor[1] = socket(AF_INET, SOCK_DGRAM, 0);
  require(connect(scene->descriptor[1], (struct sockaddr *)&address, sizeof address) == 0, "connect");
}

static socklen_t local_address(const struct scene *scene, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  memcpy(address->sun_path, scene->path, strlen(scene->path));
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(scene->path) + 1);
}

static void listening(struct scene *scene) { scene->descriptor[0] = listen_inet(5); }

static void listening_locally(struct scene *scene) {
  struct sockaddr_un address;
  socklen_t length = local_address(scene, &address);
  scene->descriptor[0] = socket(AF_UNIX, SOCK_STREAM, 0);
  require(bind(scene->descriptor[0], (struct sockaddr *)&address, length) == 0 && listen(scene->descriptor[0], 0) == 0, "listen");
}

// Its queue is full, so that a connect waits.
static void busy_locally(struct scene *scene) {
  struct sockaddr_un address;
  listening_locally(scene);
  socklen_t length = local_address(scene, &address);
  int other = socket(AF_UNIX, SOCK_STREAM, 0);
  require(connect(other, (struct sockaddr *)&address, length) == 0, "connect");
  scene->descriptor[1] = socket(AF_UNIX, SOCK_STREAM, 0);
}

// The queue of a listener is full, so that a connect waits for an answer.
static void busy(struct scene *scene) {
  scene->descriptor[0] = listen_inet(0);
  struct sockaddr_in address = listening_address(scene->descriptor[0]);
  for (int others = 0; others < 4; others++) {
    int other = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(other, (struct sockaddr *)&address, sizeof address);
    usleep(2000);
  }
  scene->descriptor[1] = socket(AF_INET, SOCK_STREAM, 0);
}

static void set_timeout(struct scene *scene, int descriptor, int option, int seconds, int microseconds) {
  struct timeval time = {seconds, microseconds};
  require(setsockopt(scene->descriptor[descriptor], SOL_SOCKET, option, &time, sizeof time) == 0, "setsockopt");
}

static void long_receive(struct scene *scene) { set_timeout(scene, 0, SO_RCVTIMEO, 300, 0); }
static void long_send(struct scene *scene) { set_timeout(scene, 1, SO_SNDTIMEO, 300, 0); }
static void short_receive(struct scene *scene) { set_timeout(scene, 0, SO_RCVTIMEO, 0, SHORT_MS * 1000); }
static void short_send(struct scene *scene) { set_timeout(scene, 1, SO_SNDTIMEO, 0, SHORT_MS * 1000); }

#define WITH(prepare, timeout)                       \
  static void prepare##_##timeout(struct scene *scene) { \
    prepare(scene);                                  \
    timeout(scene);                                  \
  }
WITH(quiet, long_receive)
WITH(quiet, short_receive)
WITH(quiet_tcp, long_receive)
WITH(quiet_tcp, short_receive)
WITH(quiet_udp, long_receive)
WITH(full, long_send)
WITH(full, short_send)
WITH(full_tcp, long_send)
WITH(full_tcp, short_send)
WITH(three_bytes, long_receive)
WITH(listening, long_receive)
WITH(listening, short_receive)
WITH(listening_locally, long_receive)
WITH(listening_locally, short_receive)
WITH(busy_locally, long_send)
WITH(busy_locally, short_send)

WITH(busy, long_send)
WITH(busy, short_send)

// ---- what ends the wait ----

static void put(struct scene *scene) { scene->word = (int)write(scene->descriptor[1], "abcde", 5); }

static void drain(struct scene *scene) {
  long end = now_ms() + PATIENCE_MS;
  while (!scene->is_over && now_ms() < end)
    if (recv(scene->descriptor[0], buffer, sizeof buffer, MSG_DONTWAIT) < 0) usleep(1000);
}

static void connect_to_it(struct scene *scene) {
  struct sockaddr_in address = listening_address(scene->descriptor[0]);
  scene->descriptor[2] = socket(AF_INET, SOCK_STREAM, 0);
  connect(scene->descriptor[2], (struct sockaddr *)&address, sizeof address);
}

static void connect_to_it_locally(struct scene *scene) {
  struct sockaddr_un address;
  socklen_t length = local_address(scene, &address);
  scene->descriptor[2] = socket(AF_UNIX, SOCK_STREAM, 0);
  connect(scene->descriptor[2], (struct sockaddr *)&address, length);
}

static void accept_one(struct scene *scene) { close(accept(scene->descriptor[0], NULL, NULL)); }

static void accept_all(struct scene *scene) {
  fcntl(scene->descriptor[0], F_SETFL, O_NONBLOCK);
  long end = now_ms() + PATIENCE_MS;
  while (!scene->is_over && now_ms() < end)
    if (accept(scene->descriptor[0], NULL, NULL) < 0) usleep(2000);
}

// ---- the calls ----

static struct msghdr one_part(struct iovec *part, size_t size) {
  *part = (struct iovec){buffer, size};
  return (struct msghdr){.msg_iov = part, .msg_iovlen = 1};
}

static long make_read(struct scene *scene) { return read(scene->descriptor[0], buffer, 100); }
static long make_recv(struct scene *scene) { return recv(scene->descriptor[0], buffer, 100, 0); }
static long make_peek(struct scene *scene) { return recv(scene->descriptor[0], buffer, 100, MSG_PEEK); }
static long make_recv_all(struct scene *scene) { return recv(scene->descriptor[0], buffer, 8, MSG_WAITALL); }

static long make_recvfrom(struct scene *scene) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  return recvfrom(scene->descriptor[0], buffer, 100, 0, (struct sockaddr *)&address, &length);
}

static long make_recvmsg(struct scene *scene) {
  struct iovec part;
  struct msghdr message = one_part(&part, 100);
  return recvmsg(scene->descriptor[0], &message, 0);
}

static long make_recvmsg_with_control(struct scene *scene) {
  struct iovec part;
  char control[256];
  struct msghdr message = one_part(&part, 100);
  message.msg_control = control, message.msg_controllen = sizeof control;
  return recvmsg(scene->descriptor[0], &message, 0);
}

static long make_recvmmsg(struct scene *scene) {
  struct iovec part;
  struct mmsghdr messages[1] = {{.msg_hdr = one_part(&part, 100)}};
  return recvmmsg(scene->descriptor[0], messages, 1, 0, NULL);
}

static long make_write(struct scene *scene) { return write(scene->descriptor[1], buffer, 100); }
static long make_send(struct scene *scene) { return send(scene->descriptor[1], buffer, 100, 0); }
static long make_sendto(struct scene *scene) { return sendto(scene->descriptor[1], buffer, 100, MSG_NOSIGNAL, NULL, 0); }

static long make_sendmsg(struct scene *scene) {
  struct iovec part;
  struct msghdr message = one_part(&part, 100);
  return sendmsg(scene->descriptor[1], &message, 0);
}

static long make_sendmmsg(struct scene *scene) {
  struct iovec part;
  struct mmsghdr messages[1] = {{.msg_hdr = one_part(&part, 100)}};
  return sendmmsg(scene->descriptor[1], messages, 1, 0);
}

// Some of it fits: how much is the host's to say.
static long make_big_send(struct scene *scene) {
  long sent = send(scene->descriptor[1], buffer, sizeof buffer, 0);
  snprintf(scene->note, sizeof scene->note, "%s", sent == sizeof buffer ? "all of it" : sent > 0 ? "a part" : "nothing");
  return sent > 0 ? 1 : sent;
}

static long make_accept(struct scene *scene) { return accept(scene->descriptor[0], NULL, NULL) >= 0 ? 0 : -1; }

static long make_accept4(struct scene *scene) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  return accept4(scene->descriptor[0], (struct sockaddr *)&address, &length, SOCK_CLOEXEC) >= 0 ? 0 : -1;
}

static long make_connect(struct scene *scene) {
  struct sockaddr_un address;
  socklen_t length = local_address(scene, &address);
  return connect(scene->descriptor[1], (struct sockaddr *)&address, length);
}

static long make_inet_connect(struct scene *scene) {
  struct sockaddr_in address = listening_address(scene->descriptor[0]);
  return connect(scene->descriptor[1], (struct sockaddr *)&address, sizeof address);
}

static const struct call calls[] = {
    {"recv", make_recv, quiet, NULL, put, NULL},
    {"recv of TCP", make_recv, quiet_tcp, NULL, put, NULL},
    {"recv of UDP", make_recv, quiet_udp, NULL, put, NULL},
    {"recv with MSG_PEEK", make_peek, quiet_tcp, NULL, put, NULL},
    {"recv of all, a part is there", make_recv_all, three_bytes, NULL, put, NULL},
    {"recvfrom", make_recvfrom, quiet_udp, NULL, put, NULL},
    {"recvmsg", make_recvmsg, quiet, NULL, put, NULL},
    {"recvmsg with room for control data", make_recvmsg_with_control, quiet, NULL, put, NULL},
    {"recvmmsg", make_recvmmsg, quiet_udp, NULL, put, NULL},
    {"send", make_send, full, NULL, drain, NULL},
    {"send to TCP", make_send, full_tcp, NULL, drain, NULL},
    {"sendto", make_sendto, full, NULL, drain, NULL},
    {"sendmsg", make_sendmsg, full, NULL, drain, NULL},
    {"sendmmsg", make_sendmmsg, full, NULL, drain, NULL},
    {"send of more than fits", make_big_send, quiet, NULL, drain, NULL},
    {"accept", make_accept, listening, NULL, connect_to_it, NULL},
    {"accept4", make_accept4, listening, NULL, connect_to_it, NULL},
    {"accept of AF_UNIX", make_accept, listening_locally, NULL, connect_to_it_locally, NULL},
    {"accept4 of AF_UNIX", make_accept4, listening_locally, NULL, connect_to_it_locally, NULL},
    {"connect of AF_UNIX", make_connect, busy_locally, NULL, accept_one, NULL},
    {"connect of TCP", make_inet_connect, busy, NULL, accept_all, NULL},

    {"read, SO_RCVTIMEO", make_read, quiet_long_receive, NULL, put, NULL},
    {"recv, SO_RCVTIMEO", make_recv, quiet_long_receive, NULL, put, NULL},
    {"recv of TCP, SO_RCVTIMEO", make_recv, quiet_tcp_long_receive, NULL, put, NULL},
    {"recv of all, a part is there, SO_RCVTIMEO", make_recv_all, three_bytes_long_receive, NULL, put, NULL},
    {"recvfrom, SO_RCVTIMEO", make_recvfrom, quiet_udp_long_receive, NULL, put, NULL},
    {"recvmsg, SO_RCVTIMEO", make_recvmsg, quiet_long_receive, NULL, put, NULL},
    {"recvmmsg, SO_RCVTIMEO", make_recvmmsg, quiet_udp_long_receive, NULL, put, NULL},
    {"write, SO_SNDTIMEO", make_write, full_long_send, NULL, drain, NULL},
    {"send, SO_SNDTIMEO", make_send, full_long_send, NULL, drain, NULL},
    {"send to TCP, SO_SNDTIMEO", make_send, full_tcp_long_send, NULL, drain, NULL},
    {"sendmsg, SO_SNDTIMEO", make_sendmsg, full_long_send, NULL, drain, NULL},
    {"accept, SO_RCVTIMEO", make_accept, listening_long_receive, NULL, connect_to_it, NULL},
    {"accept of AF_UNIX, SO_RCVTIMEO", make_accept, listening_locally_long_receive, NULL, connect_to_it_locally, NULL},
    {"connect of AF_UNIX, SO_SNDTIMEO", make_connect, busy_locally_long_send, NULL, accept_one, NULL},
    {"connect of TCP, SO_SNDTIMEO", make_inet_connect, busy_long_send, NULL, accept_all, NULL},

    {"recv, SO_RCVTIMEO that ends", make_recv, quiet_short_receive, NULL, NULL, NULL},
    {"recv of TCP, SO_RCVTIMEO that ends", make_recv, quiet_tcp_short_receive, NULL, NULL, NULL},
    {"send, SO_SNDTIMEO that ends", make_send, full_short_send, NULL, NULL, NULL},
    {"send to TCP, SO_SNDTIMEO that ends", make_send, full_tcp_short_send, NULL, NULL, NULL},
    {"accept, SO_RCVTIMEO that ends", make_accept, listening_short_receive, NULL, NULL, NULL},
    {"accept of AF_UNIX, SO_RCVTIMEO that ends", make_accept, listening_locally_short_receive, NULL, NULL, NULL},
    {"connect of AF_UNIX, SO_SNDTIMEO that ends", make_connect, busy_locally_short_send, NULL, NULL, NULL},
    {"connect of TCP, SO_SNDTIMEO that ends", make_inet_connect, busy_short_send, NULL, NULL, NULL},
};

int main(int count, char **words) {
  (void)count;
  return interruption_main(calls, sizeof calls / sizeof *calls, words);
}
