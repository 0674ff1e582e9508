// Corners of signals: children that nobody waits for, alternate stacks and their limits, what a return restores, overruns.
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <ucontext.h>

#include "show.h"

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif
#define BAD ((void *)1)

static void no_core(void) {
  struct rlimit none = {1, 1};
  setrlimit(RLIMIT_CORE, &none);
}

static void show_child(const char *what, pid_t child) {
  UNTIL(handled);
  printf("%s: signal %d code %d status %d child %d uid %d\n", what, last.si_signo, last.si_code, last.si_status, last.si_pid == child, last.si_uid == getuid());
  handled = 0;
}

// ---- children ----

static pid_t start(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) for (;;) pause();
  setpgid(child, child);  // with a parent in another group of the session, so that it can be stopped
  return child;
}

static void children(void) {
  int status;
  handle(SIGCHLD, 0);
  pid_t child = start();
  kill(child, SIGSTOP);
  show_child("stopped", child);
  kill(child, SIGCONT);
  show_child("continued", child);
  kill(child, SIGTSTP);
  show_child("stopped by the terminal's signal", child);
  kill(child, SIGTERM);
  printf("not while it is stopped: %d\n", waitpid(child, &status, WNOHANG));
  kill(child, SIGCONT);
  UNTIL(waitpid(child, &status, WNOHANG) == child);
  show_status("then", status);
  handled = 0;
  child = start();
  kill(child, SIGKILL);
  show_child("killed", child);
  waitpid(child, NULL, 0);
  fflush(stdout);
  child = fork();
  if (child == 0) _exit(300);
  show_child("exited", child);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED);
  printf("waited for: code %d status %d\n", info.si_code, info.si_status);

  handle(SIGCHLD, SA_NOCLDSTOP);
  child = start();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  show_status("not told of", status);
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  show_status("not told of", status);
  printf("told %d times\n", handled);
  kill(child, SIGKILL);
  show_child("told of its end", child);
  waitpid(child, NULL, 0);

  handle(SIGCHLD, SA_NOCLDWAIT | SA_RESTART);
  child = start();
  kill(child, SIGKILL);
  show_child("told of an end that nobody waits for", child);
  SHOW(waitpid(child, NULL, 0));
  child = start();
  pid_t second = start();
  kill(child, SIGKILL), kill(second, SIGKILL);
  SHOW(wait(NULL));
  handled = 0;
  signal(SIGCHLD, SIG_IGN);
  child = start();
  kill(child, SIGKILL);
  SHOW(waitpid(child, NULL, 0));
  signal(SIGCHLD, SIG_DFL);
  child = start();
  kill(child, SIGKILL);
  SHOW(waitpid(child, &status, 0) == child);
}

static void other_exit_signal(void) {
  handle(SIGUSR1, 0);
  handled = 0;
  fflush(stdout);
  pid_t child = (pid_t)syscall(SYS_clone, SIGUSR1, 0, 0, 0, 0);
  if (child == 0) _exit(3);
  show_child("told by another signal", child);
  SHOW(waitpid(child, NULL, 0));
  SHOW(waitpid(child, NULL, __WALL) == child);
  child = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (child == 0) _exit(4);
  SHOW(waitpid(child, NULL, __WCLONE) == child);
  printf("told %d times\n", handled);
}

// ---- stacks ----

static char stack[65536], second_stack[65536];
static stack_t seen;
static volatile int on_stack, changed, small;

static void look(int number, siginfo_t *info, void *context) {
  (void)number, (void)info, (void)context;
  char here;
  on_stack = &here > stack && &here < stack + sizeof stack;
  sigaltstack(NULL, &seen);
  stack_t other = {.ss_sp = second_stack, .ss_size = sizeof second_stack};
  errno = 0;
  changed = sigaltstack(&other, NULL) == 0 ? 0 : errno;
  stack_t tiny = {.ss_sp = second_stack, .ss_size = 100};
  errno = 0;
  small = sigaltstack(&tiny, NULL) == 0 ? 0 : errno;
}

static void stacks(void) {
  stack_t one = {.ss_sp = stack, .ss_size = 100}, old;
  SHOW(sigaltstack(&one, NULL));
  one.ss_size = MINSIGSTKSZ - 1;
  SHOW(sigaltstack(&one, NULL));
  one.ss_size = sizeof stack, one.ss_flags = 7;
  SHOW(sigaltstack(&one, NULL));
  one.ss_flags = SS_ONSTACK;
  SHOW(sigaltstack(&one, NULL));
  SHOW(sigaltstack(NULL, &old));
  printf("flags %#x\n", old.ss_flags);
  SHOW(sigaltstack(BAD, NULL));
  SHOW(sigaltstack(NULL, BAD));
  one.ss_flags = SS_DISABLE, one.ss_size = 1;
  SHOW(sigaltstack(&one, &old));
  SHOW(sigaltstack(NULL, &old));
  printf("flags %#x size %zu\n", old.ss_flags, old.ss_size);
  struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  for (unsigned i = 0; i < 3; i++) {
    one = (stack_t){.ss_sp = stack, .ss_size = sizeof stack, .ss_flags = i == 1 ? (int)SS_AUTODISARM : 0};
    if (i == 2) one.ss_flags = SS_DISABLE;
    SHOW(sigaltstack(&one, NULL));
    raise(SIGUSR1);
    printf("on it %d, flags seen %#x, changed %s, small %s\n", on_stack, seen.ss_flags, changed ? strerrorname_np(changed) : "yes", small ? strerrorname_np(small) : "yes");
    sigaltstack(NULL, &old);
    printf("afterwards: flags %#x, the same %d\n", old.ss_flags, old.ss_sp == stack);
  }
}

static void overflow_stack(void) {
  no_core();
  size_t page = 4096;
  char *memory = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(memory, 7 * page, PROT_NONE);
  stack_t one = {.ss_sp = memory, .ss_size = 8 * page};
  sigaltstack(&one, NULL);
  handle(SIGUSR1, SA_ONSTACK);
  handle(SIGSEGV, 0);
  mprotect(memory, 8 * page, PROT_NONE);
  raise(SIGUSR1);
  printf("unreachable? handled %d\n", handled);
}

static sigjmp_buf back;
static volatile siginfo_t fault;

static void escape(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  fault = *info;
  siglongjmp(back, 1);
}

static void (*volatile dive)(int);
static void deeper(int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  dive(depth + 1);
  room[1] = room[0];
}

static void overflow_main(void) {
  stack_t one = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&one, NULL);
  struct sigaction action = {.sa_sigaction = escape, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  struct rlimit limit = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_STACK, &limit);
  dive = deeper;
  if (sigsetjmp(back, 1) == 0) dive(0);
  printf("a stack that is too deep: signal %d code %d\n", fault.si_signo, fault.si_code);
}

static void overflow_without(void) {
  no_core();
  handle(SIGSEGV, 0);
  struct rlimit limit = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_STACK, &limit);
  dive = deeper;
  dive(0);
}

// ---- what a return restores ----

static void change(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  ucontext_t *frame = context;
  printf("frame: blocked %d, stack %d\n", sigismember(&frame->uc_sigmask, SIGUSR2), frame->uc_stack.ss_sp == stack);
  sigaddset(&frame->uc_sigmask, SIGWINCH);
  sigaddset(&frame->uc_sigmask, SIGKILL);
  sigdelset(&frame->uc_sigmask, SIGUSR2);
  frame->uc_stack.ss_sp = second_stack;
  frame->uc_stack.ss_size = sizeof second_stack;
}

static void restored(void) {
  stack_t one = {.ss_sp = stack, .ss_size = sizeof stack}, old;
  sigaltstack(&one, NULL);
  block(SIGUSR2, 0);
  struct sigaction action = {.sa_sigaction = change, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  sigset_t now;
  sigprocmask(SIG_SETMASK, NULL, &now);
  printf("afterwards: blocked %d %d %d\n", sigismember(&now, SIGUSR2), sigismember(&now, SIGWINCH), sigismember(&now, SIGKILL));
  sigaltstack(NULL, &old);
  printf("stack of the frame %d\n", old.ss_sp == second_stack);
  unblock(SIGWINCH, 0);
  one.ss_flags = SS_DISABLE;
  sigaltstack(&one, NULL);
}

// ---- queues ----

static void queues(void) {
  siginfo_t info = {.si_code = SI_USER};
  SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGUSR1, BAD));
  pid_t child = start();
  const int codes[] = {SI_USER, SI_KERNEL, SI_QUEUE, SI_TIMER, SI_TKILL, SI_SIGIO, 1, -100};
  for (int i = 0; i < 8; i++) {
    info.si_code = codes[i];
    printf("code %d: ", codes[i]);
    SHOW(syscall(SYS_rt_sigqueueinfo, child, 0, &info));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, child, child, 0, &info));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), 0, &info));
  }
  SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), child, 0, &info));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, 0, child, 0, &info));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, child, child, 65, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, child, 65, &info));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);

  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  const int sent[] = {SIGRTMIN + 3, SIGUSR2, SIGRTMIN + 1, SIGRTMIN + 3, SIGTERM, SIGRTMIN + 1, SIGUSR2};
  for (int i = 0; i < 7; i++) {
    union sigval value = {.sival_int = i};
    SHOW(sigqueue(getpid(), sent[i], value));
  }
  raise(SIGRTMIN + 3);
  const struct timespec no_time = {0, 0}, bad_time = {0, -1};
  while (sigtimedwait(&all, &info, &no_time) > 0) printf("taken %d value %d code %d\n", info.si_signo, info.si_value.sival_int, info.si_code);
  SHOW(sigtimedwait(&all, &info, &no_time));
  SHOW(sigtimedwait(&all, &info, &bad_time));
  struct rlimit limit = {2, 2}, old;
  getrlimit(RLIMIT_SIGPENDING, &old);
  limit.rlim_max = old.rlim_max;
  raise(SIGRTMIN + 5), raise(SIGRTMIN + 5);
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_SIGPENDING, &limit);
  SHOW(sigqueue(getpid(), SIGRTMIN + 6, (union sigval){.sival_int = 1}));
  SHOW(kill(getpid(), SIGRTMIN + 6));
  SHOW(pthread_kill(pthread_self(), SIGRTMIN + 7));
  SHOW(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 1}));
  while (sigtimedwait(&all, &info, &no_time) > 0) printf("taken %d value %d code %d by itself %d\n", info.si_signo, info.si_value.sival_int, info.si_code, info.si_pid == getpid());
  setrlimit(RLIMIT_SIGPENDING, &old);
  sigprocmask(SIG_UNBLOCK, &all, NULL);
}

static void everybody(void) {
  pid_t child = start();
  SHOW(kill(-1, 65));
  SHOW(kill(INT32_MIN, 0));
  SHOW(kill(-4000000, 0));
  SHOW(kill(4000000, 0));
  SHOW(kill(4000000, 65));
  SHOW(kill(getpid(), 65));
  SHOW(tgkill(getpid(), getpid(), -1));
  SHOW(tgkill(getpid(), child, 0));
  SHOW(tgkill(child, child, 0));
  SHOW(syscall(SYS_tkill, child, 0));
  SHOW(syscall(SYS_tkill, 0, 0));
  kill(child, SIGKILL);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  SHOW(kill(child, 0));
  SHOW(kill(-child, SIGKILL));
  SHOW(tgkill(child, child, SIGTERM));
  waitpid(child, NULL, 0);
  SHOW(kill(child, 0));
  SHOW(kill(-child, 0));
}

// ---- timers of one thread ----

static volatile pid_t by;
static void note_thread(int number, siginfo_t *info, void *context) {
  note(number, info, context);
  by = gettid();
}

static void *with_timer(void *unused) {
  (void)unused;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 2, .sigev_value.sival_int = 9};
  event._sigev_un._tid = gettid();
  timer_t timer;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  handled = 0;
  const struct itimerspec soon = {{0, 0}, {0, 1000000}};
  timer_settime(timer, 0, &soon, NULL);
  UNTIL(handled);
  printf("its thread %d code %d value %d\n", by == gettid(), last.si_code, last.si_value.sival_int);
  block(SIGRTMIN + 2, 0);
  sigset_t set = set_of(SIGRTMIN + 2, 0);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  const struct itimerspec often = {{0, 1000000}, {0, 1000000}};
  timer_settime(timer, 0, &often, NULL);
  usleep(30000);
  siginfo_t info;
  sigwaitinfo(&set, &info);
  printf("overrun %d, the same %d\n", info.si_overrun > 5, timer_getoverrun(timer) == info.si_overrun);
  timer_delete(timer);
  return NULL;
}

static void timers(void) {
  struct sigaction action = {.sa_sigaction = note_thread, .sa_flags = SA_SIGINFO};
  sigaction(SIGRTMIN + 2, &action, NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, with_timer, NULL);
  pthread_join(thread, NULL);
}

// ---- faults ----

static void *volatile target;
static void show_fault(const char *what, void (*body)(void)) {
  struct sigaction action = {.sa_sigaction = escape, .sa_flags = SA_SIGINFO | SA_NODEFER};
  for (int i = 0; i < 5; i++) sigaction((int[]){SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP}[i], &action, NULL);
  memset((void *)&fault, 0, sizeof fault);
  if (sigsetjmp(back, 1) == 0) body();
  printf("%s: signal %d code %d address %d\n", what, fault.si_signo, fault.si_code, target && fault.si_addr == target);
}

static void read_target(void) { (void)*(volatile char *)target; }
static void write_target(void) { *(volatile char *)target = 1; }
static void run_target(void) { ((void (*)(void))target)(); }
static void divide(void) {
  volatile int zero = 0;
  volatile int one = 1 / zero;
  (void)one;
}
static void undefined(void) { __asm__ volatile("ud2"); }
static void breakpoint(void) { __asm__ volatile("int3"); }
static void privileged(void) { __asm__ volatile("hlt"); }
static void far_away(void) { (void)*(volatile char *)0x8000000000000000ul; }
static void single_step(void) { __asm__ volatile("pushf; orl $0x100, (%%rsp); popf; nop" ::: "memory"); }

static void faults(void) {
  target = (void *)16;
  show_fault("not mapped", read_target);
  char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  target = page + 5;
  show_fault("read-only", write_target);
  target = page;
  show_fault("not executable", run_target);
  char name[] = "/tmp/signal-corners-XXXXXX";
  int file = mkstemp(name);
  unlink(name);
  target = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  show_fault("past the end of a file", read_target);
  target = NULL;
  show_fault("division", divide);
  show_fault("undefined", undefined);
  show_fault("breakpoint", breakpoint);
  show_fault("privileged", privileged);
  show_fault("no address", far_away);
  show_fault("step", single_step);
}

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 65536);
  children();
  other_exit_signal();
  stacks();
  in_child("an alternate stack without room", overflow_stack);
  in_child("too deep, with another stack", overflow_main);
  in_child("too deep, without", overflow_without);
  restored();
  queues();
  everybody();
  timers();
  faults();
  return 0;
}
