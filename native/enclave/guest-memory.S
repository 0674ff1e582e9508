// Copies that may touch bad guest memory. A fault between guest_memory_begin and guest_memory_end makes the routine
// return false (fault.c moves the thread to guest_memory_fault).

    .text
// bool copy_from_guest(void *to, uint64_t from, size_t bytes)
// bool copy_to_guest(uint64_t to, const void *from, size_t bytes)
    .globl copy_from_guest, copy_to_guest, guest_memory_begin, guest_memory_end, guest_memory_fault
    .hidden copy_from_guest, copy_to_guest, guest_memory_begin, guest_memory_end, guest_memory_fault
copy_from_guest:
copy_to_guest:
    mov %rdx, %rcx
guest_memory_begin:
    rep movsb
    mov $1, %eax
    ret

// bool guest_load32(uint64_t address, uint32_t *value)
    .globl guest_load32, guest_store32, guest_load64, guest_store64, guest_load8
    .hidden guest_load32, guest_store32, guest_load64, guest_store64, guest_load8
guest_load32:
    mov (%rdi), %ecx
    mov %ecx, (%rsi)
    mov $1, %eax
    ret

// bool guest_store32(uint64_t address, uint32_t value)
guest_store32:
    mov %esi, (%rdi)
    mov $1, %eax
    ret

// bool guest_load64(uint64_t address, uint64_t *value)
guest_load64:
    mov (%rdi), %rcx
    mov %rcx, (%rsi)
    mov $1, %eax
    ret

// bool guest_store64(uint64_t address, uint64_t value)
guest_store64:
    mov %rsi, (%rdi)
    mov $1, %eax
    ret

// bool guest_load8(uint64_t address, uint8_t *value)
guest_load8:
    mov (%rdi), %cl
    mov %cl, (%rsi)
    mov $1, %eax
    ret

// long guest_exchange32(uint64_t address, uint32_t expected, uint32_t value): 1 exchanged, 2 another value, 0 fault
    .globl guest_exchange32
    .hidden guest_exchange32
guest_exchange32:
    mov %esi, %eax
    lock cmpxchg %edx, (%rdi)
    mov $2, %ecx
    mov $1, %eax
    cmovne %ecx, %eax
    ret

// long guest_string(char *to, uint64_t from, size_t room): length with its NUL, room + 1 without a NUL in reach, 0 fault
    .globl guest_string
    .hidden guest_string
guest_string:
    xor %eax, %eax
1:  cmp %rdx, %rax
    jae 2f
    mov (%rsi,%rax), %cl
    mov %cl, (%rdi,%rax)
    inc %rax
    test %cl, %cl
    jnz 1b
    ret
2:  lea 1(%rdx), %rax
    ret
guest_memory_end:

guest_memory_fault:
    xor %eax, %eax
    ret
    .section .note.GNU-stack, "", @progbits
