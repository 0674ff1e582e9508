// The smallest program that ends well, without a libc: the seed that the ELF tests change byte by byte.
volatile int status = 42;
static volatile char zeros[5000];

void _start(void) {
  __asm__ volatile("syscall" ::"a"(231L), "D"((long)status + zeros[4999]));
  __builtin_unreachable();
}
