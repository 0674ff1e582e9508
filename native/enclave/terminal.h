// Terminals and the background.
#ifndef OCCLUM_ENCLAVE_TERMINAL_H
#define OCCLUM_ENCLAVE_TERMINAL_H

#include "thread.h"

enum terminal_use { TERMINAL_READ = 0, TERMINAL_WRITE = 1, TERMINAL_CHANGE = 2 };

// A process in the background asks the kernel before it uses its terminal: it may get SIGTTIN or SIGTTOU. 0 where it may, or
// for any other descriptor; an error or a restart code.
long terminal_check(struct thread *thread, int fd, enum terminal_use use);

// Whether an interrupted read or write of a descriptor must be made anew: the process may be in the background since.
bool terminal_may_have_changed(const struct thread *thread, int fd);

#endif
