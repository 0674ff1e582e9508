// ioctl: an allow list of requests on what the process holds; the rest is the kernel's.
#include "descriptor.h"
#include "dispatch.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "terminal.h"

#include <asm/ioctls.h>
#include <linux/fcntl.h>
#include <linux/ioctl.h>
#include <linux/sockios.h>

long direct_fcntl(struct thread *thread, const uint64_t *arguments);

static bool is_terminal_request(uint32_t request) {
  switch (request) {
    case TCGETS:
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
    case 0x802c542a:  // TCGETS2, TCSETS2, TCSETSW2, TCSETSF2
    case 0x402c542b:
    case 0x402c542c:
    case 0x402c542d:
    case TCSBRK:
    case TCSBRKP:
    case TCXONC:
    case TCFLSH:
    case TIOCPKT:
    case TIOCGPKT:
    case TIOCOUTQ:
    case TIOCGWINSZ:
    case TIOCSWINSZ:
      return true;
    default:
      return false;
  }
}

// What a process in the background may not do.
static bool changes_terminal(uint32_t request) {
  switch (request) {
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
    case 0x402c542b:  // TCSETS2, TCSETSW2, TCSETSF2
    case 0x402c542c:
    case 0x402c542d:
    case TCSBRK:
    case TCSBRKP:
    case TCXONC:
    case TCFLSH:
      return true;
    default:
      return false;
  }
}

// Data of a request that the kernel answers. Newer requests tell it in their number.
static struct argument request_data(uint32_t request) {
  switch (request) {
    case TIOCGPGRP:
    case TIOCGSID:
    case TIOCGPTN:
    case TIOCGPTLCK:
    case FIOQSIZE:
      return (struct argument)OUT(8);
    case TIOCSPGRP:
    case TIOCSPTLCK:
    case FIONBIO:
    case FIOASYNC:
    case FIOSETOWN:
    case SIOCSPGRP:
      return (struct argument)IN(4);
    case TCGETS:
      return (struct argument)OUT(36);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      return (struct argument)IN(36);
    case TIOCGWINSZ:
      return (struct argument)OUT(8);
    case TIOCSWINSZ:
      return (struct argument)IN(8);
    case FIONREAD:
    case TIOCOUTQ:
    case FIOGETOWN:
    case SIOCGPGRP:
      return (struct argument)OUT(4);
    case TIOCSCTTY:
    case TIOCNOTTY:
    case TCSBRK:
    case TCXONC:
    case TCFLSH:
      return (struct argument)INTEGER;
    case SIOCGIFCONF:
      return (struct argument)INOUT(16);
  }
  if ((request & 0xff00) == 0x8900) return (struct argument)INOUT(40);  // SIOC*: struct ifreq
  uint32_t bytes = _IOC_SIZE(request), direction = _IOC_DIR(request);
  if (bytes == 0 || direction == _IOC_NONE) return (struct argument)INTEGER;
  if (direction == _IOC_READ) return (struct argument)OUT(bytes);
  if (direction == _IOC_WRITE) return (struct argument)IN(bytes);
  return (struct argument)INOUT(bytes);
}

static long ask_kernel(struct thread *thread, const uint64_t *arguments) {
  const struct argument kinds[6] = {FD, INTEGER, request_data((uint32_t)arguments[1])};
  return kernel_call(thread, __NR_ioctl, arguments, kinds);
}

static long mark_close_on_exec(struct thread *thread, int fd, bool on) {
  struct process *process = thread->process;
  lock_take(&process->fd_lock);
  long result = host_call3(__NR_fcntl, fd, F_SETFD, on ? FD_CLOEXEC : 0);
  if (result == 0) fd_set_close_on_exec(process, fd, on);
  lock_release(&process->fd_lock);
  return result;
}

// A description of the embedding program keeps its flags (direct-descriptor.c).
static long set_virtual_nonblocking(struct thread *thread, int fd, uint64_t address) {
  uint32_t on;
  if (!guest_load32(address, &on)) return -EFAULT;
  const struct fd_entry *entry = fd_entry(thread->process, fd);
  uint64_t flags = on ? entry->status_flags | O_NONBLOCK : entry->status_flags & ~(uint64_t)O_NONBLOCK;
  const uint64_t arguments[6] = {(uint64_t)fd, F_SETFL, flags};
  return direct_fcntl(thread, arguments);
}

long direct_ioctl(struct thread *thread, const uint64_t *arguments) {
  int fd = (int)arguments[0];
  uint32_t request = (uint32_t)arguments[1];
  const struct fd_entry *entry = fd_entry(thread->process, fd);
  if (!entry) return -EBADF;
  if (entry->kind == FD_PATH) return -EBADF;
  if (request == FIOCLEX || request == FIONCLEX) return mark_close_on_exec(thread, fd, request == FIOCLEX);
  if (request == FIONBIO && (entry->flags & FD_FLAG_OWN)) return host_call3(__NR_ioctl, fd, request, arguments[2]);
  if (entry->kind == FD_DIRECTORY || entry->kind == FD_MEDIATED) return ask_kernel(thread, arguments);
  if (request == FIONBIO && (entry->flags & FD_FLAG_INHERITED)) return set_virtual_nonblocking(thread, fd, arguments[2]);
  if (changes_terminal(request)) {
    long refused = terminal_check(thread, fd, TERMINAL_CHANGE);
    if (refused < 0) return refused;
  }
  if (request == FIONREAD || request == FIONBIO || is_terminal_request(request))
    return host_call3(__NR_ioctl, fd, request, arguments[2]);
  return ask_kernel(thread, arguments);
}
