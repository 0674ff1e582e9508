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
#define SLOT_THREAD_STATE 20
#define SLOT_IN_CALL 252

#define THREAD_STATE_USER 0

#define FAST_DONE 0   // of fast_dispatch: the result is there
#define FAST_FRAME 1  // it needs a frame and was not made
#define FAST_PASS 2   // the host is to make it as it is, between two looks at what is pending

#define RESULT_NOT_MADE 513  // of waiting_gate: something was pending, the call was not made
#define NUMBER_RT_SIGRETURN 15
#define NUMBER_CLONE 56

#endif
