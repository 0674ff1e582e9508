// Entry of the image. The host has built the guest's stack already; the runtime starts on one of its own.
    .text
    .globl runtime_start
    .hidden runtime_start
runtime_start:
    mov %rsp, %rdi
    lea boot_stack_top(%rip), %rsp
    xor %ebp, %ebp
    call boot
    ud2

// _Noreturn void enter_guest(uint64_t entry, uint64_t stack): registers as the psABI says.
    .globl enter_guest
    .hidden enter_guest
enter_guest:
    mov %rsi, %rsp
    push %rdi
    xor %eax, %eax
    xor %ebx, %ebx
    xor %ecx, %ecx
    xor %edx, %edx
    xor %esi, %esi
    xor %edi, %edi
    xor %ebp, %ebp
    xor %r8d, %r8d
    xor %r9d, %r9d
    xor %r10d, %r10d
    xor %r11d, %r11d
    xor %r12d, %r12d
    xor %r13d, %r13d
    xor %r14d, %r14d
    xor %r15d, %r15d
    ret

    .bss
    .balign 16
    .skip 0x8000
boot_stack_top:
    .section .note.GNU-stack, "", @progbits
