// execve: the kernel prepares it, the host runs the runtime anew with the guest's arguments.
#ifndef OCCLUM_ENCLAVE_EXEC_H
#define OCCLUM_ENCLAVE_EXEC_H

#include "thread.h"

// execve or execveat of the guest.
long exec_call(struct thread *thread, uint32_t number, const uint64_t *arguments);

// Carries out what the kernel prepared (REPLY_EXEC); returns only on failure. The caller holds control_lock.
long exec_prepared(struct thread *thread, uint32_t number, const uint64_t *arguments);

#endif
