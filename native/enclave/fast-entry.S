// Entry from a rewritten site: no signal frame. %rax is the number, arguments are in place, %rcx is where the guest goes
// on. The guest's stack is not touched (red zone). As after a `syscall`, %rcx and %r11 are lost.
#include "thread-layout.h"

    .text
    .globl fast_entry
    .hidden fast_entry
fast_entry:
    mov %rsp, %gs:THREAD_GUEST_SP
    mov %gs:THREAD_FAST_STACK, %rsp
    cld
    push %rcx
    push %rax
    push %r9
    push %r8
    push %r10
    push %rdx
    push %rsi
    push %rdi
    mov %rsp, %rdi          // struct fast_call
    call fast_dispatch
fast_dispatched:
    test %eax, %eax
    jnz fast_undone
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    pop %r9
    pop %rax
    pop %rcx

// Signal 64 from here to the jump moves the thread back to the look at what is pending.
    .globl fast_exit_begin, fast_exit_jump
    .hidden fast_exit_begin, fast_exit_jump
fast_exit_begin:
    mov %gs:THREAD_SLOT, %r11
    cmpl $0, SLOT_PENDING(%r11)
    jne 1f
#ifdef WIDEN_WINDOWS
    mov $WIDEN_WINDOWS, %r11d
7:  pause
    dec %r11d
    jnz 7b
#endif
    mov %gs:THREAD_GUEST_SP, %rsp
fast_exit_jump:
    jmp *%rcx

// Something is pending: a trap gives a frame with all of the guest's state, onto which it is delivered.
1:  mov %gs:THREAD_GUEST_SP, %rsp
    mov %rcx, %gs:THREAD_RESUME_IP
    mov %rax, %gs:THREAD_RESUME_RESULT
    mov $-1, %eax
    syscall                 // not in the trampoline page
    .globl fast_exit_trapped
    .hidden fast_exit_trapped
fast_exit_trapped:
    ud2

fast_undone:
    cmp $FAST_PASS, %eax
    jne fast_give_up

// The host may have the call as it is. Nothing returns behind it: a host call spoils what the processor predicts of returns,
// and each one that is mispredicted costs as much as all of the above.
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    pop %r9
    pop %rax
    jmp passing_gate
    .globl fast_passed
    .hidden fast_passed
fast_passed:
    test %rax, %rax
    js 1f
    pop %rcx
    mov %gs:THREAD_SLOT, %r11
    movl $0, SLOT_IN_CALL(%r11)
    movl $THREAD_STATE_USER, SLOT_THREAD_STATE(%r11)
    jmp fast_exit_begin
1:  push %rax
    push %r9
    push %r8
    push %r10
    push %rdx
    push %rsi
    push %rdi
    mov %rsp, %rdi
    call fast_complete
    jmp fast_dispatched

// The call needs a frame: nothing was done, it is made again by a trap.
fast_give_up:
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    pop %r9
    pop %rax
    pop %rcx
    mov %rcx, %gs:THREAD_RESUME_IP
    mov %gs:THREAD_GUEST_SP, %rsp
    syscall                 // not in the trampoline page
    .globl fast_entry_trapped
    .hidden fast_entry_trapped
fast_entry_trapped:
    ud2
    .section .note.GNU-stack, "", @progbits
