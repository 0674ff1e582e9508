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

    .bss
    .balign 16
    .skip 0x8000
boot_stack_top:
    .section .note.GNU-stack, "", @progbits
