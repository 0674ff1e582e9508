// Sockets that the process holds. Names are the kernel's: binding, connecting, and every address but an internet one.
#include "control.h"
#include "datagram.h"
#include "descriptor.h"
#include "dispatch.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "memory.h"
#include "guest-signal.h"
#include "socket-abi.h"

#define MANY_MAX 1024
#define OVERFLOW_ID 65534
#define SEND_BUFFER_MAX 60000
#define CONTROL_COPY_OFFSET 0x8000  // in the slot's buffer, behind what taking a signal needs

static bool is_internet(const struct thread *thread, uint64_t fd) { return fd_kind_of(thread->process, (int)fd) == FD_INET; }

// ---- accept ----

static long accept_internet(struct thread *thread, const uint64_t *arguments, uint32_t flags) {
  const uint64_t host[6] = {arguments[0], arguments[1], arguments[2], flags | SOCK_CLOEXEC};
  long fd = forward_waiting(thread, __NR_accept4, host);
  if (fd < 0) return fd;
  const struct fd_grant grant = {0, FD_INET, flags & SOCK_CLOEXEC ? FD_FLAG_CLOEXEC : 0};
  return fd_install(thread->process, (int)fd, &grant);
}

long direct_accept4(struct thread *thread, const uint64_t *arguments) {
  uint32_t flags = (uint32_t)arguments[3];
  if (flags & ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK)) return -EINVAL;
  if (is_internet(thread, arguments[0])) return accept_internet(thread, arguments, flags);
  return kernel_call_row(thread, __NR_accept4, arguments);
}

long direct_accept(struct thread *thread, const uint64_t *arguments) {
  const uint64_t with_flags[6] = {arguments[0], arguments[1], arguments[2], 0};
  return direct_accept4(thread, with_flags);
}

long direct_getsockopt(struct thread *thread, const uint64_t *arguments) {
  if (is_internet(thread, arguments[0]))
    return host_call5(__NR_getsockopt, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
  return kernel_call_row(thread, __NR_getsockopt, arguments);
}

// ---- sending ----

long direct_sendto(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_descriptor(thread, (int)arguments[0], ENOTSOCK);
  if (refused < 0) return refused;
  if (refused > 0 || arguments[4] || is_datagram(thread, arguments[0])) return kernel_call_row(thread, __NR_sendto, arguments);
  if (arguments[3] & MSG_FASTOPEN) return -EOPNOTSUPP;
  return forward_waiting(thread, __NR_sendto, arguments);
}

// Gathers a message with an address for a socket whose names are the kernel's, and sends it as sendto.
long send_by_kernel(struct thread *thread, uint64_t fd, const struct message_header *header, uint64_t flags) {
  uint64_t total = 0;
  if (header->vector_count > MANY_MAX) return -EMSGSIZE;
  for (uint64_t i = 0; i < header->vector_count; i++) {
    struct io_vector vector;
    if (!copy_from_guest(&vector, header->vectors + i * sizeof vector, sizeof vector)) return -EFAULT;
    if (vector.length > SEND_BUFFER_MAX - total) return -EMSGSIZE;
    if (!copy_from_guest(slot_buffer(thread) + total, vector.address, vector.length)) return -EFAULT;
    total += vector.length;
  }
  if (header->name_length > 128) return -EINVAL;
  // The data lie at the start of the buffer already, so the kinds below must not copy them again.
  const uint64_t arguments[6] = {fd, 0, total, flags, header->name, header->name_length};
  struct thread_slot *slot = thread->slot;
  kernel_call_prepare(thread, __NR_sendto, arguments);
  const struct fd_entry *entry = fd_entry(thread->process, (int)fd);
  slot->object[0] = entry ? entry->object : 0;
  slot->object_kind[0] = entry ? entry->kind : FD_NONE;
  slot->data_length[1] = (int32_t)total;
  slot->data_offset[4] = (uint32_t)((total + 7) & ~7ul);
  slot->data_length[4] = ARGUMENT_NULL;
  if (header->name) {
    bool good = copy_from_guest(slot_buffer(thread) + slot->data_offset[4], header->name, header->name_length);
    slot->data_length[4] = good ? (int32_t)header->name_length : ARGUMENT_FAULT;
  }
  long result = kernel_call_post_with_descriptors(thread, arguments);
  return result < -511 ? -EINTR : result;
}

static bool is_own(uint32_t id, uint32_t real, uint32_t effective, uint32_t saved) {
  return id == real || id == effective || id == saved;
}

// The LibOS's ids mean nothing to the host, so right ones are left out: who receives asks for the host's, which are told as ours.
static long check_credentials(const struct thread *thread, const struct socket_credentials *sent) {
  const struct process_page *page = thread->process->page;
  bool good = (uint32_t)sent->pid == page->pid && is_own(sent->uid, page->uid, page->euid, page->suid) &&
              is_own(sent->gid, page->gid, page->egid, page->sgid);
  return good ? 0 : -EPERM;
}

static bool has_reserved(const struct thread *thread, const char *data, uint64_t bytes) {
  for (uint64_t at = 0; at + sizeof(int32_t) <= bytes; at += sizeof(int32_t)) {
    int32_t fd;
    memcpy(&fd, data + at, sizeof fd);
    if (fd_is_reserved(thread->process, fd)) return true;
  }
  return false;
}

// Replaces a message's control data by a checked copy; the guest may not send away the runtime's own descriptors.
static long check_control(struct thread *thread, struct message_header *header) {
  char *copy = slot_buffer(thread) + CONTROL_COPY_OFFSET;
  uint64_t length = header->control_length, at = 0, kept = 0;
  if (!header->control || length == 0) return 0;
  if (length > ARENA_BUFFER_SIZE - CONTROL_COPY_OFFSET) return -ENOBUFS;
  if (!copy_from_guest(copy, header->control, length)) return -EFAULT;
  while (at + sizeof(struct control_message) <= length) {
    struct control_message message;
    memcpy(&message, copy + at, sizeof message);
    if (message.length < sizeof message || message.length > length - at) return -EINVAL;
    const char *data = copy + at + sizeof message;
    uint64_t bytes = message.length - sizeof message, step = CONTROL_MESSAGE_ALIGN(message.length);
    if (step > length - at) step = length - at;
    bool is_credentials = message.level == SOL_SOCKET && message.type == SCM_CREDENTIALS;
    if (message.level == SOL_SOCKET && message.type == SCM_RIGHTS && has_reserved(thread, data, bytes)) return -EBADF;
    if (is_credentials) {
      struct socket_credentials sent;
      if (bytes != sizeof sent) return -EINVAL;
      memcpy(&sent, data, sizeof sent);
      long error = check_credentials(thread, &sent);
      if (error) return error;
    } else {
      memmove(copy + kept, copy + at, step);
      kept += step;
    }
    at += step;
  }
  header->control = kept ? (uint64_t)copy : 0;
  header->control_length = kept;
  return 0;
}

static long send_message(struct thread *thread, uint64_t fd, uint64_t address, uint64_t flags) {
  struct message_header header;
  long refused = refuse_descriptor(thread, (int)fd, ENOTSOCK);
  if (refused < 0) return refused;
  if (flags & MSG_FASTOPEN) return -EOPNOTSUPP;
  if (!copy_from_guest(&header, address, sizeof header)) return -EFAULT;
  if (is_datagram(thread, fd)) {
    long wrong = check_control(thread, &header);
    if (wrong) return wrong;
    if (header.control_length) return -EOPNOTSUPP;  // descriptors
  }
  if (refused > 0 || is_datagram(thread, fd) || (header.name && header.name_length && !is_internet(thread, fd)))
    return send_by_kernel(thread, fd, &header, flags);
  long error = is_internet(thread, fd) ? 0 : check_control(thread, &header);
  if (error) return error;
  const uint64_t host[6] = {fd, (uint64_t)&header, flags};
  return forward_waiting(thread, __NR_sendmsg, host);
}

long direct_sendmsg(struct thread *thread, const uint64_t *arguments) {
  return send_message(thread, arguments[0], arguments[1], arguments[2]);
}

long direct_sendmmsg(struct thread *thread, const uint64_t *arguments) {
  uint64_t count = (uint32_t)arguments[2];
  if (count > MANY_MAX) count = MANY_MAX;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t address = arguments[1] + i * sizeof(struct message_many);
    long sent = send_message(thread, arguments[0], address, arguments[3]);
    if (sent < 0) return i ? (long)i : sent;
    if (!guest_store32(address + offsetof(struct message_many, length), (uint32_t)sent)) return i ? (long)i : -EFAULT;
  }
  return (long)count;
}

// ---- receiving ----

static long receive_datagram_from(struct thread *thread, const uint64_t *arguments) {
  const struct io_vector vector = {arguments[1], arguments[2]};
  struct message_header header = {.name = arguments[4], .vectors = (uint64_t)&vector, .vector_count = 1};
  if (arguments[4] && !guest_load32(arguments[5], &header.name_length)) return -EFAULT;
  if (header.name_length > INT32_MAX) return -EINVAL;
  long result = datagram_receive(thread, arguments[0], &header, (uint32_t)arguments[3]);
  if (result >= 0 && arguments[4] && !guest_store32(arguments[5], header.name_length)) return -EFAULT;
  return result;
}

long direct_recvfrom(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_descriptor(thread, (int)arguments[0], ENOTSOCK);
  if (refused < 0) return refused;
  bool asks_name = arguments[4] != 0 && !is_internet(thread, arguments[0]);
  if (refused > 0) return kernel_call_row(thread, __NR_recvfrom, arguments);
  if (is_datagram(thread, arguments[0])) return receive_datagram_from(thread, arguments);
  if (!asks_name) return forward_waiting(thread, __NR_recvfrom, arguments);
  // The host's names of these sockets are not the LibOS's: the peer is unnamed, as a pair's is.
  const uint64_t without_name[6] = {arguments[0], arguments[1], arguments[2], arguments[3], 0, 0};
  long result = forward_waiting(thread, __NR_recvfrom, without_name);
  if (result >= 0 && arguments[5] && !guest_store32(arguments[5], 0)) return -EFAULT;
  return result;
}

// Learns from the kernel what a received descriptor is, and enters it.
static long install_received(struct thread *thread, int fd, bool close_on_exec) {
  struct thread_slot *slot = thread->slot;
  struct fd_grant grant = {0, FD_ANONYMOUS, 0};
  kernel_call_prepare(thread, CALL_RECEIVED_FD, 0);
  const struct control_header header = {CONTROL_FD_UP, slot_index(thread), slot->sequence, 0};
  if (control_send_descriptor(thread->process, &header, fd) == 0) {
    slot->call_flags = CALL_FLAG_FD_SENT;
    slot->new_object = 0, slot->new_kind = FD_ANONYMOUS, slot->new_flags = 0;
    if (kernel_call_post(thread) >= 0)
      grant = (struct fd_grant){slot->new_object, slot->new_kind, slot->new_flags & (FD_FLAG_APPEND_ONLY | FD_FLAG_INHERITED | FD_FLAG_OWN)};
  }
  if (close_on_exec) grant.flags |= FD_FLAG_CLOEXEC;
  long number = fd_install(thread->process, fd, &grant);
  if (number >= 0 && grant.object) fd_note_object(thread->process, fd);
  if (number < 0 && grant.object) kernel_call_plain(thread, CALL_FD_LOST, grant.object, 0, 0);
  if (number >= 0 && (grant.flags & FD_FLAG_OWN)) fd_own(thread, fd);
  return number;
}

// Puts the LibOS's ids of a sender in place of the host's. Nobody here sent it: as Linux tells of a process that the reader cannot see.
static void translate_sender(struct thread *thread, uint64_t address) {
  struct socket_credentials sender = {0, 0, 0};
  copy_from_guest(&sender, address, sizeof sender);
  kernel_call_prepare(thread, CALL_SENDER, (const uint64_t[6]){(uint32_t)sender.pid});
  long pid = kernel_call_post(thread);
  sender = (struct socket_credentials){0, OVERFLOW_ID, OVERFLOW_ID};
  if (pid > 0) sender = (struct socket_credentials){(int32_t)pid, thread->slot->new_kind, thread->slot->new_flags};
  copy_to_guest(address, &sender, sizeof sender);
}

// Enters descriptors that came with a message and translates its sender. False when some had to be dropped.
static bool take_control(struct thread *thread, uint64_t control, uint64_t length, bool close_on_exec) {
  struct control_message message;
  bool complete = true;
  uint64_t at = control, end = control + length;
  while (at + sizeof message <= end && copy_from_guest(&message, at, sizeof message)) {
    if (message.length < sizeof message || message.length > end - at) break;
    uint64_t data = at + sizeof message, data_end = at + message.length, kept = data;
    if (message.level == SOL_SOCKET && message.type == SCM_RIGHTS) {
      for (uint64_t place = data; place + 4 <= data_end; place += 4) {
        uint32_t fd;
        if (!guest_load32(place, &fd)) break;
        if (install_received(thread, (int)fd, close_on_exec) < 0) complete = false;
        else if (guest_store32(kept, fd)) kept += 4;
      }
      if (kept != data_end) guest_store64(at, kept - at);
    } else if (message.level == SOL_SOCKET && message.type == SCM_CREDENTIALS) {
      if (data_end - data >= sizeof(struct socket_credentials)) translate_sender(thread, data);
    }
    at += CONTROL_MESSAGE_ALIGN(message.length);
  }
  return complete;
}

static long receive_message(struct thread *thread, uint64_t fd, uint64_t address, uint64_t flags) {
  struct message_header header;
  if (!copy_from_guest(&header, address, sizeof header)) return -EFAULT;
  if (is_datagram(thread, fd)) {
    long received = datagram_receive(thread, fd, &header, flags);
    return received < 0 || copy_to_guest(address, &header, sizeof header) ? received : -EFAULT;
  }
  bool internet = is_internet(thread, fd);
  struct message_header host = header;
  if (!internet) host.name = 0, host.name_length = 0;
  const uint64_t arguments[6] = {fd, (uint64_t)&host, flags};
  long result = forward_waiting(thread, __NR_recvmsg, arguments);
  if (result < 0) return result;
  if (!internet && host.control_length && !take_control(thread, header.control, host.control_length, (flags & MSG_CMSG_CLOEXEC) != 0))
    host.flags |= MSG_CTRUNC;
  header.name_length = host.name_length;
  header.control_length = host.control_length;
  header.flags = host.flags;
  return copy_to_guest(address, &header, sizeof header) ? result : -EFAULT;
}

long direct_recvmsg(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_descriptor(thread, (int)arguments[0], ENOTSOCK);
  if (refused < 0) return refused;
  if (refused > 0) return kernel_call_row(thread, __NR_recvmsg, arguments);
  return receive_message(thread, arguments[0], arguments[1], (uint32_t)arguments[2]);
}

long direct_recvmmsg(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_descriptor(thread, (int)arguments[0], ENOTSOCK);
  if (refused < 0) return refused;
  if (refused > 0) return kernel_call_row(thread, __NR_recvmmsg, arguments);
  if (is_internet(thread, arguments[0])) return forward_waiting(thread, __NR_recvmmsg, arguments);
  uint64_t count = (uint32_t)arguments[2], flags = (uint32_t)arguments[3];
  if (count > MANY_MAX) count = MANY_MAX;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t address = arguments[1] + i * sizeof(struct message_many);
    // Without a timeout of its own the wait is for the first; the others are taken if they are there.
    bool wait = i == 0 || !(flags & MSG_WAITFORONE || arguments[4]);
    long got = receive_message(thread, arguments[0], address, (flags & ~(uint64_t)MSG_WAITFORONE) | (wait ? 0 : MSG_DONTWAIT));
    if (got < 0) return i ? (long)i : got;
    if (!guest_store32(address + offsetof(struct message_many, length), (uint32_t)got)) return i ? (long)i : -EFAULT;
  }
  return (long)count;
}
