// The fd map: what the kernel granted under each number of the process.
//
// Numbers are the host's. Every host call that changes what a number means is made under fd_lock together with the map, so
// the kernel always hears the truth about the object of a number; calls that may wait (accept, recvmsg) enter their new
// numbers afterwards.
#ifndef OCCLUM_ENCLAVE_DESCRIPTOR_H
#define OCCLUM_ENCLAVE_DESCRIPTOR_H

#include "thread.h"

struct fd_grant {
  uint32_t object;  // 0: unknown to the kernel
  uint32_t kind;    // enum fd_kind
  uint32_t flags;   // FD_FLAG_*
};

// fd_entry.reserved: the runtime's own notes.
#define FD_NOTE_SHARED 1u  // another number may have the same object

// Entry of a number; null for one that no guest can have.
static inline struct fd_entry *fd_entry(const struct process *process, int fd) {
  if ((unsigned)fd >= process->host_fd_limit - RESERVED_FD_COUNT) return 0;
  return &process->fds[fd];
}

// Whether a number belongs to the runtime: EBADF for the guest.
static inline bool fd_is_reserved(const struct process *process, int fd) {
  return (unsigned)fd >= process->host_fd_limit - RESERVED_FD_COUNT;
}

// Whether the guest may not have a number: it is the runtime's, or above its limit, which is noted.
bool fd_is_beyond(struct process *process, int fd);

static inline enum fd_kind fd_kind_of(const struct process *process, int fd) {
  const struct fd_entry *entry = fd_entry(process, fd);
  return entry ? (enum fd_kind)entry->kind : FD_NONE;
}

// Enters a new number. Above the guest's soft limit it is closed: -EMFILE. Otherwise gives the number.
long fd_install(struct process *process, int fd, const struct fd_grant *grant);
long fd_install_locked(struct process *process, int fd, const struct fd_grant *grant);

// Writes the entry of a number that is not reserved and within the soft limit. The caller holds fd_lock.
void fd_enter(struct process *process, int fd, const struct fd_grant *grant);

// Installs the result of a host call that makes an anonymous descriptor; passes errors on.
// The caller holds fd_lock over both.
long fd_install_created(struct thread *thread, long result, bool close_on_exec);

// Closes a number on the host and in the map, telling the kernel when its object's last number goes.
long fd_close(struct thread *thread, int fd);

// Gives a descriptor another number, closing what was there.
long fd_move(struct thread *thread, int from, int to);

// dup3 without its checks: `to` is not reserved, flags are O_CLOEXEC or 0.
long fd_duplicate_to(struct thread *thread, int from, int to, int flags);
// F_DUPFD and F_DUPFD_CLOEXEC.
long fd_duplicate(struct thread *thread, int from, int least, bool close_on_exec);

long fd_close_range(struct thread *thread, unsigned first, unsigned last, bool only_mark);
void fd_set_close_on_exec(struct process *process, int fd, bool on);

// Marks the entry of an object that may stand under several numbers.
void fd_note_object(struct process *process, int fd);

// Puts host objects of the process's own behind what it inherited or received (FD_FLAG_OWN).
void fd_own_all(struct thread *thread);
void fd_own(struct thread *thread, int fd);

// Drops what an exec closed.
void fd_drop_close_on_exec(struct thread *thread);

#endif
