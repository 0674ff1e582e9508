// A stand-in for the runtime in the supervisor's tests: does what its arguments say, under the same confinement.
//
//   probe ready            writes "ready" to 1 and waits for ever
//   probe exit STATUS      ends
//   probe spin             never makes a call
//   probe arguments        writes its arguments and environment, a line each
//   probe fork             makes a child as a guest's fork does, tells its pid, and both wait for ever
//   probe escape           forks twice, leaves group and session (only the unfiltered supervisor lets it), spins
//   probe calls N:A:B..    makes each system call, all numbers in hex, and writes the results, a line each
//   probe interrupt-80     makes a system call of 32-bit programs
//   probe interrupted      waits for signal 64, then writes "interrupted"
#include "host-syscall.h"
#include "memory.h"

#define FORK_FLAGS 0x8011
#define CHILD_SIGNAL 17
#define SIGNAL_INTERRUPT 64

static void say(const char *text) { host_call3(__NR_write, 1, text, string_length(text)); }

static void say_number(long number) {
  char digits[24];
  char *at = digits + sizeof digits;
  unsigned long rest = number < 0 ? -(unsigned long)number : (unsigned long)number;
  *--at = 0;
  *--at = '\n';
  do *--at = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (number < 0) *--at = '-';
  say(at);
}

static unsigned long parse_hex(const char **text) {
  unsigned long value = 0;
  for (; **text && **text != ':'; (*text)++) value = value * 16 + (unsigned long)(**text <= '9' ? **text - '0' : **text - 'a' + 10);
  if (**text == ':') (*text)++;
  return value;
}

static _Noreturn void wait_for_ever(void) {
  for (;;) host_call4(__NR_ppoll, 0, 0, 0, 0);
}

static _Noreturn void spin(void) {
  for (;;) __asm__ volatile("pause");
}

static void make_call(const char *text) {
  unsigned long words[7] = {0};
  for (int i = 0; i < 7 && *text; i++) words[i] = parse_hex(&text);
  say_number(host_call6(words[0], words[1], words[2], words[3], words[4], words[5], words[6]));
}

static void fork_as_a_guest(void) {
  long pid = host_call5(__NR_clone, FORK_FLAGS, 0, 0, 0, 0);
  if (pid != 0) say_number(pid);
  wait_for_ever();
}

static void escape(void) {
  for (int generation = 0; generation < 2; generation++) {
    if (host_call5(__NR_clone, CHILD_SIGNAL, 0, 0, 0, 0) != 0) host_call1(__NR_exit_group, 0);
  }
  host_call0(__NR_setsid);
  say_number(host_call0(__NR_getpid));
  spin();
}

static void interrupted(int signal) {
  (void)signal;
  say("interrupted\n");
}

__asm__(".globl restore\nrestore: mov $15, %eax\nsyscall\n");
void restore(void);

static void wait_for_interrupt(void) {
  struct {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
  } action = {interrupted, 0x04000000 /* SA_RESTORER */, restore, 0};
  unsigned long none = 0;
  host_call4(__NR_rt_sigaction, SIGNAL_INTERRUPT, &action, 0, 8);
  host_call4(__NR_rt_sigprocmask, 2, &none, 0, 8);
  say_number(host_call0(__NR_gettid));
  wait_for_ever();
}

_Noreturn void probe_main(long *stack) {
  char **arguments = (char **)(stack + 1);
  const char *mode = stack[0] > 1 ? arguments[1] : "ready";
  const char *first = stack[0] > 2 ? arguments[2] : "";
  if (string_equal(mode, "exit")) host_call1(__NR_exit_group, parse_hex(&first));
  if (string_equal(mode, "spin")) say("ready\n"), spin();
  if (string_equal(mode, "fork")) fork_as_a_guest();
  if (string_equal(mode, "escape")) escape();
  if (string_equal(mode, "interrupt-80")) __asm__ volatile("int $0x80" : : "a"(20) : "memory");
  if (string_equal(mode, "interrupted")) wait_for_interrupt();
  if (string_equal(mode, "calls")) {
    for (int i = 2; i < stack[0]; i++) make_call(arguments[i]);
  } else if (string_equal(mode, "arguments")) {
    for (char **at = arguments; at < arguments + stack[0]; at++) say(*at), say("\n");
    for (char **at = arguments + stack[0] + 1; *at; at++) say(*at), say("\n");
  } else {
    say("ready\n");
    wait_for_ever();
  }
  host_call1(__NR_exit_group, 0);
  __builtin_unreachable();
}

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call probe_main\n");
