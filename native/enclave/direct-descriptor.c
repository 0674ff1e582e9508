// Calls that make, copy or close descriptor numbers, and their flags.
#include <linux/close_range.h>
#include <linux/fcntl.h>

#include "descriptor.h"
#include "dispatch.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "socket-abi.h"

// What F_SETFL can change. Source: fs/fcntl.c, SETFL_MASK.
#define CHANGEABLE_FLAGS (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME)

long direct_close(struct thread *thread, const uint64_t *arguments) {
  return fd_close(thread, (int)arguments[0]);
}

long direct_close_range(struct thread *thread, const uint64_t *arguments) {
  unsigned first = (unsigned)arguments[0], last = (unsigned)arguments[1], flags = (unsigned)arguments[2];
  if (flags & ~(CLOSE_RANGE_CLOEXEC | CLOSE_RANGE_UNSHARE) || first > last) return -EINVAL;
  // A single thread, or a vfork child, has the table for itself; one of its own for a thread among others is not offered.
  bool is_alone = threads_running() == 1 || thread->process != &first_process;
  if ((flags & CLOSE_RANGE_UNSHARE) && !is_alone) return -EINVAL;
  return fd_close_range(thread, first, last, (flags & CLOSE_RANGE_CLOEXEC) != 0);
}

long direct_dup(struct thread *thread, const uint64_t *arguments) {
  if (fd_is_reserved(thread->process, (int)arguments[0])) return -EBADF;
  return fd_duplicate(thread, (int)arguments[0], 0, false);
}

static long duplicate_to(struct thread *thread, int from, int to, int flags) {
  struct process *process = thread->process;
  if (fd_is_reserved(process, from) || fd_is_reserved(process, to) || (uint32_t)to >= process->page->fd_soft_limit) return -EBADF;
  return fd_duplicate_to(thread, from, to, flags);
}

long direct_dup2(struct thread *thread, const uint64_t *arguments) {
  int from = (int)arguments[0], to = (int)arguments[1];
  if (from != to) return duplicate_to(thread, from, to, 0);
  if (fd_is_reserved(thread->process, from)) return -EBADF;
  long open = host_call3(__NR_fcntl, from, F_GETFD, 0);
  return open < 0 ? open : to;
}

long direct_dup3(struct thread *thread, const uint64_t *arguments) {
  int flags = (int)arguments[2];
  if (flags & ~O_CLOEXEC || (int)arguments[0] == (int)arguments[1]) return -EINVAL;
  return duplicate_to(thread, (int)arguments[0], (int)arguments[1], flags);
}

// ---- fcntl ----


// A description of the embedding program keeps its flags; the guest sees those it set.
static long set_virtual_flags(struct process *process, const struct fd_entry *entry, uint64_t flags) {
  uint32_t object = entry->object;
  lock_take(&process->fd_lock);
  for (uint32_t i = 0; i < process->page->fd_high && i < ARENA_FD_MAX; i++)
    if (process->fds[i].kind != FD_NONE && process->fds[i].object == object)
      process->fds[i].status_flags = (uint16_t)(flags & CHANGEABLE_FLAGS);
  lock_release(&process->fd_lock);
  return 0;
}


// Kinds of the third argument of commands that the kernel answers.
static struct argument command_data(int command) {
  switch (command) {
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case 36:  // F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW
    case 37:
    case 38:
      return (struct argument)INOUT(32);
    case 15:  // F_SETOWN_EX, whose 8 bytes ask_kernel has made as many as a lock has
      return (struct argument)IN(32);
    case 1037:  // F_GET_RW_HINT and its kind
    case 1038:
    case 1039:
      return (struct argument)INOUT(8);
    case 16:  // F_GETOWN_EX
      return (struct argument)OUT(8);
    default:
      return (struct argument)INTEGER;
  }
}

static long ask_kernel(struct thread *thread, const uint64_t *arguments) {
  int command = (int)arguments[1];
  const struct argument kinds[6] = {FD, INTEGER, command_data(command)};
  uint64_t passed[6] = {arguments[0], arguments[1], arguments[2]};
  char owner[32] = {0};
  if (command == F_SETOWN) passed[2] = (uint32_t)passed[2];
  if (command == 15 && copy_from_guest(owner, arguments[2], 8)) passed[2] = (uint64_t)owner;
  return kernel_call(thread, __NR_fcntl, passed, kinds);
}

// Whether the host has a description signal is the kernel's: it may be for urgent data only.
static long get_flags(struct thread *thread, const uint64_t *arguments, const struct fd_entry *entry) {
  long flags = host_call3(__NR_fcntl, arguments[0], F_GETFL, 0);
  if (flags < 0) return flags;
  if (entry->flags & FD_FLAG_INHERITED) return (flags & ~(long)CHANGEABLE_FLAGS) | entry->status_flags;
  return flags & FASYNC ? ask_kernel(thread, arguments) : flags;
}

static long set_flags(struct thread *thread, const uint64_t *arguments, const struct fd_entry *entry) {
  uint64_t fd = arguments[0], flags = arguments[2];
  if ((entry->flags & FD_FLAG_APPEND_ONLY) && !(flags & O_APPEND)) return -EPERM;
  // A description of the embedding program is not to signal us.
  if (entry->flags & FD_FLAG_INHERITED) return flags & FASYNC ? ask_kernel(thread, arguments) : set_virtual_flags(thread->process, entry, flags);
  long now = flags & FASYNC ? FASYNC : host_call3(__NR_fcntl, fd, F_GETFL, 0);
  if (now < 0) return now;
  return now & FASYNC ? ask_kernel(thread, arguments) : host_call3(__NR_fcntl, fd, F_SETFL, flags);
}

// Of what is read by the kernel only whether it waits is the host object's.
static long wait_flags(int fd, int command, uint64_t flags) {
  if (command == F_SETFL) return host_call3(__NR_fcntl, fd, F_SETFL, flags & O_NONBLOCK);
  long now = host_call3(__NR_fcntl, fd, F_GETFL, 0);
  return now < 0 ? now : (now & O_NONBLOCK) | O_RDWR;
}

static long set_descriptor_flags(struct thread *thread, int fd, uint64_t flags) {
  struct process *process = thread->process;
  lock_take(&process->fd_lock);
  long result = host_call3(__NR_fcntl, fd, F_SETFD, flags & FD_CLOEXEC);
  if (result == 0) fd_set_close_on_exec(process, fd, (flags & FD_CLOEXEC) != 0);
  lock_release(&process->fd_lock);
  return result;
}

long direct_fcntl(struct thread *thread, const uint64_t *arguments) {
  int fd = (int)arguments[0], command = (int)arguments[1];
  const struct fd_entry *entry = fd_entry(thread->process, fd);
  if (!entry) return -EBADF;
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      return fd_duplicate(thread, fd, (int)arguments[2], command == F_DUPFD_CLOEXEC);
    case F_GETFD:
      return host_call3(__NR_fcntl, fd, F_GETFD, 0);
    case F_SETFD:
      return set_descriptor_flags(thread, fd, arguments[2]);
  }
  if ((entry->flags & FD_FLAG_OWN) && (command == F_GETFL || command == F_SETFL)) return wait_flags(fd, command, arguments[2]);
  bool placeholder = entry->kind == FD_DIRECTORY || entry->kind == FD_PATH || entry->kind == FD_MEDIATED;
  if (!placeholder) {
    if (command == F_GETFL) return get_flags(thread, arguments, entry);
    if (command == F_SETFL) return set_flags(thread, arguments, entry);
    if (command == F_SETPIPE_SZ || command == F_GETPIPE_SZ) return host_call3(__NR_fcntl, fd, command, arguments[2]);
  }
  return ask_kernel(thread, arguments);
}

// ---- new anonymous descriptors ----

static long create(struct thread *thread, uint32_t number, uint64_t a, uint64_t b, bool close_on_exec) {
  struct process *process = thread->process;
  lock_take(&process->fd_lock);
  long result = fd_install_created(thread, host_call2(number, a, b), close_on_exec);
  lock_release(&process->fd_lock);
  return result;
}

long direct_eventfd(struct thread *thread, const uint64_t *arguments) {
  return create(thread, __NR_eventfd2, arguments[0], 0, false);
}

long direct_eventfd2(struct thread *thread, const uint64_t *arguments) {
  return create(thread, __NR_eventfd2, arguments[0], arguments[1], (arguments[1] & O_CLOEXEC) != 0);
}

long direct_epoll_create(struct thread *thread, const uint64_t *arguments) {
  if ((int)arguments[0] <= 0) return -EINVAL;
  return create(thread, __NR_epoll_create1, 0, 0, false);
}

long direct_epoll_create1(struct thread *thread, const uint64_t *arguments) {
  return create(thread, __NR_epoll_create1, arguments[0], 0, (arguments[0] & O_CLOEXEC) != 0);
}

long direct_timerfd_create(struct thread *thread, const uint64_t *arguments) {
  uint32_t clock = (uint32_t)arguments[0];
  // Alarm clocks need a capability that no guest has on the host.
  if (clock == 8 || clock == 9) return -EPERM;
  if (clock != 0 && clock != 1 && clock != 7) return -EINVAL;
  return create(thread, __NR_timerfd_create, clock, arguments[1], (arguments[1] & O_CLOEXEC) != 0);
}

// Enters two numbers that the host just made and hands them to the guest. The caller holds fd_lock.
static long install_pair(struct thread *thread, const int32_t *numbers, uint64_t address, const struct fd_grant *grant) {
  struct process *process = thread->process;
  for (int i = 0; i < 2; i++)
    if (fd_is_beyond(process, numbers[i])) goto refuse;
  if (!copy_to_guest(address, numbers, 2 * sizeof *numbers)) {
    host_call1(__NR_close, numbers[0]);
    host_call1(__NR_close, numbers[1]);
    return -EFAULT;
  }
  for (int i = 0; i < 2; i++) fd_enter(process, numbers[i], grant);
  return 0;
refuse:
  host_call1(__NR_close, numbers[0]);
  host_call1(__NR_close, numbers[1]);
  return -EMFILE;
}

static long make_pipe(struct thread *thread, uint64_t address, uint64_t flags) {
  struct process *process = thread->process;
  int32_t numbers[2];
  const struct fd_grant grant = {0, FD_ANONYMOUS, flags & O_CLOEXEC ? FD_FLAG_CLOEXEC : 0};
  if (flags & O_EXCL) return -EINVAL;  // a notification pipe
  lock_take(&process->fd_lock);
  long result = host_call2(__NR_pipe2, numbers, flags);
  if (result == 0) result = install_pair(thread, numbers, address, &grant);
  lock_release(&process->fd_lock);
  return result;
}

long direct_pipe(struct thread *thread, const uint64_t *arguments) { return make_pipe(thread, arguments[0], 0); }

long direct_pipe2(struct thread *thread, const uint64_t *arguments) {
  return make_pipe(thread, arguments[0], arguments[1] & 0xffffffff);
}

// Stream and record pairs are the host's. A datagram pair is a record pair on the host, since an address in a message
// could otherwise reach outside; any other kind is for the kernel to decide.
long direct_socketpair(struct thread *thread, const uint64_t *arguments) {
  struct process *process = thread->process;
  int domain = (int)arguments[0], type = (int)arguments[1], protocol = (int)arguments[2];
  int base = type & SOCK_TYPE_MASK;
  bool ours = domain == AF_UNIX && (base == SOCK_STREAM || base == SOCK_DGRAM || base == SOCK_SEQPACKET);
  if (!ours) return kernel_call_row(thread, __NR_socketpair, arguments);
  if (base == SOCK_DGRAM) type = (type & ~SOCK_TYPE_MASK) | SOCK_SEQPACKET;
  const struct fd_grant grant = {0, FD_UNIX, type & SOCK_CLOEXEC ? FD_FLAG_CLOEXEC : 0};
  int32_t numbers[2];
  lock_take(&process->fd_lock);
  long result = host_call4(__NR_socketpair, domain, type, protocol, numbers);
  if (result == 0) result = install_pair(thread, numbers, arguments[3], &grant);
  lock_release(&process->fd_lock);
  return result;
}
