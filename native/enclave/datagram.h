// Datagram sockets whose names are the LibOS's: of AF_UNIX, of its own loopback network, of netlink.
//
// The guest holds one end of a host pair of records, the kernel the other. Every send is a kernel call; what arrives has the
// sender's address in front, a struct datagram_sender, which the routines here take off again.
#ifndef OCCLUM_ENCLAVE_DATAGRAM_H
#define OCCLUM_ENCLAVE_DATAGRAM_H

#include "descriptor.h"
#include "socket-abi.h"

static inline bool is_datagram(const struct thread *thread, uint64_t fd) { return fd_kind_of(thread->process, (int)fd) == FD_DATAGRAM; }

// sendmsg of a socket whose sends are kernel calls: gathers the data and sends them as sendto.
long send_by_kernel(struct thread *thread, uint64_t fd, const struct message_header *header, uint64_t flags);

// recvmsg: fills the guest's vectors, its room for a name, and the lengths and flags of `header`.
long datagram_receive(struct thread *thread, uint64_t fd, struct message_header *header, uint64_t flags);

// read and readv: vectors of the guest.
long datagram_read(struct thread *thread, uint64_t fd, uint64_t vectors, uint64_t count);
long datagram_write(struct thread *thread, uint64_t fd, uint64_t vectors, uint64_t count);

#endif
