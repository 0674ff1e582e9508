// Labels of fast-entry.S.
#ifndef OCCLUM_ENCLAVE_FAST_ENTRY_H
#define OCCLUM_ENCLAVE_FAST_ENTRY_H

#include <stdint.h>

// What the entry keeps on its stack.
struct fast_call {
  uint64_t arguments[6];
  uint64_t number;  // the result afterwards
  uint64_t return_ip;
};

extern const char fast_entry[], fast_exit_begin[], fast_exit_jump[], fast_exit_trapped[], fast_entry_trapped[];

// The exit's work for a call that was made and found something pending; `context` is of the trap at fast_exit_trapped.
struct thread;
struct signal_context;
void fast_finish(struct thread *thread, struct signal_context *context);

// Makes the call. Not 0: it needs a frame and was not made.
int fast_dispatch(struct fast_call *call);

#endif
