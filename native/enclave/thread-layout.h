// Offsets that assembly uses; thread.h asserts that they are right.
#ifndef OCCLUM_ENCLAVE_THREAD_LAYOUT_H
#define OCCLUM_ENCLAVE_THREAD_LAYOUT_H

#define THREAD_SELF 0
#define THREAD_SLOT 8
#define THREAD_GUEST_SP 16
#define THREAD_FAST_STACK 24
#define THREAD_RESUME_IP 32
#define THREAD_RESUME_RESULT 40

#define SLOT_PENDING 16

#define RESULT_NOT_MADE 513  // of waiting_gate: something was pending, the call was not made
#define NUMBER_RT_SIGRETURN 15
#define NUMBER_CLONE 56

#endif
