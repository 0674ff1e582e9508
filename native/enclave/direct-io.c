// Reading and writing where a plain forward is not enough: vectors and transfers between two descriptors, and descriptors
// whose O_NONBLOCK is virtual or whose reads and writes are the kernel's.
#include <linux/fcntl.h>
#include <linux/poll.h>

#include "datagram.h"
#include "descriptor.h"
#include "dispatch.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "memory.h"
#include "socket-abi.h"
#include "terminal.h"

#define VECTOR_COUNT_MAX 1024

static bool is_ready(int fd, int16_t events) {
  struct {
    int32_t descriptor;
    int16_t events, found;
  } wanted = {fd, events, 0};
  const int64_t no_time[2] = {0, 0};
  return host_call5(__NR_ppoll, &wanted, 1, no_time, 0, 0) != 0;
}

// Whether a call on an inherited description must not wait, and would have to.
static bool would_wait(const struct thread *thread, int fd, int16_t events) {
  const struct fd_entry *entry = fd_entry(thread->process, fd);
  return entry && (entry->flags & FD_FLAG_INHERITED) && (entry->status_flags & O_NONBLOCK) && !is_ready(fd, events);
}

enum direction { READING = 0, WRITING = 1 };

// As refuse_descriptor, for what moves data.
static long refuse_transfer(struct thread *thread, int fd, enum direction direction) {
  long refused = refuse_descriptor(thread, fd, direction == READING ? EISDIR : EBADF);
  return refused ? refused : terminal_check(thread, fd, direction == READING ? TERMINAL_READ : TERMINAL_WRITE);
}

long direct_read(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_transfer(thread, (int)arguments[0], READING);
  if (refused < 0) return refused;
  if (refused > 0) return kernel_call_row(thread, __NR_read, arguments);
  if (would_wait(thread, (int)arguments[0], POLLIN)) return -EAGAIN;
  const struct io_vector vector = {arguments[1], arguments[2]};
  if (is_datagram(thread, arguments[0])) return datagram_read(thread, arguments[0], (uint64_t)&vector, 1);
  return forward_waiting(thread, __NR_read, arguments);
}

long direct_write(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_transfer(thread, (int)arguments[0], WRITING);
  if (refused < 0) return refused;
  if (refused > 0) return kernel_call_row(thread, __NR_write, arguments);
  if (would_wait(thread, (int)arguments[0], POLLOUT)) return -EAGAIN;
  const struct io_vector vector = {arguments[1], arguments[2]};
  if (is_datagram(thread, arguments[0])) return datagram_write(thread, arguments[0], (uint64_t)&vector, 1);
  return forward_waiting(thread, __NR_write, arguments);
}

// One vector after the other as `number`, a kernel call: (fd, buffer, size) and, with `positioned`, an offset. Only the first waits.
static long vectors_by_kernel(struct thread *thread, uint32_t number, const uint64_t *arguments, bool positioned,
                              enum direction direction) {
  long total = 0;
  uint64_t count = arguments[2];
  if (count > VECTOR_COUNT_MAX) return -EINVAL;
  for (uint64_t i = 0; i < count; i++) {
    struct io_vector vector;
    if (!copy_from_guest(&vector, arguments[1] + i * sizeof vector, sizeof vector)) return total ? total : -EFAULT;
    if (vector.length == 0) continue;
    if (total && !is_ready((int)arguments[0], direction == READING ? POLLIN : POLLOUT)) break;
    const uint64_t single[6] = {arguments[0], vector.address, vector.length, positioned ? arguments[3] + (uint64_t)total : 0};
    long moved = kernel_call_row(thread, number, single);
    if (moved < 0) return total ? total : moved;
    total += moved;
    if ((uint64_t)moved < vector.length) break;
  }
  return total;
}

static long forward_vectors(struct thread *thread, uint32_t number, const uint64_t *arguments, uint32_t single, bool positioned,
                            enum direction direction) {
  long refused = refuse_transfer(thread, (int)arguments[0], direction);
  if (refused < 0) return refused;
  if (refused > 0) return vectors_by_kernel(thread, single, arguments, positioned, direction);
  if (would_wait(thread, (int)arguments[0], direction == READING ? POLLIN : POLLOUT)) return -EAGAIN;
  if (is_datagram(thread, arguments[0]))
    return direction == READING ? datagram_read(thread, arguments[0], arguments[1], arguments[2])
                                : datagram_write(thread, arguments[0], arguments[1], arguments[2]);
  return forward_waiting(thread, number, arguments);
}

long direct_readv(struct thread *thread, const uint64_t *arguments) {
  return forward_vectors(thread, __NR_readv, arguments, __NR_read, false, READING);
}

long direct_writev(struct thread *thread, const uint64_t *arguments) {
  return forward_vectors(thread, __NR_writev, arguments, __NR_write, false, WRITING);
}

long direct_preadv(struct thread *thread, const uint64_t *arguments) {
  return forward_vectors(thread, __NR_preadv, arguments, __NR_pread64, true, READING);
}

long direct_pwritev(struct thread *thread, const uint64_t *arguments) {
  return forward_vectors(thread, __NR_pwritev, arguments, __NR_pwrite64, true, WRITING);
}

long direct_preadv2(struct thread *thread, const uint64_t *arguments) {
  bool positioned = (int64_t)arguments[3] != -1;
  return forward_vectors(thread, __NR_preadv2, arguments, positioned ? __NR_pread64 : __NR_read, positioned, READING);
}

long direct_pwritev2(struct thread *thread, const uint64_t *arguments) {
  bool positioned = (int64_t)arguments[3] != -1;
  return forward_vectors(thread, __NR_pwritev2, arguments, positioned ? __NR_pwrite64 : __NR_write, positioned, WRITING);
}

// ---- between two descriptors ----

// 0 when both are the host's own. A mediated one cannot be copied from or to by the host: the caller's fallback is read
// and write, which programs take on EINVAL.
static long refuse_pair(const struct thread *thread, int from, int to) {
  long refused = refuse_descriptor(thread, from, EINVAL);
  if (refused == 0) refused = refuse_descriptor(thread, to, EBADF);
  return refused > 0 ? -EINVAL : refused;
}

long direct_sendfile(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_pair(thread, (int)arguments[1], (int)arguments[0]);
  return refused ? refused : forward_waiting(thread, __NR_sendfile, arguments);
}

long direct_splice(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_pair(thread, (int)arguments[0], (int)arguments[2]);
  return refused ? refused : forward_waiting(thread, __NR_splice, arguments);
}

long direct_tee(struct thread *thread, const uint64_t *arguments) {
  long refused = refuse_pair(thread, (int)arguments[0], (int)arguments[1]);
  return refused ? refused : forward_waiting(thread, __NR_tee, arguments);
}

long direct_copy_file_range(struct thread *thread, const uint64_t *arguments) {
  int from = (int)arguments[0], to = (int)arguments[2];
  if (fd_kind_of(thread->process, from) == FD_DIRECTORY || fd_kind_of(thread->process, to) == FD_DIRECTORY) return -EISDIR;
  long refused = refuse_pair(thread, from, to);
  return refused ? refused : forward_waiting(thread, __NR_copy_file_range, arguments);
}

long direct_membarrier(struct thread *thread, const uint64_t *arguments) {
  (void)thread;
  switch ((int)arguments[0]) {
    case 0: {  // query: only what is offered below
      long offered = host_call2(__NR_membarrier, 0, arguments[1]);
      return offered < 0 ? offered : offered & (8 | 16 | 32 | 64 | 128 | 256);
    }
    case 8:
    case 16:
    case 32:
    case 64:
    case 128:
    case 256:
      return host_call3(__NR_membarrier, arguments[0], arguments[1], arguments[2]);
    default:
      return -EINVAL;
  }
}
