// Control socket: descriptors that come from and go to the kernel.
#ifndef OCCLUM_ENCLAVE_CONTROL_H
#define OCCLUM_ENCLAVE_CONTROL_H

#include "descriptor.h"
#include "thread.h"

#define CONTROL_DESCRIPTOR_MAX 4

// One record of the control socket. `bytes` is its size; 0 at the end of the stream.
struct control_record {
  long bytes;
  unsigned descriptor_count;
  int descriptors[CONTROL_DESCRIPTOR_MAX];
  bool truncated;  // a descriptor could not be taken in
};

// What mmap is to do with a descriptor, from its first byte on.
struct mapping {
  uint64_t address, bytes;
  uint64_t protection, flags;
};

// Receives one record into `data`; waits for it. The descriptors are close-on-exec.
struct control_record control_receive(const struct process *process, void *data, size_t room, int flags);

// Takes in the descriptor that a reply to `sequence` announced and installs it as `grant`; gives its number or -errno.
long control_receive_fd(struct thread *thread, uint32_t sequence, const struct fd_grant *grant);

// Takes in the descriptor that a reply to `sequence` announced, maps it by mmap's other arguments and closes it: no number
// of it is ever seen. Gives the address or -errno.
long control_map_fd(struct thread *thread, uint32_t sequence, const struct mapping *mapping);

// Takes in a CONTROL_FORK record for `sequence`: arena, doorbell, control socket, which stay unknown to the fd map. The
// caller holds control_lock and fd_lock.
bool control_receive_fork(struct thread *thread, uint32_t sequence, int descriptors[3]);

// Sends a guest's descriptor upward, announced for the slot's present sequence. -EBADF when it is not open.
long control_send_fd(struct thread *thread, int fd);

// Sends a descriptor with a header that the caller made.
long control_send_descriptor(const struct process *process, const struct control_header *header, int fd);

// Sends a record without descriptors.
long control_send(const struct process *process, const void *data, size_t bytes);

#endif
