// A host call that may wait, for threads of this process that can be interrupted (host-thread.h).

    .text

// long waiting_gate(const uint32_t *pending, const uint32_t *mask, long number, const long arguments[6])
//
// Not made while an event is pending that is not masked: EINTR then. Signal 64 inside [waiting_gate_begin,
// waiting_gate_syscall] moves the thread to waiting_gate_refuse, so an event after the look is not lost.
    .globl waiting_gate, waiting_gate_begin, waiting_gate_syscall, waiting_gate_refuse
    .hidden waiting_gate, waiting_gate_begin, waiting_gate_syscall, waiting_gate_refuse
    .type waiting_gate, @function
waiting_gate:
    .cfi_startproc
    push %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    push %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r12, 0
    mov %rdi, %rbx
    mov %rsi, %r12
    mov %rdx, %r11
    mov %rcx, %rax
    mov (%rax), %rdi
    mov 8(%rax), %rsi
    mov 16(%rax), %rdx
    mov 24(%rax), %r10
    mov 32(%rax), %r8
    mov 40(%rax), %r9
waiting_gate_begin:
    mov (%r12), %eax
    not %eax
    test %eax, (%rbx)
    jne waiting_gate_refuse
#ifdef WIDEN_WINDOWS
    mov $WIDEN_WINDOWS, %eax
7:  pause
    dec %eax
    jnz 7b
#endif
    mov %r11, %rax
waiting_gate_syscall:
    syscall
8:  pop %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r12
    pop %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
    .cfi_adjust_cfa_offset 16
waiting_gate_refuse:
    mov $-4, %rax  // EINTR
    jmp 8b
    .cfi_endproc
    .size waiting_gate, . - waiting_gate

    .section .note.GNU-stack, "", @progbits
