// Says how far its stack grew, in KiB, when there was no more of it.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uintptr_t top;
static volatile uintptr_t lowest;
static volatile int for_ever = 1;

static void tell(int number) {
  char text[32];
  int length = snprintf(text, sizeof text, "%lu\n", (unsigned long)(top - lowest) >> 10);
  (void)number;
  _exit(write(STDOUT_FILENO, text, (size_t)length) == length ? 0 : 1);
}

static int descend(volatile char *above) {
  volatile char frame[1024];
  lowest = (uintptr_t)frame;
  frame[0] = above[0];
  return (for_ever ? descend(frame) : 0) + frame[0];
}

int main(void) {
  volatile char first[1] = {1};
  stack_t other = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
  struct sigaction action = {.sa_handler = tell, .sa_flags = SA_ONSTACK};
  top = (uintptr_t)first;
  if (!other.ss_sp || sigaltstack(&other, NULL) < 0 || sigaction(SIGSEGV, &action, NULL) < 0) return 1;
  return descend(first);
}
