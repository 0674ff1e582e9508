// What the supervisor needs of the host: types from libc's headers, calls in raw form. No libc is linked.
#ifndef OCCLUM_SUPERVISOR_HOST_H
#define OCCLUM_SUPERVISOR_HOST_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Calls are made from an address of the runtime's image (main.c, CMakeLists.txt): the filter that traps by address allows
// those, so that a child can still become the runtime after it is installed.
#define HOST_SYSCALL "call *host_gate_address(%%rip)"
#include "host-syscall.h"
#include "memory.h"

#define SIGNAL_KILL 9
#define SIGNAL_CHILD 17
#define SIGNAL_CONTINUE 18
#define SIGNAL_STOP 19
#define SIGNAL_INTERRUPT 64  // what wakes a guest's thread
#define SIGNAL_BIT(number) (1ul << ((number) - 1))

static inline long host_close(int fd) { return host_call1(__NR_close, fd); }
static inline long host_open(const char *path, int flags) { return host_call4(__NR_openat, AT_FDCWD, path, flags, 0); }
static inline _Noreturn void host_exit(int status) {
  for (;;) host_call1(__NR_exit_group, status);
}

#endif
