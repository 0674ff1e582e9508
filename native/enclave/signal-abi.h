// Signal structures of Linux on x86-64 as the host writes them and the guest reads them.
//
// Source: arch/x86/include/uapi/asm/{ucontext,sigcontext}.h, include/uapi/asm-generic/{signal,siginfo}.h.
#ifndef OCCLUM_ENCLAVE_SIGNAL_ABI_H
#define OCCLUM_ENCLAVE_SIGNAL_ABI_H

#include <linux/signal.h>
#include <stddef.h>
#include <stdint.h>

#define SIGNAL_INTERRUPT 64  // wakes a thread; never seen by a guest as the host's

#define signal_bit(number) (1ul << ((number) - 1))
// What no thread can block.
#define MASK_UNBLOCKABLE (signal_bit(SIGKILL) | signal_bit(SIGSTOP))

struct guest_stack {
  uint64_t address;
  int32_t flags;
  int32_t reserved;
  uint64_t size;
};

struct signal_registers {
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
  uint16_t cs, gs, fs, ss;
  uint64_t error, trap, old_mask, fault_address;
  uint64_t extended_state;  // address of the fxsave or xsave area
  uint64_t reserved[8];
};

struct signal_context {
  uint64_t flags;
  uint64_t link;
  struct guest_stack stack;
  struct signal_registers registers;
  uint64_t mask;
};
_Static_assert(offsetof(struct signal_context, mask) == 296, "struct ucontext");
_Static_assert(sizeof(struct signal_context) == 304, "struct ucontext");

struct signal_information {
  int32_t number, error, code, padding;
  union {
    uint64_t address;  // faults
    struct {
      uint64_t call_address;
      int32_t call;
      uint32_t architecture;
    } system_call;  // SIGSYS
    uint8_t bytes[112];
  };
};
_Static_assert(sizeof(struct signal_information) == 128, "siginfo_t");

// Software-reserved bytes of the fxsave area: how large the whole state is.
#define EXTENDED_STATE_LEGACY_SIZE 512
#define EXTENDED_STATE_SOFTWARE 464
#define EXTENDED_STATE_MAGIC 0x46505853u
#define EXTENDED_STATE_MAX 0x8000u

#endif
