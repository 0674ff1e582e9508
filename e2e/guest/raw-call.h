// Five ways to reach a syscall instruction that no libc knows of.
#ifndef RAW_CALL_H
#define RAW_CALL_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

struct call {
  long number;
  long arguments[6];
};

// The runtime's image, at the address of native/include/occlum/arena.h.
#define RUNTIME_ADDRESS 0x600000000000ul
#define RUNTIME_SEARCH_BYTES 0x200000ul

// A syscall instruction of our own text.
static long call_own(const struct call *call) {
  long result;
  register long r10 __asm__("r10") = call->arguments[3];
  register long r8 __asm__("r8") = call->arguments[4];
  register long r9 __asm__("r9") = call->arguments[5];
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(call->number), "D"(call->arguments[0]), "S"(call->arguments[1]), "d"(call->arguments[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

// The same instruction, with the bit of the x32 table.
static long call_x32(const struct call *call) {
  struct call shifted = *call;
  shifted.number |= 0x40000000;
  return call_own(&shifted);
}

// The 32-bit entry. Its numbers are others; `number` is used as it is.
static long call_int80(const struct call *call) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(call->number), "b"(call->arguments[0]), "c"(call->arguments[1]), "d"(call->arguments[2]), "S"(call->arguments[3]), "D"(call->arguments[4])
                   : "r8", "r9", "r10", "r11", "memory");
  return result;
}

// Jumps to an instruction at `site` with the registers of a syscall. What comes after that instruction is not ours:
// `ret` brings us back, anything else is the end of this process, after the call was made.
static long call_at(uintptr_t site, const struct call *call) {
  long result;
  __asm__ volatile(
      "mov 24(%[arguments]), %%r10\n\t"
      "mov 32(%[arguments]), %%r8\n\t"
      "mov 40(%[arguments]), %%r9\n\t"
      "mov 0(%[arguments]), %%rdi\n\t"
      "mov 8(%[arguments]), %%rsi\n\t"
      "mov 16(%[arguments]), %%rdx\n\t"
      "sub $256, %%rsp\n\t"
      "call *%[site]\n\t"
      "add $256, %%rsp"
      : "=a"(result)
      : "a"(call->number), [arguments] "b"(call->arguments), [site] "r"((uintptr_t)site)
      : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r13", "r14", "r15", "memory");
  return result;
}

// A syscall instruction in memory that was mapped a moment ago.
static long call_fresh(const struct call *call) {
  static const unsigned char code[] = {0x0f, 0x05, 0xc3};  // syscall; ret
  void *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return -1;
  memcpy(page, code, sizeof code);
  long result = call_at((uintptr_t)page, call);
  munmap(page, 4096);
  return result;
}

#endif
