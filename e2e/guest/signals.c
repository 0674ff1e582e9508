// What a program sees of signals, one line an observation, so that two kernels can be compared.
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t seen, seen_code, seen_value;
static pid_t seen_pid;
static void *volatile seen_address;
static sigjmp_buf recover;

static void note(int number, siginfo_t *info, void *context) {
  (void)context;
  seen = number;
  seen_code = info->si_code;
  seen_pid = info->si_pid;
  seen_value = info->si_value.sival_int;
  seen_address = info->si_addr;
}

static void install(int number, void (*handler)(int, siginfo_t *, void *), int flags) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
  sigemptyset(&action.sa_mask);
  if (sigaction(number, &action, NULL) != 0) exit(1);
}

static void handlers(void) {
  install(SIGUSR1, note, 0);
  kill(getpid(), SIGUSR1);
  printf("kill: signal %d code %d from self %d\n", seen, seen_code, seen_pid == getpid());
  union sigval value = {.sival_int = 1234};
  install(SIGRTMIN, note, 0);
  sigqueue(getpid(), SIGRTMIN, value);
  printf("sigqueue: first real-time %d code %d value %d\n", seen == SIGRTMIN, seen_code, seen_value);
  raise(SIGUSR1);
  printf("raise: signal %d code %d\n", seen, seen_code);
}

static void masks(void) {
  sigset_t set, old, pending;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  seen = 0;
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  sigpending(&pending);
  printf("blocked: seen %d pending %d\n", seen, sigismember(&pending, SIGUSR1));
  sigprocmask(SIG_SETMASK, &old, NULL);
  printf("unblocked: seen %d\n", seen);
  sigpending(&pending);
  printf("taken once: pending %d\n", sigismember(&pending, SIGUSR1));
  sigprocmask(SIG_BLOCK, &set, &old);
  seen = 0;
  kill(getpid(), SIGUSR1);
  sigset_t none;
  sigemptyset(&none);
  int result = sigsuspend(&none);
  printf("sigsuspend: %d errno %d seen %d\n", result, errno, seen);
  kill(getpid(), SIGUSR1);
  siginfo_t info;
  struct timespec second = {1, 0}, nothing = {0, 1000000};
  result = sigtimedwait(&set, &info, &second);
  printf("sigtimedwait: %d code %d\n", result, info.si_code);
  result = sigtimedwait(&set, &info, &nothing);
  printf("sigtimedwait without a signal: %d errno %d\n", result, errno);
  int descriptor = signalfd(-1, &set, SFD_CLOEXEC);
  if (descriptor >= 0) {
    struct signalfd_siginfo record;
    kill(getpid(), SIGUSR1);
    struct pollfd wait_for = {descriptor, POLLIN, 0};
    printf("signalfd: poll %d", poll(&wait_for, 1, 1000));
    printf(" read %zd", read(descriptor, &record, sizeof record));
    printf(" signal %u\n", record.ssi_signo);
    close(descriptor);
  } else printf("signalfd: errno %d\n", errno);
  sigprocmask(SIG_SETMASK, &old, NULL);
  set = (sigset_t){0};
  sigaddset(&set, SIGKILL);
  sigaddset(&set, SIGSTOP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  sigprocmask(SIG_BLOCK, NULL, &set);
  printf("SIGKILL can be blocked: %d\n", sigismember(&set, SIGKILL));
  struct sigaction action = {.sa_handler = SIG_IGN};
  result = sigaction(SIGKILL, &action, NULL);
  printf("SIGKILL handler: %d errno %d\n", result, errno);
}

static void interrupted_calls(void) {
  int channel[2];
  char byte;
  struct itimerval soon = {{0, 0}, {0, 30000}};
  if (pipe(channel) != 0) exit(1);
  install(SIGALRM, note, 0);
  setitimer(ITIMER_REAL, &soon, NULL);
  ssize_t got = read(channel[0], &byte, 1);
  printf("read: %zd errno %d\n", got, errno);

  install(SIGALRM, note, SA_RESTART);
  pid_t child = fork();
  if (child == 0) {
    usleep(120000);
    _exit(write(channel[1], "x", 1) != 1);
  }
  setitimer(ITIMER_REAL, &soon, NULL);
  got = read(channel[0], &byte, 1);
  printf("read with SA_RESTART: %zd, signal %d\n", got, seen);
  waitpid(child, NULL, 0);

  setitimer(ITIMER_REAL, &soon, NULL);
  int result = poll(NULL, 0, 2000);
  printf("poll with SA_RESTART: %d errno %d\n", result, errno);
  struct timespec two = {2, 0}, left = {0, 0};
  setitimer(ITIMER_REAL, &soon, NULL);
  result = nanosleep(&two, &left);
  printf("nanosleep: %d errno %d left %d\n", result, errno, left.tv_sec == 1);
  close(channel[0]);
  signal(SIGPIPE, SIG_IGN);
  got = write(channel[1], "x", 1);
  printf("write without a reader: %zd errno %d\n", got, errno);
  signal(SIGPIPE, SIG_DFL);
  close(channel[1]);
}

static void child_signals(void) {
  install(SIGCHLD, note, SA_RESTART);
  seen = 0;
  pid_t child = fork();
  if (child == 0) _exit(3);
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  printf("SIGCHLD: signal %d code %d of the child %d status %d\n", seen, seen_code, seen_pid == child, WEXITSTATUS(status));
  signal(SIGCHLD, SIG_DFL);

  child = fork();
  if (child == 0) for (;;) pause();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  printf("stopped: %d by %d\n", WIFSTOPPED(status), WIFSTOPPED(status) ? WSTOPSIG(status) : 0);
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  printf("continued: %d\n", WIFCONTINUED(status));
  kill(child, SIGTERM);
  waitpid(child, &status, 0);
  printf("ended: by %d\n", WTERMSIG(status));

  child = fork();
  if (child == 0) for (volatile long i = 0;; i++) continue;
  usleep(20000);
  kill(child, SIGINT);
  waitpid(child, &status, 0);
  printf("busy loop: by %d\n", WTERMSIG(status));

  signal(SIGCHLD, SIG_IGN);
  child = fork();
  if (child == 0) _exit(0);
  int result = waitpid(child, &status, 0);
  printf("SIGCHLD ignored: %d errno %d\n", result, errno);
  signal(SIGCHLD, SIG_DFL);
}

static void fault(int number, siginfo_t *info, void *context) {
  note(number, info, context);
  siglongjmp(recover, 1);
}

static void faults(void) {
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  install(SIGSEGV, fault, SA_ONSTACK);
  install(SIGFPE, fault, 0);
  install(SIGILL, fault, 0);
  install(SIGTRAP, note, 0);
  volatile long page = 0x10;
  if (sigsetjmp(recover, 1) == 0) *(volatile char *)page = 1;
  printf("fault: signal %d code %d address %p\n", seen, seen_code, seen_address);
  char *read_only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (sigsetjmp(recover, 1) == 0) read_only[5] = 1;
  printf("read-only page: signal %d code %d at the byte %d\n", seen, seen_code, seen_address == read_only + 5);
  if (sigsetjmp(recover, 1) == 0) __asm__ volatile("ud2");
  printf("ud2: signal %d code %d\n", seen, seen_code);
  if (sigsetjmp(recover, 1) == 0) __asm__ volatile("xor %%edx, %%edx; mov $1, %%eax; xor %%ecx, %%ecx; div %%ecx" ::: "eax", "ecx", "edx");
  printf("division: signal %d code %d\n", seen, seen_code);
  __asm__ volatile("int3");
  printf("int3: signal %d\n", seen);
}

static void on_its_stack(int number, siginfo_t *info, void *context) {
  note(number, info, context);
  volatile char here;
  stack_t now;
  sigaltstack(NULL, &now);
  uintptr_t base = (uintptr_t)now.ss_sp;
  seen_value = (uintptr_t)&here >= base && (uintptr_t)&here < base + now.ss_size;
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_R12] = 4321;
}

static void contexts(void) {
  install(SIGUSR2, on_its_stack, SA_ONSTACK);
  long value = 0;
  __asm__ volatile(
      "mov $1, %%r12\n\tmov $62, %%eax\n\tmov %1, %%edi\n\tmov $12, %%esi\n\tsyscall\n\tmov %%r12, %0"
      : "=r"(value)
      : "r"(getpid())
      : "rax", "rcx", "rdi", "rsi", "r11", "r12", "memory");
  printf("alternate stack: %d, register that the handler changed: %ld\n", seen_value, value);
  install(SIGUSR2, note, SA_RESETHAND);
  raise(SIGUSR2);
  struct sigaction now;
  sigaction(SIGUSR2, NULL, &now);
  printf("SA_RESETHAND: default again %d\n", now.sa_handler == SIG_DFL);
}

static pthread_t target_thread;
static volatile int right_thread;
static void which_thread(int number, siginfo_t *info, void *context) {
  note(number, info, context);
  right_thread = pthread_equal(pthread_self(), target_thread);
}
static void *wait_in_read(void *argument) {
  char byte;
  ssize_t got = read(*(int *)argument, &byte, 1);
  return (void *)(intptr_t)(got == -1 && errno == EINTR);
}

static void threads(void) {
  int channel[2];
  void *result;
  if (pipe(channel) != 0) exit(1);
  install(SIGUSR1, which_thread, 0);
  pthread_create(&target_thread, NULL, wait_in_read, &channel[0]);
  usleep(30000);
  pthread_kill(target_thread, SIGUSR1);
  pthread_join(target_thread, &result);
  printf("pthread_kill: in the right thread %d, interrupted %d\n", right_thread, result != NULL);
}

static volatile sig_atomic_t ticks;
static void tick(int number) {
  (void)number;
  ticks++;
}

#define STORM_TICKS 20

static void storm(void) {
  // A timer fires into arithmetic that uses vector and general registers: none may change.
  struct itimerval every = {{0, 200}, {0, 200}};
  const double right_sum = 10.886151658787;
  const uint64_t right_hash = 0x4173481ca88a99c1u;
  signal(SIGALRM, tick);
  setitimer(ITIMER_REAL, &every, NULL);
  int rounds = 0, wrong = 0;
  while (ticks < STORM_TICKS && rounds < 100000) {
    double sum = 0;
    uint64_t hash = 1469598103934665603u;
    for (int i = 1; i < 30000; i++) {
      sum += 1.0 / i;
      hash = (hash ^ (uint64_t)i) * 1099511628211u;
    }
    wrong += sum - right_sum > 1e-9 || right_sum - sum > 1e-9 || hash != right_hash;
    rounds++;
    getppid();
  }
  every = (struct itimerval){{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &every, NULL);
  printf("storm: ticks %d wrong %d\n", ticks >= STORM_TICKS, wrong);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  handlers();
  masks();
  interrupted_calls();
  child_signals();
  faults();
  contexts();
  threads();
  storm();
  return 0;
}
