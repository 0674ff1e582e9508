// Delivery of signals: frames, masks, alternate stacks, restarts, faults.
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>

static volatile int count, depth, deepest;
static volatile int last_code, last_pid;

static void handler(int number, siginfo_t *information, void *context) {
  (void)number, (void)context;
  count++;
  if (++depth > deepest) deepest = depth;
  last_code = information->si_code, last_pid = information->si_pid;
  depth--;
}

static void on(int number, void (*function)(int, siginfo_t *, void *), int flags) {
  struct sigaction action = {.sa_sigaction = function, .sa_flags = SA_SIGINFO | flags};
  sigemptyset(&action.sa_mask);
  CHECK(sigaction(number, &action, NULL) == 0);
}

static void masks(void) {
  sigset_t set, old, empty;
  sigemptyset(&empty);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  on(SIGUSR1, handler, 0);
  count = 0;
  CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0);
  kill(getpid(), SIGUSR1);
  CHECK(count == 0);
  CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
  CHECK(count == 1 && last_pid == getpid() && last_code == SI_USER);
  sigprocmask(SIG_BLOCK, &set, NULL);
  syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1);
  CHECK(count == 1);
  CHECK(sigsuspend(&empty) == -1 && errno == EINTR);
  CHECK(count == 2 && last_code == SI_TKILL);
  sigprocmask(SIG_SETMASK, NULL, &old);
  CHECK(sigismember(&old, SIGUSR1) == 1);
  kill(getpid(), SIGUSR1);
  struct timespec second = {1, 0};
  CHECK_ERROR(ppoll(NULL, 0, &second, &empty), EINTR);
  CHECK(count == 3);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  CHECK_ERROR(syscall(SYS_rt_sigprocmask, 9, &set, NULL, 8), EINVAL);
  CHECK_ERROR(syscall(SYS_rt_sigprocmask, 0, &set, NULL, 4), EINVAL);
  CHECK_ERROR(syscall(SYS_rt_sigprocmask, 0, 8, NULL, 8), EFAULT);
  CHECK_ERROR(syscall(SYS_rt_sigaction, SIGKILL, &set, NULL, 8), EINVAL);
  CHECK_ERROR(syscall(SYS_rt_sigaction, SIGUSR1, 8, NULL, 8), EFAULT);
}

static void nested(int number, siginfo_t *information, void *context) {
  (void)information, (void)context;
  if (++depth > deepest) deepest = depth;
  if (depth < 5) kill(getpid(), number);
  depth--;
}

static void flags(void) {
  depth = deepest = 0;
  on(SIGUSR2, nested, SA_NODEFER);
  kill(getpid(), SIGUSR2);
  CHECK(deepest == 5);
  depth = deepest = 0;
  on(SIGUSR2, nested, 0);
  count = 0;
  on(SIGURG, handler, SA_RESETHAND);
  kill(getpid(), SIGURG);
  kill(getpid(), SIGURG);  // ignored by default now
  CHECK(count == 1);
}

static char *stack_used;
static void on_stack(int number, siginfo_t *information, void *context) {
  (void)number, (void)information, (void)context;
  char here;
  stack_used = &here;
  stack_t stack;
  CHECK(sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_ONSTACK));
  CHECK_ERROR(sigaltstack(&stack, NULL), EPERM);
}

static void alternate_stack(void) {
  static char memory[65536];
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory}, old;
  CHECK(sigaltstack(&stack, NULL) == 0);
  on(SIGUSR1, on_stack, SA_ONSTACK);
  kill(getpid(), SIGUSR1);
  CHECK(stack_used > memory && stack_used < memory + sizeof memory);
  stack.ss_size = 100;
  CHECK_ERROR(sigaltstack(&stack, NULL), ENOMEM);
  stack.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&stack, &old) == 0 && old.ss_sp == memory && old.ss_flags == 0);
}

static sigjmp_buf back;
static void *fault_address;
static int fault_code;
static void on_fault(int number, siginfo_t *information, void *context) {
  (void)context;
  fault_address = information->si_addr, fault_code = information->si_code;
  siglongjmp(back, number);
}

static void skip(int number, siginfo_t *information, void *context) {
  (void)number, (void)information;
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void faults(void) {
  char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  on(SIGSEGV, on_fault, 0);
  on(SIGFPE, on_fault, 0);
  for (int i = 0; i < 3; i++) {
    int number = sigsetjmp(back, 1);
    if (!number) *(volatile char *)(page + 5) = 1;
    CHECK(number == SIGSEGV && fault_address == page + 5 && fault_code == SEGV_ACCERR);
  }
  int number = sigsetjmp(back, 1);
  if (!number) *(volatile char *)16 = 1;
  CHECK(number == SIGSEGV && fault_address == (void *)16 && fault_code == SEGV_MAPERR);
  number = sigsetjmp(back, 1);
  if (!number) __asm__ volatile("xor %%edx, %%edx; xor %%eax, %%eax; xor %%ecx, %%ecx; div %%ecx" : : : "rax", "rcx", "rdx");
  CHECK(number == SIGFPE && fault_code == FPE_INTDIV);
  on(SIGILL, skip, 0);
  __asm__ volatile("ud2");  // skipped by the handler
  signal(SIGSEGV, SIG_DFL);
}

// The handler ruins all it may; the interrupted code must see nothing of it.
static void ruin(int number, siginfo_t *information, void *context) {
  (void)number, (void)information, (void)context;
  count++;
  __asm__ volatile("pcmpeqb %%xmm0, %%xmm0; pcmpeqb %%xmm7, %%xmm7; pcmpeqb %%xmm15, %%xmm15; fninit" : : : "xmm0", "xmm7", "xmm15");
}

static void *send_many(void *thread) {
  for (int i = 0; i < 2000; i++) {
    pthread_kill(*(pthread_t *)thread, SIGUSR1);
    if (i % 10 == 0) usleep(50);
  }
  return NULL;
}

static int rounds = 200000;

static void registers(void) {
  pthread_t self = pthread_self(), sender;
  on(SIGUSR1, ruin, SA_RESTART);
  count = 0;
  CHECK(pthread_create(&sender, NULL, send_many, &self) == 0);
  for (int round = 0; round < rounds; round++) {
    unsigned long low, high, red;
    // A red zone and vector registers that live over a system call.
    __asm__ volatile(
        "movq %3, %%xmm7; movq %3, %%xmm15; mov %3, -64(%%rsp); mov $39, %%eax; syscall;"
        "movq %%xmm7, %0; movq %%xmm15, %1; mov -64(%%rsp), %2"
        : "=&r"(low), "=&r"(high), "=&r"(red)
        : "r"(0x1122334455667788ul + (unsigned)round)
        : "rax", "rcx", "r11", "xmm7", "xmm15", "memory");
    CHECK(low == 0x1122334455667788ul + (unsigned)round && high == low && red == low);
  }
  pthread_join(sender, NULL);
  CHECK(count > 0);
}

static int pipe_ends[2];
static void *signal_then_write(void *thread) {
  usleep(50000);
  pthread_kill(*(pthread_t *)thread, SIGUSR1);
  usleep(50000);
  CHECK(write(pipe_ends[1], "x", 1) == 1);
  return NULL;
}

static void restarts(void) {
  pthread_t self = pthread_self(), sender;
  char byte;
  CHECK(pipe(pipe_ends) == 0);
  on(SIGUSR1, handler, SA_RESTART);
  pthread_create(&sender, NULL, signal_then_write, &self);
  CHECK(read(pipe_ends[0], &byte, 1) == 1);
  pthread_join(sender, NULL);
  on(SIGUSR1, handler, 0);
  pthread_create(&sender, NULL, signal_then_write, &self);
  CHECK_ERROR(read(pipe_ends[0], &byte, 1), EINTR);
  pthread_join(sender, NULL);
  CHECK(read(pipe_ends[0], &byte, 1) == 1);
  on(SIGUSR1, handler, SA_RESTART);  // never restarts a poll or a sleep
  pthread_create(&sender, NULL, signal_then_write, &self);
  CHECK_ERROR(poll(NULL, 0, 1000), EINTR);
  pthread_join(sender, NULL);
  struct timespec half_minute = {30, 0}, left;
  pthread_create(&sender, NULL, signal_then_write, &self);
  CHECK_ERROR(nanosleep(&half_minute, &left), EINTR);
  CHECK(left.tv_sec >= 10 && left.tv_sec < 30);
  pthread_join(sender, NULL);
}

static void endings(void) {
  int status;
  pid_t child = fork();
  if (child == 0) *(volatile int *)8 = 1;
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  child = fork();
  if (child == 0) {
    static stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    on(SIGUSR1, handler, 0);
    // A frame that cannot be written.
    __asm__ volatile("mov $8, %%rsp; mov %0, %%edi; mov %1, %%esi; mov $62, %%eax; syscall; ud2" : : "r"(getpid()), "i"(SIGUSR1) : "memory");
  }
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  signal(SIGPIPE, SIG_DFL);
  child = fork();
  if (child == 0) {
    int ends[2];
    pipe(ends), close(ends[0]);
    write(ends[1], "x", 1);
    _exit(0);
  }
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
  signal(SIGPIPE, SIG_IGN);
  int ends[2];
  CHECK(pipe(ends) == 0 && close(ends[0]) == 0);
  CHECK_ERROR(write(ends[1], "x", 1), EPIPE);
}

int main(int arguments, char **unused) {
  (void)unused;
  if (arguments > 1) rounds = 10000;  // "short"
  masks();
  flags();
  alternate_stack();
  faults();
  registers();
  restarts();
  endings();
  puts("signals ok");
}
