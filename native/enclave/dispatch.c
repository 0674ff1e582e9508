#include "dispatch.h"

#include "clone.h"
#include "descriptor.h"
#include "exec.h"
#include "kernel-call.h"
#include "guest-signal.h"
#include "memory.h"
#include "socket-abi.h"
#include "syscall.h"
#include "terminal.h"

#include "generated/syscall-table.h"

static const struct syscall_row no_row;

const struct syscall_row *syscall_row(uint32_t number) {
  return number < SYSCALL_COUNT ? &syscall_table[number] : &no_row;
}

long refuse_descriptor(const struct thread *thread, int fd, int directory) {
  if (fd_is_reserved(thread->process, fd)) return -EBADF;
  switch (fd_kind_of(thread->process, fd)) {
    case FD_DIRECTORY:
      return directory ? -directory : 1;
    case FD_PATH:
      return -EBADF;
    case FD_MEDIATED:
      return 1;
    default:
      return 0;
  }
}

static bool is_sending(uint32_t number) {
  switch (number) {
    case __NR_write:
    case __NR_writev:
    case __NR_pwritev2:
    case __NR_sendto:
    case __NR_sendmsg:
    case __NR_sendfile:
      return true;
    default:
      return false;
  }
}

bool socket_timeout(uint64_t fd, int option, struct __kernel_timespec *timeout) {
  int64_t value[2] = {0, 0};
  uint32_t length = sizeof value;
  if (host_call5(__NR_getsockopt, fd, SOL_SOCKET, option, value, &length) < 0) return false;
  *timeout = (struct __kernel_timespec){value[0], value[1] * 1000};
  return value[0] || value[1];
}

// A call that a timeout of its socket limits is not made again, and is ended by a stop: signal(7).
static void limit_wait(struct wait *wait, uint32_t number, uint64_t fd) {
  struct __kernel_timespec timeout;
  if (!socket_timeout(fd, is_sending(number) ? SO_SNDTIMEO : SO_RCVTIMEO, &timeout)) return;
  wait->interrupted = -EINTR;
  wait->ends_by_stop = true;
}

static bool takes_descriptor(uint32_t number) { return syscall_row(number)->arguments[0].kind == KIND_FD; }

static long make_waiting(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  thread->slot->in_call = number + 1;
  thread->slot->thread_state = THREAD_HOST;
  long result = host_wait6(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
  thread->slot->thread_state = THREAD_RUNTIME;
  thread->slot->in_call = 0;
  return result;
}

// Goes on after the first try, which gave `result`.
static long go_on_waiting(struct thread *thread, struct wait wait, uint32_t number, const uint64_t *arguments, long result) {
  for (;;) {
    if (result == -EINTR) limit_wait(&wait, number, arguments[0]);
    if (wait_is_over(thread, &wait, &result)) return result;
    // A read that was stopped goes on in the background, where it may not.
    if (takes_descriptor(number) && terminal_may_have_changed(thread, (int)arguments[0])) return -RESULT_RESTART;
    result = make_waiting(thread, number, arguments);
  }
}

long forward_waiting(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  const struct wait wait = wait_begin(thread, -RESULT_RESTART);
  return go_on_waiting(thread, wait, number, arguments, make_waiting(thread, number, arguments));
}

// Whether nothing but the host has a say in what is done with a descriptor.
static bool is_plain(const struct thread *thread, int fd) {
  const struct fd_entry *entry = fd_entry(thread->process, fd);
  if (!entry || (entry->flags & FD_FLAG_INHERITED)) return false;
  return entry->kind == FD_FILE || entry->kind == FD_ANONYMOUS || entry->kind == FD_PIPE || entry->kind == FD_INET || entry->kind == FD_UNIX;
}

bool dispatch_passes(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  const struct syscall_row *row = syscall_row(number);
  bool is_transfer = number == __NR_read || number == __NR_write;
  if (!is_transfer && row->row_class != ROW_DIRECT) return false;
  if (row->arguments[0].kind == KIND_FD && !is_plain(thread, (int)arguments[0])) return false;
  if (__builtin_expect(status_page()->trace, 0)) return false;
  thread->fast_stops = process_stops(thread);
  thread->slot->in_call = is_transfer || (row->flags & ROW_BLOCKS) ? number + 1 : 0;
  thread->slot->thread_state = THREAD_HOST;
  return true;
}

long dispatch_passed(struct thread *thread, uint32_t number, const uint64_t *arguments, long result) {
  thread->slot->thread_state = THREAD_RUNTIME;
  thread->slot->in_call = 0;
  if (result == -RESULT_NOT_MADE) return dispatch(thread, number, arguments);
  const struct wait wait = {.interrupted = -RESULT_RESTART, .stops = thread->fast_stops};
  return result == -EINTR ? go_on_waiting(thread, wait, number, arguments, result) : result;
}

static long forward(struct thread *thread, const struct syscall_row *row, uint32_t number, const uint64_t *arguments) {
  if (row->arguments[0].kind == KIND_FD) {
    long refused = refuse_descriptor(thread, (int)arguments[0], row->directory);
    if (refused < 0) return refused;
    if (refused > 0) return kernel_call(thread, number, arguments, row->arguments);
  }
  if (row->flags & ROW_BLOCKS) return forward_waiting(thread, number, arguments);
  return host_call6(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

long dispatch(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  if (number >= CALL_FIRST) return -ENOSYS;  // also what has the bit of the x32 ABI
  const struct syscall_row *row = syscall_row(number);
  long result;
  switch (row->row_class) {
    case ROW_LOCAL:
    case ROW_CUSTOM:
      result = row->run(thread, arguments);
      break;
    case ROW_DIRECT:
      result = forward(thread, row, number, arguments);
      break;
    default:
      if (number == __NR_execve || number == __NR_execveat) return exec_call(thread, number, arguments);
      if (number == __NR_exit_group) thread_exit_group(thread, arguments);
      return kernel_call(thread, number, arguments, row->arguments);
  }
  if (__builtin_expect(status_page()->trace, 0)) kernel_call_trace(thread, number, result, arguments);
  return result;
}

// Linux says of these signals that the thread sent them itself, with the code of kill(2), which is 0.
static void raise_in(struct thread *thread, int number) {
  const struct process_page *page = thread->process->page;
  struct signal_information information = {.number = number};
  const uint32_t sender[2] = {page->pid, page->uid};
  memcpy(information.bytes, sender, sizeof sender);
  const uint64_t arguments[6] = {page->pid, thread->slot->tid, (uint64_t)number, (uint64_t)&information};
  kernel_call_row(thread, __NR_rt_tgsigqueueinfo, arguments);
}

void raise_reported(struct thread *thread) {
  if (thread->broken_pipe) raise_in(thread, SIGPIPE);
  if (thread->file_too_big) raise_in(thread, SIGXFSZ);
  if (thread->cpu_time_over) kernel_call_plain(thread, __NR_kill, thread->process->page->pid, SIGXCPU, 0);
  thread->broken_pipe = thread->file_too_big = thread->cpu_time_over = false;
}

void dispatch_finish(struct thread *thread, struct signal_context *context, long result, uint32_t number) {
  if (thread->broken_pipe || thread->file_too_big || thread->cpu_time_over) raise_reported(thread);
  if (is_restart(result) || thread->taken.number || thread->restore_mask || thread->slot->pending)
    signal_deliver(thread, context, result, number);
  thread->slot->thread_state = THREAD_USER;
}
