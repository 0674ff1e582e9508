#include "control.h"

#include <linux/poll.h>

#include "kernel-call.h"
#include "memory.h"
#include "socket-abi.h"


static void wait_readable(int fd) {
  struct {
    int32_t descriptor;
    int16_t events, found;
  } wanted = {fd, POLLIN, 0};
  host_call5(__NR_ppoll, &wanted, 1, 0, 0, 0);
}

struct control_record control_receive(const struct process *process, void *data, size_t room, int flags) {
  int socket = reserved_fd(process, RESERVED_FD_CONTROL);
  struct {
    struct control_message message;
    int descriptors[CONTROL_DESCRIPTOR_MAX];
  } control;
  struct io_vector vector = {(uint64_t)data, room};
  struct control_record record = {0};
  for (;;) {
    struct message_header header = {.vectors = (uint64_t)&vector, .vector_count = 1,
                                    .control = (uint64_t)&control, .control_length = sizeof control};
    record.bytes = host_call3(__NR_recvmsg, socket, &header, MSG_CMSG_CLOEXEC | flags);
    if (record.bytes == -EINTR) continue;
    if (record.bytes == -EAGAIN && !(flags & MSG_DONTWAIT)) {
      wait_readable(socket);
      continue;
    }
    record.truncated = (header.flags & MSG_CTRUNC) != 0;
    if (record.bytes >= 0 && header.control_length >= sizeof control.message && control.message.level == SOL_SOCKET &&
        control.message.type == SCM_RIGHTS) {
      record.descriptor_count = (unsigned)((control.message.length - sizeof control.message) / sizeof(int));
      if (record.descriptor_count > CONTROL_DESCRIPTOR_MAX) record.descriptor_count = CONTROL_DESCRIPTOR_MAX;
      memcpy(record.descriptors, control.descriptors, record.descriptor_count * sizeof(int));
    }
    return record;
  }
}

static void close_all(const int *descriptors, unsigned count) {
  for (unsigned i = 0; i < count; i++) host_call1(__NR_close, descriptors[i]);
}

// A free place for a record of another thread, or null. What belongs to a call that is over is nobody's any more.
static struct kept_record *free_place(struct process *process) {
  for (int i = 0; i < KEPT_RECORD_COUNT; i++) {
    struct kept_record *kept = &process->kept[i];
    if (!kept->used) return kept;
    if (kept->header.slot < ARENA_SLOT_COUNT && slot_at(process, kept->header.slot)->sequence == kept->header.sequence) continue;
    close_all(kept->descriptors, kept->descriptor_count);
    kept->used = false;
    return kept;
  }
  return 0;
}

static bool take_kept(struct process *process, uint32_t type, uint32_t slot, uint32_t sequence, struct control_record *record) {
  for (int i = 0; i < KEPT_RECORD_COUNT; i++) {
    struct kept_record *kept = &process->kept[i];
    if (!kept->used || kept->header.type != type || kept->header.slot != slot || kept->header.sequence != sequence) continue;
    kept->used = false;
    record->descriptor_count = kept->descriptor_count;
    record->truncated = kept->descriptor_count == 0;
    memcpy(record->descriptors, kept->descriptors, sizeof kept->descriptors);
    return true;
  }
  return false;
}

// Lets the threads go on whose records fill all places.
static void let_others_take(struct process *process) {
  lock_release(&process->fd_lock);
  lock_release(&process->control_lock);
  host_call0(__NR_sched_yield);
  lock_take(&process->control_lock);
  lock_take(&process->fd_lock);
}

// Finds the record of a type for one call; records of other calls are kept for their threads. The caller holds
// control_lock and fd_lock: the numbers of the new descriptors must not be seen unknown. fd_lock is let go while it waits,
// both where there is no place to keep one more record.
static struct control_record receive_for(struct thread *thread, uint32_t type, uint32_t sequence) {
  struct process *process = thread->process;
  struct control_record record = {0};
  uint32_t slot = slot_index(thread);
  for (;;) {
    struct control_header header;
    if (take_kept(process, type, slot, sequence, &record)) return record;
    struct kept_record *place = free_place(process);
    if (!place) {
      let_others_take(process);
      continue;
    }
    record = control_receive(process, &header, sizeof header, MSG_DONTWAIT);
    if (record.bytes == -EAGAIN) {
      lock_release(&process->fd_lock);
      wait_readable(reserved_fd(process, RESERVED_FD_CONTROL));
      lock_take(&process->fd_lock);
      continue;
    }
    if (record.bytes < (long)sizeof header) host_exit_group(0);  // the kernel is gone
    if (header.type == type && header.slot == slot && header.sequence == sequence) return record;
    place->used = true;
    place->header = header;
    place->descriptor_count = record.descriptor_count;
    memcpy(place->descriptors, record.descriptors, sizeof place->descriptors);
  }
}

long control_receive_fd(struct thread *thread, uint32_t sequence, const struct fd_grant *grant) {
  struct process *process = thread->process;
  lock_take(&process->control_lock);
  lock_take(&process->fd_lock);
  struct control_record record = receive_for(thread, CONTROL_FD, sequence);
  long number = -EMFILE;
  if (record.descriptor_count >= 1) number = fd_install_locked(process, record.descriptors[0], grant);
  lock_release(&process->fd_lock);
  lock_release(&process->control_lock);
  if (number < 0 && grant->object) kernel_call_plain(thread, CALL_FD_LOST, grant->object, 0, 0);
  return number;
}

long control_map_fd(struct thread *thread, uint32_t sequence, const struct mapping *mapping) {
  struct process *process = thread->process;
  lock_take(&process->control_lock);
  lock_take(&process->fd_lock);
  struct control_record record = receive_for(thread, CONTROL_FD, sequence);
  long mapped = -ENOMEM;
  if (record.descriptor_count >= 1) {
    mapped = host_call6(__NR_mmap, mapping->address, mapping->bytes, mapping->protection, mapping->flags, record.descriptors[0], 0);
    close_all(record.descriptors, record.descriptor_count);
  }
  lock_release(&process->fd_lock);
  lock_release(&process->control_lock);
  return mapped;
}

bool control_receive_fork(struct thread *thread, uint32_t sequence, int descriptors[3]) {
  struct control_record record = receive_for(thread, CONTROL_FORK, sequence);
  if (record.descriptor_count == 3) {
    memcpy(descriptors, record.descriptors, 3 * sizeof(int));
    return true;
  }
  close_all(record.descriptors, record.descriptor_count);
  return false;
}

static long send_record(const struct process *process, const void *data, size_t bytes, const int *descriptor) {
  struct {
    struct control_message message;
    int descriptor;
    int padding;
  } control = {{sizeof(struct control_message) + sizeof(int), SOL_SOCKET, SCM_RIGHTS}, descriptor ? *descriptor : -1, 0};
  struct io_vector vector = {(uint64_t)data, bytes};
  struct message_header header = {.vectors = (uint64_t)&vector, .vector_count = 1};
  if (descriptor) {
    header.control = (uint64_t)&control;
    header.control_length = sizeof control;
  }
  for (;;) {
    long sent = host_call3(__NR_sendmsg, reserved_fd(process, RESERVED_FD_CONTROL), &header, MSG_NOSIGNAL);
    if (sent == -EINTR || sent == -EAGAIN) continue;
    return sent < 0 ? sent : 0;
  }
}

long control_send_fd(struct thread *thread, int fd) {
  if (fd_is_reserved(thread->process, fd)) return -EBADF;
  struct control_header header = {CONTROL_FD_UP, slot_index(thread), thread->slot->sequence, 0};
  return send_record(thread->process, &header, sizeof header, &fd);
}

long control_send_descriptor(const struct process *process, const struct control_header *header, int fd) {
  return send_record(process, header, sizeof *header, &fd);
}

long control_send(const struct process *process, const void *data, size_t bytes) {
  return send_record(process, data, bytes, 0);
}
