#include "terminal.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>

#include "descriptor.h"
#include "kernel-call.h"

// Output from the background is not stopped, as terminals are set mostly.
static bool lets_output_pass(int fd) {
  struct termios settings;
  return host_call3(__NR_ioctl, fd, TCGETS, &settings) != 0 || !(settings.c_lflag & TOSTOP);
}

long terminal_check(struct thread *thread, int fd, enum terminal_use use) {
  if (!terminal_may_have_changed(thread, fd)) return 0;
  if (use == TERMINAL_WRITE && lets_output_pass(fd)) return 0;
  const uint64_t arguments[6] = {(uint64_t)fd, use == TERMINAL_READ ? 0 : 1};
  const struct argument kinds[6] = {FD};
  return kernel_call(thread, CALL_TERMINAL, arguments, kinds);
}

bool terminal_may_have_changed(const struct thread *thread, int fd) {
  return thread->process->page->background && fd_kind_of(thread->process, fd) == FD_TERMINAL;
}
