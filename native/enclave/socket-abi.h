// Socket structures and constants of Linux; the host's header for them needs a libc.
#ifndef OCCLUM_ENCLAVE_SOCKET_ABI_H
#define OCCLUM_ENCLAVE_SOCKET_ABI_H

#include <stdint.h>

struct io_vector {
  uint64_t address;
  uint64_t length;
};

struct message_header {
  uint64_t name;
  uint32_t name_length;
  uint32_t padding;
  uint64_t vectors;
  uint64_t vector_count;
  uint64_t control;
  uint64_t control_length;
  uint32_t flags;
  uint32_t padding_end;
};
_Static_assert(sizeof(struct message_header) == 56, "struct msghdr");

struct message_many {
  struct message_header header;
  uint32_t length;
  uint32_t padding;
};
_Static_assert(sizeof(struct message_many) == 64, "struct mmsghdr");

struct control_message {
  uint64_t length;
  int32_t level;
  int32_t type;
};

struct socket_credentials {
  int32_t pid;
  uint32_t uid, gid;
};

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define SOL_SOCKET 1
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define SCM_RIGHTS 1
#define SCM_CREDENTIALS 2
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_SEQPACKET 5
#define SOCK_TYPE_MASK 0xf
#define SOCK_CLOEXEC 0x80000
#define SOCK_NONBLOCK 0x800
#define MSG_CTRUNC 0x8
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define MSG_WAITFORONE 0x10000
#define MSG_FASTOPEN 0x20000000
#define MSG_CMSG_CLOEXEC 0x40000000

#define CONTROL_MESSAGE_ALIGN(bytes) (((bytes) + 7ul) & ~7ul)

#endif
