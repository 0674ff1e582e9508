// Makes calls from two places often enough that both are hot, and says of each whether its code is still what the compiler
// made of it. `call-sites`
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#define ROUNDS 5000
#define BYTES 8

// mov $number, %eax; syscall
__attribute__((noinline)) static long call_after_move(void) {
  long result;
  __asm__ volatile(".globl move_site\nmove_site: mov %1, %%eax\n\tsyscall" : "=a"(result) : "i"(SYS_getpid) : "rcx", "r11", "memory");
  return result;
}

// syscall; cmp $-4095, %rax, as in the functions of glibc
__attribute__((noinline)) static long call_before_compare(void) {
  static volatile long number = SYS_getpid;  // else a mov of it would come before
  long result = number;
  __asm__ volatile(".globl compare_site\ncompare_site: syscall\n\tcmp $-4095, %%rax" : "+a"(result) : : "rcx", "r11", "memory", "cc");
  return result;
}

extern const uint8_t move_site[], compare_site[];

int main(void) {
  static const uint8_t move[BYTES] = {0xb8, SYS_getpid, 0, 0, 0, 0x0f, 0x05};
  static const uint8_t compare[BYTES] = {0x0f, 0x05, 0x48, 0x3d, 0x01, 0xf0, 0xff, 0xff};
  long first = call_after_move(), wrong = 0;
  for (int i = 0; i < ROUNDS; i++) wrong += (call_after_move() != first) + (call_before_compare() != first);
  printf("move %s\n", memcmp(move_site, move, BYTES - 1) == 0 ? "as compiled" : "rewritten");
  printf("compare %s\n", memcmp(compare_site, compare, BYTES) == 0 ? "as compiled" : "rewritten");
  return wrong != 0;
}
