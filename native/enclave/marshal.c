// Data of a kernel call: copied into the slot's buffer and back. The guest can change the slot meanwhile; what bounds the
// copies out is worked out here again from the row and the registers.
#include "descriptor.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "memory-map.h"

#define PATH_BYTES 4096

static uint32_t aligned(uint32_t bytes) { return (bytes + 7) & ~7u; }

// Room that an argument has in the buffer, given what is left of it.
static uint32_t room_of(const struct argument *kind, const uint64_t *arguments, uint32_t left) {
  uint64_t wanted = kind->bytes;
  if (kind->kind == KIND_IN_BUFFER || kind->kind == KIND_OUT_BUFFER) {
    uint64_t length = arguments[kind->length_argument % 6], unit = kind->unit ? kind->unit : 1;
    if (length < wanted / unit) wanted = length * unit;
  }
  return wanted < left ? (uint32_t)wanted : left;
}

// Page by page, up to the first that cannot be read.
static uint32_t copy_readable(char *to, uint64_t from, uint32_t most) {
  uint32_t copied = 0;
  while (copied < most) {
    uint32_t part = PAGE_BYTES - (from + copied) % PAGE_BYTES;
    if (part > most - copied) part = most - copied;
    if (!copy_from_guest(to + copied, from + copied, part)) break;
    copied += part;
  }
  return copied;
}

// A name shorter than a path (PR_SET_NAME) is cut; a path is not.
static int32_t copy_string(char *to, uint64_t from, uint32_t most, uint32_t *used) {
  size_t length = guest_string(to, from, most);
  if (length == 0) return ARGUMENT_FAULT;
  if (length > most && most >= PATH_BYTES) return ARGUMENT_LONG;
  *used = length > most ? most : (uint32_t)length;
  return (int32_t)*used;
}

static void put_descriptor(struct thread *thread, int index, uint64_t number) {
  struct thread_slot *slot = thread->slot;
  const struct fd_entry *entry = fd_entry(thread->process, (int)number);
  if (!entry) return;
  slot->object[index] = entry->object;
  slot->object_kind[index] = entry->kind;
}

void marshal_in(struct thread *thread, const uint64_t *arguments, const struct argument *kinds) {
  struct thread_slot *slot = thread->slot;
  char *buffer = slot_buffer(thread);
  uint32_t offset = 0;
  for (int i = 0; i < 6; i++) {
    const struct argument *kind = &kinds[i];
    if (kind->kind == KIND_INTEGER) continue;
    if (kind->kind == KIND_FD || kind->kind == KIND_FD_SENT) {
      put_descriptor(thread, i, arguments[i]);
      continue;
    }
    if (arguments[i] == 0) {
      slot->data_length[i] = ARGUMENT_NULL;
      continue;
    }
    uint32_t room = room_of(kind, arguments, ARENA_BUFFER_SIZE - offset);
    uint32_t used = room;
    slot->data_offset[i] = offset;
    if (kind->kind == KIND_PATH) {
      used = 0;
      slot->data_length[i] = copy_string(buffer + offset, arguments[i], room, &used);
    } else if (kind->kind == KIND_OUT || kind->kind == KIND_OUT_BUFFER) {
      slot->data_length[i] = (int32_t)room;
    } else if (kind->kind == KIND_IN_READABLE) {
      used = copy_readable(buffer + offset, arguments[i], room);
      slot->data_length[i] = (int32_t)used;
    } else {
      slot->data_length[i] = copy_from_guest(buffer + offset, arguments[i], room) ? (int32_t)room : ARGUMENT_FAULT;
    }
    offset += aligned(used);
    if (offset > ARENA_BUFFER_SIZE) offset = ARENA_BUFFER_SIZE;
  }
}

bool marshal_out(struct thread *thread, const uint64_t *arguments, const struct argument *kinds) {
  struct thread_slot *slot = thread->slot;
  bool good = true;
  for (int i = 0; i < 6; i++) {
    const struct argument *kind = &kinds[i];
    if (kind->kind != KIND_OUT && kind->kind != KIND_INOUT && kind->kind != KIND_OUT_BUFFER) continue;
    uint32_t length = slot->out_length[i], offset = slot->data_offset[i];
    if (arguments[i] == 0 || length == 0) continue;
    uint32_t room = room_of(kind, arguments, ARENA_BUFFER_SIZE);
    if (length > room) length = room;
    if (offset > ARENA_BUFFER_SIZE || length > ARENA_BUFFER_SIZE - offset) continue;
    if (!copy_to_guest(arguments[i], slot_buffer(thread) + offset, length)) good = false;
  }
  return good;
}
