// What raises signals by itself: timers, children, faults, broken pipes; and what stops and continues.
#include <fcntl.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "show.h"

#define BAD ((void *)1)

// No process of an enclave dumps core. Natively 1 says the same for a core pattern that is a file and for one that is a pipe,
// which 0 does not keep from being run: core(5).
static void no_core(void) {
  struct rlimit none = {1, 1};
  setrlimit(RLIMIT_CORE, &none);
}

// ---- timers ----

static void spin_until_handled(int wanted) {
  for (long end = now_ms() + 20000; handled < wanted && now_ms() < end;)
    for (volatile int i = 0; i < 1000000; i++) continue;
}

static void interval_timers(void) {
  struct itimerval value = {{0, 0}, {100, 500000}}, old;
  SHOW(setitimer(7, &value, NULL));
  SHOW(setitimer(ITIMER_REAL, BAD, NULL));
  SHOW(getitimer(7, BAD));
  SHOW(getitimer(ITIMER_REAL, BAD));
  value.it_value.tv_usec = 1000000;
  SHOW(setitimer(ITIMER_REAL, &value, NULL));
  value.it_value.tv_usec = -1;
  SHOW(setitimer(ITIMER_PROF, &value, NULL));
  SHOW(alarm(0));
  SHOW(alarm(100));
  SHOW(alarm(50));
  getitimer(ITIMER_REAL, &old);
  printf("alarm as a timer: %ld s, interval %ld\n", old.it_value.tv_sec + (old.it_value.tv_usec > 500000), old.it_interval.tv_sec);
  value = (struct itimerval){{7, 0}, {200, 0}};
  SHOW(setitimer(ITIMER_REAL, &value, &old));
  printf("before: %ld s\n", old.it_value.tv_sec + (old.it_value.tv_usec > 500000));
  SHOW(setitimer(ITIMER_REAL, NULL, &old));
  printf("before: %ld s, interval %ld\n", old.it_value.tv_sec + (old.it_value.tv_usec > 500000), old.it_interval.tv_sec);
  SHOW(alarm(0));
  static const struct {
    int which, signal;
  } kinds[] = {{ITIMER_REAL, SIGALRM}, {ITIMER_VIRTUAL, SIGVTALRM}, {ITIMER_PROF, SIGPROF}};
  for (int i = 0; i < 3; i++) {
    handle(kinds[i].signal, 0);
    handled = 0;
    value = (struct itimerval){{0, 10000}, {0, 10000}};
    setitimer(kinds[i].which, &value, NULL);
    spin_until_handled(3);
    value = (struct itimerval){{0, 0}, {0, 0}};
    setitimer(kinds[i].which, &value, NULL);
    printf("timer %d: signal %d code %d again and again %d\n", kinds[i].which, last.si_signo, last.si_code, handled >= 3);
  }
  alarm(100);
  fflush(stdout);
  if (fork() == 0) {
    printf("a child has no alarm: %u\n", alarm(0));
    exit(0);
  }
  wait(NULL);
  alarm(0);
}

static void timers(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 55};
  struct itimerspec value = {{0, 0}, {0, 10000000}}, old;
  timer_t timer, second;
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, BAD, &timer));
  SHOW(timer_create(99, &event, &timer));
  SHOW(timer_create(-1, &event, &timer));
  SHOW(timer_create(CLOCK_MONOTONIC_RAW, &event, &timer));
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, BAD));
  event.sigev_signo = 65;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_signo = 0;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_signo = SIGRTMIN, event.sigev_notify = 77;
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
  event.sigev_notify = SIGEV_THREAD_ID, event._sigev_un._tid = 1;
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
  SHOW(syscall(SYS_timer_settime, 4711, 0, &value, NULL));
  SHOW(syscall(SYS_timer_settime, 4711, 0, NULL, NULL));
  SHOW(syscall(SYS_timer_settime, 4711, 0, BAD, NULL));
  SHOW(syscall(SYS_timer_gettime, 4711, BAD));
  SHOW(syscall(SYS_timer_getoverrun, 4711));
  SHOW(syscall(SYS_timer_delete, 4711));

  event.sigev_notify = SIGEV_SIGNAL;
  handle(SIGRTMIN, 0);
  handled = 0;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  value.it_value.tv_nsec = 1000000000;
  SHOW(timer_settime(timer, 0, &value, NULL));
  value.it_value.tv_nsec = 10000000;
  SHOW(timer_settime(timer, 0, &value, &old));
  UNTIL(handled);
  printf("expired: signal RT+%d code %d value %d overrun %d\n", last.si_signo - SIGRTMIN, last.si_code, last.si_value.sival_int, last.si_overrun);
  SHOW(timer_gettime(timer, &old));
  printf("disarmed: %ld %ld\n", old.it_value.tv_sec, old.it_value.tv_nsec);
  clock_gettime(CLOCK_MONOTONIC, &value.it_value);
  value.it_value.tv_sec -= 1;
  handled = 0;
  SHOW(timer_settime(timer, TIMER_ABSTIME, &value, NULL));
  UNTIL(handled);
  printf("a time in the past expires: %d\n", handled);

  block(SIGRTMIN, 0);
  value = (struct itimerspec){{0, 2000000}, {0, 2000000}};
  timer_settime(timer, 0, &value, NULL);
  usleep(50000);
  handled = 0;
  value = (struct itimerspec){{0, 0}, {0, 0}};
  unblock(SIGRTMIN, 0);
  timer_settime(timer, 0, &value, NULL);
  printf("expired often while blocked: delivered %d\n", handled >= 1 && handled < 10);
  SHOW(timer_delete(timer));
  SHOW(timer_delete(timer) == -1 && errno == EINVAL);

  block(SIGRTMIN, 0);
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  value = (struct itimerspec){{0, 1000000}, {0, 1000000}};
  timer_settime(timer, 0, &value, NULL);
  usleep(60000);
  sigset_t set = set_of(SIGRTMIN, 0);
  siginfo_t info = {0};
  sigwaitinfo(&set, &info);
  printf("overrun: told %d, asked %d\n", info.si_overrun >= 10, timer_getoverrun(timer) >= 10);
  timer_delete(timer);
  unblock(SIGRTMIN, 0);

  event.sigev_notify = SIGEV_THREAD_ID, event._sigev_un._tid = gettid();
  handled = 0;
  SHOW(timer_create(CLOCK_REALTIME, &event, &second));
  value = (struct itimerspec){{0, 0}, {0, 1000000}};
  timer_settime(second, 0, &value, NULL);
  UNTIL(handled);
  printf("SIGEV_THREAD_ID: %d value %d\n", handled, last.si_value.sival_int);
  event.sigev_notify = SIGEV_NONE;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &second));
  value = (struct itimerspec){{0, 0}, {100, 0}};
  timer_settime(second, 0, &value, NULL);
  timer_gettime(second, &old);
  printf("SIGEV_NONE: %d left\n", (int)old.it_value.tv_sec + 1);
  handled = 0;
  handle(SIGALRM, 0);
  timer_create(CLOCK_MONOTONIC, NULL, &second);
  value = (struct itimerspec){{0, 0}, {0, 1000000}};
  timer_settime(second, 0, &value, NULL);
  UNTIL(handled);
  printf("without an event: signal %d, its value is its id %d\n", last.si_signo, last.si_value.sival_int == (int)(intptr_t)second);
}

// ---- children ----

static void show_child(const char *what, pid_t child) {
  UNTIL(handled);
  printf("%s: SIGCHLD %d code %d status %d of it %d uid %d\n", what, handled, last.si_code, last.si_status, last.si_pid == child, last.si_uid == getuid());
  handled = 0;
}

static pid_t sleeper(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGCHLD, SIG_DFL);
    for (;;) pause();
  }
  return child;
}

static void children(void) {
  int status;
  siginfo_t info;
  no_core();
  handle(SIGCHLD, SA_RESTART);
  handled = 0;
  pid_t child = fork();
  if (child == 0) _exit(300);
  show_child("exit", child);
  SHOW(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
  printf("waitid: signo %d code %d status %d of it %d\n", info.si_signo, info.si_code, info.si_status, info.si_pid == child);
  SHOW(waitpid(child, &status, WUNTRACED) == child);
  show_status("exit 300", status);
  SHOW(waitpid(child, &status, 0));

  static const int fatal[] = {SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
                              SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSYS, 32, 33, 34, 64};
  for (unsigned i = 0; i < sizeof fatal / sizeof *fatal; i++) {
    child = sleeper();
    kill(child, fatal[i]);
    show_child(fatal[i] == SIGKILL ? "SIGKILL" : "default", child);
    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    printf("waitid: code %d status %d\n", info.si_code, info.si_status);
    waitpid(child, &status, 0);
    show_status("wait", status);
  }

  child = sleeper();
  static const int stops[] = {SIGSTOP};
  for (unsigned i = 0; i < sizeof stops / sizeof *stops; i++) {
    kill(child, stops[i]);
    show_child("stop", child);
    SHOW(waitpid(child, &status, WNOHANG));
    SHOW(waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT));
    printf("waitid: code %d status %d\n", info.si_code, info.si_status);
    waitpid(child, &status, WUNTRACED);
    show_status("wait", status);
    SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
    kill(child, SIGCONT);
    show_child("continue", child);
    SHOW(waitid(P_PID, (id_t)child, &info, WCONTINUED | WNOWAIT));
    printf("waitid: code %d status %d\n", info.si_code, info.si_status);
    waitpid(child, &status, WCONTINUED);
    show_status("wait", status);
    SHOW(waitpid(child, &status, WCONTINUED | WNOHANG));
  }
  handle(SIGCHLD, SA_RESTART | SA_NOCLDSTOP);
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  show_status("SA_NOCLDSTOP", status);
  kill(child, SIGTERM);
  printf("no SIGCHLD so far: %d\n", handled);
  SHOW(waitpid(child, &status, WNOHANG));
  kill(child, SIGCONT);
  waitpid(child, &status, 0);
  show_status("SIGTERM of a stopped one waits for SIGCONT", status);
  show_child("its end", child);
  child = sleeper();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  show_status("SIGKILL of a stopped one does not", status);
  show_child("its end", child);

  handle(SIGCHLD, SA_NOCLDWAIT);
  child = fork();
  if (child == 0) _exit(0);
  show_child("SA_NOCLDWAIT", child);
  UNTIL(waitpid(child, &status, 0) == -1);
  SHOW(waitpid(child, &status, 0));
  signal(SIGCHLD, SIG_IGN);
  child = fork();
  if (child == 0) _exit(0);
  SHOW(waitpid(child, &status, 0));
  signal(SIGCHLD, SIG_DFL);
}

// ---- stop and continue undo each other ----

static void blocked_continue(void) {
  block(SIGCONT, SIGTSTP);
  handle(SIGCONT, 0);
  kill(getpid(), SIGCONT);
  printf("SIGCONT pending %d\n", pending(SIGCONT));
  kill(getpid(), SIGTSTP);
  printf("SIGTSTP sent: SIGCONT pending %d SIGTSTP %d\n", pending(SIGCONT), pending(SIGTSTP));
  kill(getpid(), SIGCONT);
  printf("SIGCONT sent: SIGCONT pending %d SIGTSTP %d\n", pending(SIGCONT), pending(SIGTSTP));
  unblock(SIGCONT, SIGTSTP);
  printf("handled %d\n", handled);
}

static void stops(void) {
  int status, channel[2], answer[2];
  char byte;
  if (pipe(channel) != 0 || pipe(answer) != 0) exit(1);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    handle(SIGCONT, 0), handle(SIGUSR1, SA_RESTART);
    block(SIGCONT, 0);
    if (write(channel[1], "r", 1) != 1) _exit(9);
    while (handled == 0) usleep(1000);
    int seen = handled, waits = pending(SIGCONT);
    if (read(answer[0], &byte, 1) != 1) _exit(9);
    printf("sent while it was stopped: USR1 handled %d, SIGCONT pending %d\n", seen, waits);
    unblock(SIGCONT, 0);
    printf("SIGCONT handled %d\n", handled == 2);
    exit(4);
  }
  if (read(channel[0], &byte, 1) != 1) exit(1);
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  show_status("stop", status);
  kill(child, SIGUSR1);
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  show_status("a blocked SIGCONT continues", status);
  if (write(answer[1], "a", 1) != 1) exit(1);
  waitpid(child, &status, 0);
  show_status("end", status);
  static const int others[] = {SIGTSTP, SIGTTIN, SIGTTOU};
  for (int i = 0; i < 3; i++) {
    child = sleeper();
    setpgid(child, child);
    kill(child, others[i]);
    waitpid(child, &status, WUNTRACED);
    show_status("in a group with a parent outside", status);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
}

// ---- faults ----

static sigjmp_buf recover;
static void jump(int number, siginfo_t *info, void *context) {
  note(number, info, context);
  siglongjmp(recover, 1);
}

static void show_fault(const char *what, const char *base) {
  printf("%s: signal %d code %d address %ld\n", what, last.si_signo, last.si_code, base ? (long)((char *)last.si_addr - base) : (long)last.si_addr);
}

#define FAULT(what, base, statement) \
  do {                               \
    if (sigsetjmp(recover, 1) == 0) { statement; } \
    show_fault(what, base);          \
  } while (0)

static void faults(void) {
  struct sigaction action = {.sa_sigaction = jump, .sa_flags = SA_SIGINFO};
  static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaction(numbers[i], &action, NULL);
  char *page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  FAULT("unmapped", page, page[4100] = 1);
  FAULT("read-only", page, page[7] = 1);
  volatile uintptr_t odd = 0x8000000000000000ul;
  FAULT("not canonical", NULL, *(volatile char *)odd = 1);
  FAULT("null", NULL, *(volatile char *)(odd - 0x8000000000000000ul) = 1);
  void (*code)(void) = (void (*)(void))page;
  FAULT("not executable", page, code());
  char name[] = "/tmp/signal-sources-XXXXXX";
  int file = mkstemp(name);
  unlink(name);
  if (write(file, "x", 1) != 1) exit(1);
  char *mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  FAULT("past the end of a file", mapped, mapped[5000] = 1);
  if (sigsetjmp(recover, 1) == 0) __asm__ volatile("ud2");
  printf("ud2: signal %d code %d, address told %d\n", last.si_signo, last.si_code, last.si_addr != NULL);
  FAULT("hlt", NULL, __asm__ volatile("hlt"));
  FAULT("int3", NULL, __asm__ volatile("int3"));
  FAULT("int 0x42", NULL, __asm__ volatile("int $0x42"));
  if (sigsetjmp(recover, 1) == 0) __asm__ volatile("xor %%edx, %%edx; mov $1, %%eax; xor %%ecx, %%ecx; div %%ecx" ::: "eax", "ecx", "edx");
  printf("division: signal %d code %d\n", last.si_signo, last.si_code);
  unsigned control = 0x1f80 & ~0x200u;
  if (sigsetjmp(recover, 1) == 0) {
    volatile double zero = 0;
    __asm__ volatile("ldmxcsr %0" ::"m"(control));
    zero = 1 / zero;
  }
  control = 0x1f80;
  __asm__ volatile("ldmxcsr %0" ::"m"(control));
  printf("floating point: signal %d code %d\n", last.si_signo, last.si_code);
  if (sigsetjmp(recover, 1) == 0) __asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop" ::: "memory", "cc");
  printf("single step: signal %d code %d\n", last.si_signo, last.si_code);
}

static volatile char *volatile nowhere = (char *)16;
static void fault_by_default(void) { no_core(), *nowhere = 1; }
static void fault_ignored(void) { no_core(), signal(SIGSEGV, SIG_IGN), *nowhere = 1; }
static void fault_blocked(void) { no_core(), handle(SIGSEGV, 0), block(SIGSEGV, 0), *nowhere = 1; }
static void sent_ignored(void) { no_core(), signal(SIGSEGV, SIG_IGN), raise(SIGSEGV); }
static void aborts(void) { no_core(), signal(SIGABRT, SIG_IGN), abort(); }

static void broken_pipes(void) {
  int channel[2];
  if (pipe(channel) != 0) exit(1);
  close(channel[0]);
  handle(SIGPIPE, 0);
  handled = 0;
  SHOW(write(channel[1], "x", 1));
  printf("SIGPIPE handled %d code %d from self %d\n", handled, last.si_code, last.si_pid == getpid());
  block(SIGPIPE, 0);
  SHOW(write(channel[1], "x", 1));
  printf("pending %d\n", pending(SIGPIPE));
  struct sigaction old;
  signal(SIGPIPE, SIG_IGN);
  SHOW(write(channel[1], "x", 1));
  printf("pending %d\n", pending(SIGPIPE));
  sigaction(SIGPIPE, NULL, &old);
  signal(SIGPIPE, SIG_DFL);
  unblock(SIGPIPE, 0);
  fflush(stdout);
  if (write(channel[1], "x", 1) == 1) printf("written\n");
  printf("not reached\n");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  in_child("interval timers", interval_timers);
  in_child("timers", timers);
  in_child("children", children);
  in_child("blocked continue", blocked_continue);
  in_child("stops", stops);
  in_child("faults", faults);
  in_child("fault by default", fault_by_default);
  in_child("fault, ignored", fault_ignored);
  in_child("fault, blocked", fault_blocked);
  in_child("SIGSEGV sent, ignored", sent_ignored);
  in_child("abort", aborts);
  in_child("broken pipe", broken_pipes);
  return 0;
}
