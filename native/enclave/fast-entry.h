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

// Makes the call; gives FAST_*.
int fast_dispatch(struct fast_call *call);
// Goes on with a call that was passed on and gave an error, `number` is that. Gives FAST_DONE.
int fast_complete(struct fast_call *call);

#endif
