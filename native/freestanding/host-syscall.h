// System calls of the host in raw form: the result is 0 or more, or -errno. No libc, no errno, no cancellation.
//
// A file may define HOST_SYSCALL before it includes this header: the enclave runtime, whose `syscall` instructions must
// all lie in one page, calls into that page instead.
#ifndef OCCLUM_HOST_SYSCALL_H
#define OCCLUM_HOST_SYSCALL_H

#include <asm/unistd.h>

#ifndef HOST_SYSCALL
#define HOST_SYSCALL "syscall"
#endif

// Makes an inline function `name` that makes a call by `instruction`. The host changes rax, rcx and r11 only.
#define DEFINE_HOST_CALL(name, instruction)                                                                      \
  static inline long name(long number, long a, long b, long c, long d, long e, long f) {                         \
    register long fourth __asm__("r10") = d;                                                                     \
    register long fifth __asm__("r8") = e;                                                                       \
    register long sixth __asm__("r9") = f;                                                                       \
    long result;                                                                                                 \
    __asm__ volatile(instruction                                                                                 \
                     : "=a"(result)                                                                              \
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)                  \
                     : "rcx", "r11", "memory");                                                                  \
    return result;                                                                                               \
  }

DEFINE_HOST_CALL(host_call_raw, HOST_SYSCALL)

#define host_call6(number, a, b, c, d, e, f) \
  host_call_raw((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define host_call5(number, a, b, c, d, e) host_call6(number, a, b, c, d, e, 0)
#define host_call4(number, a, b, c, d) host_call6(number, a, b, c, d, 0, 0)
#define host_call3(number, a, b, c) host_call6(number, a, b, c, 0, 0, 0)
#define host_call2(number, a, b) host_call6(number, a, b, 0, 0, 0, 0)
#define host_call1(number, a) host_call6(number, a, 0, 0, 0, 0, 0)
#define host_call0(number) host_call6(number, 0, 0, 0, 0, 0, 0)

// Whether a raw result is an error.
#define host_failed(result) ((unsigned long)(result) >= (unsigned long)-4095)

#endif
