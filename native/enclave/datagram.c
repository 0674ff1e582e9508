#include "datagram.h"

#include "dispatch.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "memory.h"

#define VECTOR_COUNT_MAX 1024
#define RECEIVE_OFFSET 0x8000  // in the slot's buffer, behind what taking a signal needs

// What the host fills: the sender first, then the guest's own memory.
struct reception {
  struct datagram_sender sender;
  struct io_vector vectors[VECTOR_COUNT_MAX + 1];
};
_Static_assert(sizeof(struct reception) <= ARENA_BUFFER_SIZE - RECEIVE_OFFSET, "struct reception");

static long give_name(struct message_header *header, const struct datagram_sender *sender) {
  uint32_t size = __atomic_load_n(&sender->size, __ATOMIC_RELAXED);  // once: it lies in the arena
  if (size > sizeof sender->address) size = sizeof sender->address;
  uint32_t cut = size < header->name_length ? size : header->name_length;
  if (header->name && cut && !copy_to_guest(header->name, sender->address, cut)) return -EFAULT;
  header->name_length = header->name ? size : 0;
  return 0;
}

long datagram_receive(struct thread *thread, uint64_t fd, struct message_header *header, uint64_t flags) {
  struct reception *reception = (struct reception *)(slot_buffer(thread) + RECEIVE_OFFSET);
  uint64_t count = header->vector_count;
  if (count > VECTOR_COUNT_MAX) return -EMSGSIZE;
  if (count && !copy_from_guest(&reception->vectors[1], header->vectors, count * sizeof(struct io_vector))) return -EFAULT;
  reception->vectors[0] = (struct io_vector){(uint64_t)&reception->sender, sizeof reception->sender};
  struct message_header host = {.vectors = (uint64_t)reception->vectors, .vector_count = count + 1};
  const uint64_t arguments[6] = {fd, (uint64_t)&host, flags};
  long result = forward_waiting(thread, __NR_recvmsg, arguments);
  if (result < 0) return result;
  if (result < (long)sizeof reception->sender) memset(&reception->sender, 0, sizeof reception->sender), result = 0;
  else result -= (long)sizeof reception->sender;
  header->control_length = 0;
  header->flags = host.flags;
  long error = give_name(header, &reception->sender);
  return error ? error : result;
}

long datagram_read(struct thread *thread, uint64_t fd, uint64_t vectors, uint64_t count) {
  struct message_header header = {.vectors = vectors, .vector_count = count};
  return datagram_receive(thread, fd, &header, 0);
}

long datagram_write(struct thread *thread, uint64_t fd, uint64_t vectors, uint64_t count) {
  struct message_header header = {.vectors = vectors, .vector_count = count};
  return send_by_kernel(thread, fd, &header, 0);
}
