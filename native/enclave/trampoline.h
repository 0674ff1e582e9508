// Labels and routines of trampoline.S.
#ifndef OCCLUM_ENCLAVE_TRAMPOLINE_H
#define OCCLUM_ENCLAVE_TRAMPOLINE_H

#include "thread.h"

extern const char trampoline_page[], trampoline_end[];
extern const char passing_gate[], passing_gate_syscall[], passing_gate_end[];
extern const char waiting_gate_begin[], waiting_gate_syscall[], waiting_gate_end[];
extern const char signal_return[], signal_return_begin[], signal_return_syscall[], signal_return_plain[];
// First and one past the last address of the runtime's image (runtime.ld).
extern const char runtime_begin[], runtime_end[];

_Noreturn void resume_context(struct signal_context *context);
long clone_gate(uint64_t flags, uint64_t stack, uint64_t child_tid, uint64_t tls, void (*function)(void *), void *argument);
void signal_return_pending(struct signal_context *context);

static inline bool is_runtime_address(uint64_t address) {
  return address >= (uint64_t)runtime_begin && address < (uint64_t)runtime_end;
}

#endif
