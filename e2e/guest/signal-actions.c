// rt_sigaction, masks and alternate stacks: every flag, every error, and the order in which they are checked.
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "show.h"

#define BAD ((void *)1)
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

struct kernel_action {
  void *handler;
  unsigned long flags;
  void *restorer;
  unsigned long mask;
};

static void action_errors(void) {
  struct kernel_action action = {SIG_DFL, 0, NULL, 0}, old;
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, &action, &old, 4));
  SHOW(syscall(SYS_rt_sigaction, 0, &action, &old, 8));
  SHOW(syscall(SYS_rt_sigaction, 65, &action, &old, 8));
  SHOW(syscall(SYS_rt_sigaction, -1, NULL, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, 64, NULL, &old, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGKILL, &action, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGSTOP, &action, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGKILL, NULL, &old, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, BAD, &old, 8));
  SHOW(syscall(SYS_rt_sigaction, 0, BAD, &old, 4));
  SHOW(syscall(SYS_rt_sigaction, 0, BAD, &old, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, BAD, 8));
  action.handler = SIG_IGN;
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, &action, BAD, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &old, 8));
  printf("set although the old one could not be written: %d\n", old.handler == SIG_IGN);
}

static void action_flags(void) {
  struct kernel_action action = {SIG_IGN, ~0ul, NULL, ~0ul}, old;
  syscall(SYS_rt_sigaction, SIGUSR2, &action, NULL, 8);
  syscall(SYS_rt_sigaction, SIGUSR2, NULL, &old, 8);
  printf("flags that are kept: %#lx, mask %#lx\n", old.flags, old.mask);
  for (unsigned bit = 0; bit < 32; bit++) {
    action.flags = 1ul << bit;
    syscall(SYS_rt_sigaction, SIGUSR2, &action, NULL, 8);
    syscall(SYS_rt_sigaction, SIGUSR2, NULL, &old, 8);
    if (old.flags) printf("flag %#lx\n", old.flags);
  }
  signal(SIGUSR2, SIG_DFL);
}

static volatile int depth, deepest, runs;
static void nest(int number) {
  depth++;
  if (depth > deepest) deepest = depth;
  if (++runs < 3) raise(number);
  depth--;
}

static sigset_t mask_inside;
static void look_at_mask(int number) {
  (void)number;
  sigprocmask(SIG_BLOCK, NULL, &mask_inside);
}

static void handler_flags(void) {
  struct sigaction action = {.sa_handler = nest};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("deferred in its own handler: depth %d\n", deepest);
  deepest = runs = 0;
  action.sa_flags = SA_NODEFER;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("SA_NODEFER: depth %d\n", deepest);

  action = (struct sigaction){.sa_handler = look_at_mask, .sa_flags = SA_RESETHAND};
  action.sa_mask = set_of(SIGUSR2, SIGKILL);
  sigaction(SIGUSR1, &action, NULL);
  block(SIGHUP, 0);
  raise(SIGUSR1);
  printf("mask inside: own %d sa_mask %d blocked before %d KILL %d other %d\n", sigismember(&mask_inside, SIGUSR1), sigismember(&mask_inside, SIGUSR2),
         sigismember(&mask_inside, SIGHUP), sigismember(&mask_inside, SIGKILL), sigismember(&mask_inside, SIGINT));
  sigprocmask(SIG_BLOCK, NULL, &mask_inside);
  printf("mask after: own %d sa_mask %d blocked before %d\n", sigismember(&mask_inside, SIGUSR1), sigismember(&mask_inside, SIGUSR2), sigismember(&mask_inside, SIGHUP));
  unblock(SIGHUP, 0);
  struct sigaction now;
  sigaction(SIGUSR1, NULL, &now);
  printf("SA_RESETHAND: default %d, flags %#x, mask kept %d\n", now.sa_handler == SIG_DFL, now.sa_flags, sigismember(&now.sa_mask, SIGUSR2));
}

static void fault_of_reset_handler(void) {
  handle(SIGUSR1, SA_RESETHAND);
  raise(SIGUSR1);
  raise(SIGUSR1);
}

static void orders(void) {
  handle(SIGUSR1, 0), handle(SIGUSR2, 0), handle(SIGTERM, 0), handle(SIGRTMIN, 0), handle(SIGRTMIN + 2, 0);
  sigset_t all, old;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &old);
  raise(SIGRTMIN + 2), raise(SIGUSR2), raise(SIGRTMIN), raise(SIGUSR1), raise(SIGTERM), raise(SIGUSR1), raise(SIGRTMIN);
  order_count = 0;
  sigprocmask(SIG_SETMASK, &old, NULL);
  show_order("unblocked together, the handlers run");
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  for (int number = 1; number <= SIGRTMIN + 2; number++) sigaction(number, &action, NULL);
  sigprocmask(SIG_BLOCK, &all, &old);
  raise(SIGRTMIN + 2), raise(SIGUSR2), raise(SIGRTMIN), raise(SIGSEGV), raise(SIGUSR1), raise(SIGTERM), raise(SIGHUP), raise(SIGRTMIN), raise(SIGSYS);
  sigprocmask(SIG_SETMASK, &old, NULL);
  show_order("the same with handlers that block all");
  // Those of the thread come before those of the process.
  sigprocmask(SIG_BLOCK, &all, &old);
  kill(getpid(), SIGUSR1), raise(SIGTERM), kill(getpid(), SIGRTMIN), raise(SIGRTMIN + 1), kill(getpid(), SIGHUP);
  sigprocmask(SIG_SETMASK, &old, NULL);
  show_order("of the process and of the thread");
  union sigval value;
  int values[4], count = 0;
  sigprocmask(SIG_BLOCK, &all, &old);
  for (value.sival_int = 1; value.sival_int <= 4; value.sival_int++) sigqueue(getpid(), SIGRTMIN + 1, value);
  siginfo_t info;
  sigset_t one = set_of(SIGRTMIN + 1, 0);
  while (count < 4 && sigtimedwait(&one, &info, &(struct timespec){0, 0}) > 0) values[count++] = info.si_value.sival_int;
  printf("queued: %d, in order %d %d %d %d\n", count, values[0], values[1], values[2], values[3]);
  sigprocmask(SIG_SETMASK, &old, NULL);
  for (int number = 1; number <= SIGRTMIN + 2; number++) signal(number, SIG_DFL);
}

static void ignoring(void) {
  block(SIGUSR1, SIGCHLD);
  signal(SIGUSR1, SIG_IGN);
  raise(SIGUSR1);
  printf("ignored and blocked: pending %d\n", pending(SIGUSR1));
  signal(SIGUSR1, SIG_IGN);
  printf("set to be ignored again: pending %d\n", pending(SIGUSR1));
  handle(SIGUSR1, 0);
  raise(SIGUSR1);
  signal(SIGUSR1, SIG_DFL);
  printf("default of a signal that ends: pending %d\n", pending(SIGUSR1));
  signal(SIGUSR1, SIG_IGN);
  raise(SIGCHLD);
  printf("SIGCHLD blocked: pending %d\n", pending(SIGCHLD));
  signal(SIGCHLD, SIG_DFL);
  printf("its default set again: pending %d\n", pending(SIGCHLD));
  unblock(SIGUSR1, SIGCHLD);
  signal(SIGUSR1, SIG_DFL);
  raise(SIGURG), raise(SIGWINCH), raise(SIGCHLD), raise(SIGCONT);
  printf("ignored by default\n");
}

static void mask_errors(void) {
  unsigned long set = 1ul << (SIGUSR1 - 1), old = 0;
  SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, &old, 16));
  SHOW(syscall(SYS_rt_sigprocmask, 7, &set, &old, 8));
  SHOW(syscall(SYS_rt_sigprocmask, 7, NULL, &old, 8));
  SHOW(syscall(SYS_rt_sigprocmask, 7, BAD, &old, 8));
  SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, BAD, 8));
  SHOW(syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, &old, 8));
  printf("set although the old one could not be written: %d\n", (old & set) != 0);
  set = ~0ul;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
  set = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, &old, 8);
  printf("all that can be blocked: %#lx\n", old);
  SHOW(syscall(SYS_rt_sigpending, &set, 16));
  SHOW(syscall(SYS_rt_sigpending, BAD, 8));
  SHOW(syscall(SYS_rt_sigpending, BAD, 0));
  SHOW(syscall(SYS_rt_sigpending, &set, 4));
  SHOW(syscall(SYS_rt_sigsuspend, &set, 4));
  SHOW(syscall(SYS_rt_sigsuspend, BAD, 8));
  struct timespec bad_time = {0, 2000000000}, negative = {-1, 0}, nothing = {0, 0};
  SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, &nothing, 4));
  SHOW(syscall(SYS_rt_sigtimedwait, BAD, NULL, &bad_time, 8));
  SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, BAD, 8));
  SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, &bad_time, 8));
  SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, &negative, 8));
  SHOW(syscall(SYS_rt_sigtimedwait, &set, BAD, &nothing, 8));
  block(SIGUSR1, 0);
  raise(SIGUSR1);
  set = 1ul << (SIGUSR1 - 1);
  SHOW(syscall(SYS_rt_sigtimedwait, &set, BAD, &nothing, 8));
  printf("taken although it could not be told: pending %d\n", pending(SIGUSR1));
  unblock(SIGUSR1, 0);
}

// ---- alternate stacks ----

static char *stack_memory;
static stack_t stack_inside;
static volatile int on_stack, change_inside, same_inside;

static void on_its_stack(int number) {
  char here;
  (void)number;
  on_stack = &here >= stack_memory && &here < stack_memory + 65536;
  sigaltstack(NULL, &stack_inside);
  stack_t other = {.ss_sp = stack_memory, .ss_size = 32768};
  change_inside = sigaltstack(&other, NULL) == 0 ? 0 : errno;
  stack_t same = {.ss_sp = stack_memory, .ss_size = 65536};
  same_inside = sigaltstack(&same, NULL) == 0 ? 0 : errno;
}

static void show_stack(const char *what) {
  stack_t now;
  sigaltstack(NULL, &now);
  printf("%s: flags %#x size %zu there %d\n", what, (unsigned)now.ss_flags, now.ss_size, now.ss_sp != NULL);
}

static void alternate_stacks(void) {
  stack_memory = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show_stack("at first");
  stack_t stack = {.ss_sp = stack_memory, .ss_size = 2047};
  SHOW(sigaltstack(&stack, NULL));
  stack.ss_size = 65536, stack.ss_flags = 4;
  SHOW(sigaltstack(&stack, NULL));
  stack.ss_flags = SS_DISABLE | SS_ONSTACK;
  SHOW(sigaltstack(&stack, NULL));
  SHOW(sigaltstack(BAD, NULL));
  stack.ss_flags = SS_ONSTACK;
  SHOW(sigaltstack(&stack, NULL));
  show_stack("set with SS_ONSTACK");
  stack.ss_flags = 0;
  SHOW(sigaltstack(&stack, BAD));
  show_stack("set");
  struct sigaction action = {.sa_handler = on_its_stack, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("SA_ONSTACK: on it %d, flags inside %#x, change %s, the same again %s\n", on_stack, (unsigned)stack_inside.ss_flags,
         strerrorname_np(change_inside), strerrorname_np(same_inside));
  show_stack("after");
  action.sa_flags = 0;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("without SA_ONSTACK: on it %d, flags inside %#x, change %s\n", on_stack, (unsigned)stack_inside.ss_flags, strerrorname_np(change_inside));
  sigaltstack(&stack, NULL);
  stack.ss_flags = (int)SS_AUTODISARM;
  SHOW(sigaltstack(&stack, NULL));
  show_stack("SS_AUTODISARM");
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("SS_AUTODISARM: on it %d, flags inside %#x, change %s\n", on_stack, (unsigned)stack_inside.ss_flags, strerrorname_np(change_inside));
  show_stack("after SS_AUTODISARM");
  stack.ss_flags = SS_DISABLE;
  SHOW(sigaltstack(&stack, NULL));
  show_stack("disabled");
  raise(SIGUSR1);
  printf("SA_ONSTACK without a stack: on it %d\n", on_stack);
  signal(SIGUSR1, SIG_DFL);
}

static void overflow_stack(void) {
  // A frame does not fit: SIGSEGV, for which there is no room either.
  stack_t stack = {.ss_sp = stack_memory, .ss_size = 2048};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = on_its_stack, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  memset(stack_memory, 0, 4096);
  mprotect(stack_memory, 4096, PROT_READ);
  raise(SIGUSR1);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  action_errors();
  action_flags();
  handler_flags();
  in_child("SA_RESETHAND, the second one", fault_of_reset_handler);
  orders();
  ignoring();
  mask_errors();
  alternate_stacks();
  in_child("a frame that cannot be written", overflow_stack);
  return 0;
}
