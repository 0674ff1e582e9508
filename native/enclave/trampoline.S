// The one page from which the host takes system calls after Syscall User Dispatch is on.
//
// A guest can jump here with registers of its choice: what protects the host is the filter on numbers, not this page.
#include "thread-layout.h"

// Tests make the windows of the races long: a few instructions are hit by no signal.
.macro widen register
#ifdef WIDEN_WINDOWS
    mov $WIDEN_WINDOWS, \register
7:  pause
    dec \register
    jnz 7b
#endif
.endm

    .section .trampoline, "ax", @progbits
    .balign 4096
    .globl trampoline_page
    .hidden trampoline_page
trampoline_page:

// A call of the host, registers as the host wants them.
    .globl host_gate
    .hidden host_gate
host_gate:
    syscall
    ret

// The same for a call that may wait: not made while an event is pending. Signal 64 inside [waiting_gate_begin,
// waiting_gate_syscall] moves the thread to waiting_gate_end with -RESULT_NOT_MADE, so an event after the look is not lost.
    .globl waiting_gate, waiting_gate_begin, waiting_gate_syscall, waiting_gate_end
    .hidden waiting_gate, waiting_gate_begin, waiting_gate_syscall, waiting_gate_end
waiting_gate:
waiting_gate_begin:
    mov %gs:THREAD_SLOT, %rcx
    cmpl $0, SLOT_PENDING(%rcx)
    jne 1f
    widen %ecx
waiting_gate_syscall:
    syscall
waiting_gate_end:
    ret
1:  mov $-RESULT_NOT_MADE, %rax
    ret

// The same for a call of the fast entry, which goes on at fast_passed. Its window is [passing_gate, passing_gate_syscall].
    .globl passing_gate, passing_gate_syscall, passing_gate_end
    .hidden passing_gate, passing_gate_syscall, passing_gate_end
passing_gate:
    mov %gs:THREAD_SLOT, %rcx
    cmpl $0, SLOT_PENDING(%rcx)
    jne 1f
    widen %ecx
passing_gate_syscall:
    syscall
passing_gate_end:
    jmp fast_passed
1:  mov $-RESULT_NOT_MADE, %rax
    jmp fast_passed

// Where signal handlers return to. %rsp is at the frame's context. Signal 64 between the look and the call moves the
// thread back to the look.
    .globl signal_return, signal_return_begin, signal_return_syscall
    .hidden signal_return, signal_return_begin, signal_return_syscall
signal_return:
signal_return_begin:
    mov %gs:THREAD_SLOT, %rax
    cmpl $0, SLOT_PENDING(%rax)
    jne 1f
    widen %ecx
    mov $NUMBER_RT_SIGRETURN, %eax
signal_return_syscall:
    syscall
    ud2
1:  mov %rsp, %rdi
    call signal_return_pending
    jmp signal_return_begin

// Where a handler returns to that interrupted the runtime itself: no look.
    .globl signal_return_plain
    .hidden signal_return_plain
signal_return_plain:
    mov $NUMBER_RT_SIGRETURN, %eax
    syscall
    ud2

// _Noreturn void resume_context(struct signal_context *)
    .globl resume_context
    .hidden resume_context
resume_context:
    mov %rdi, %rsp
    jmp signal_return_begin

// long clone_gate(flags, stack, child_tid, tls, function, argument): the child runs function(argument) on its stack.
    .globl clone_gate
    .hidden clone_gate
clone_gate:
    sub $16, %rsi
    mov %r8, (%rsi)
    mov %r9, 8(%rsi)
    mov %rdx, %r10
    mov %rcx, %r8
    xor %edx, %edx
    mov $NUMBER_CLONE, %eax
    syscall
    test %rax, %rax
    jz 1f
    ret
1:  pop %rax
    pop %rdi
    xor %ebp, %ebp
    call *%rax
    ud2

    .balign 4096
    .globl trampoline_end
    .hidden trampoline_end
trampoline_end:
    .section .note.GNU-stack, "", @progbits
