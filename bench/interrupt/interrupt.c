// Latencies of being interrupted, as a program sees them: the same program runs natively and in the LibOS.
//
//   interrupt     reads lines `NAME COUNT` from its standard input, of which each is answered by COUNT lines with nanoseconds, then an
//                 empty one; NAME: handler-busy, eintr-read, eintr-futex, eintr-sleep, kill-reaped, exit-group-32
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 32
#define SPINNING 2       // of the threads, so that two CPUs can still run the rest
#define COUNT_MAX 1000000
#define SETTLE_US 100    // until a thread is where it said it would be, mostly
#define MISSED_MS 100    // after so long a signal that has had its handler came before the call that it was to end

// What parent and child share; the first three are futexes.
static struct shared {
  volatile uint32_t ready;    // the child is where it is to be interrupted
  volatile uint32_t handled;  // signals that it has dealt with
  volatile uint32_t never;    // nobody wakes it
  volatile uint32_t seen;     // handlers that ran for the sake of a blocked call
  volatile int64_t when_ns;   // when the child saw the signal, or ended
} *shared;

static int64_t *samples;
static int pipe_ends[2];

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000l + now.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

// Who waits sleeps: on two CPUs there is no other for a kernel that is a process.
static void await_change(volatile uint32_t *word, uint32_t from) {
  while (*word == from) syscall(SYS_futex, word, FUTEX_WAIT, from, NULL);
}
static bool changes_within(volatile uint32_t *word, uint32_t from, long milliseconds) {
  const struct timespec limit = {0, milliseconds * 1000000};
  while (*word == from)
    if (syscall(SYS_futex, word, FUTEX_WAIT, from, &limit) < 0 && errno == ETIMEDOUT) return *word != from;
  return true;
}
static void step(volatile uint32_t *word) {
  __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, word, FUTEX_WAKE, THREADS);
}

static void on_signal_busy(int number) {
  (void)number;
  shared->when_ns = now_ns();
  step(&shared->handled);
}
static void on_signal_blocked(int number) {
  (void)number;
  shared->seen++;
}

static void block_in_read(void) {
  char byte;
  if (read(pipe_ends[0], &byte, 1) >= 0 || errno != EINTR) exit(1);
}
static void block_in_futex(void) {
  if (syscall(SYS_futex, &shared->never, FUTEX_WAIT, 0, NULL) >= 0 || errno != EINTR) exit(1);
}
static void block_in_sleep(void) {
  const struct timespec hour = {3600, 0};
  if (nanosleep(&hour, NULL) >= 0 || errno != EINTR) exit(1);
}

static pid_t fork_child(void) {
  memset(shared, 0, sizeof *shared);
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return pid;
}

static _Noreturn void spin_for_ever(void) {
  step(&shared->ready);
  for (;;) __asm__ volatile("");
}

static _Noreturn void wait_for_signals(void (*block)(void)) {
  struct sigaction action = {.sa_handler = block ? on_signal_blocked : on_signal_busy};
  sigaction(SIGUSR1, &action, NULL);
  if (!block) spin_for_ever();
  for (;;) {
    shared->ready = 1;
    block();
    shared->when_ns = now_ns();
    step(&shared->handled);
  }
}

// Whether a signal was dealt with. On a busy machine one can come before its call, which then goes on waiting; one that is only
// late is waited for.
static bool is_dealt_with(uint32_t handled, uint32_t seen) {
  while (!changes_within(&shared->handled, handled, MISSED_MS))
    if (shared->seen != seen) return changes_within(&shared->handled, handled, MISSED_MS);
  return true;
}

// From kill(2) to the handler of a child that computes, or to the return of its blocked call.
static void signal_child(int count, void (*block)(void)) {
  pid_t pid = fork_child();
  if (pid == 0) wait_for_signals(block);
  while (!shared->ready) usleep(SETTLE_US);
  for (int i = 0; i < count;) {
    uint32_t handled = shared->handled, seen = shared->seen;
    usleep(SETTLE_US / 2 + (unsigned)random() % SETTLE_US);
    int64_t start_ns = now_ns();
    if (kill(pid, SIGUSR1) != 0) fail("kill");
    // One that comes late after all is none of the next one's.
    if (is_dealt_with(handled, seen) && shared->when_ns > start_ns) samples[i++] = shared->when_ns - start_ns;
  }
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

// From kill(2) of a child that computes to the return of waitpid(2).
static void kill_to_reaped(int count) {
  for (int i = 0; i < count; i++) {
    pid_t pid = fork_child();
    if (pid == 0) spin_for_ever();
    await_change(&shared->ready, 0);
    usleep(SETTLE_US);
    int64_t start_ns = now_ns();
    if (kill(pid, SIGKILL) != 0 || waitpid(pid, NULL, 0) != pid) fail("kill");
    samples[i] = now_ns() - start_ns;
  }
}

static pthread_barrier_t all_there;
static volatile uint32_t spinners_go;

static void *one_of_many(void *index) {
  const bool spins = (long)index <= SPINNING;
  pthread_barrier_wait(&all_there);
  if (spins) {
    await_change(&spinners_go, 0);
    for (;;) __asm__ volatile("");
  }
  for (;;) pause();
  return NULL;
}

// The spinning ones begin when the others are where they block, which they would otherwise keep them from.
static _Noreturn void leave_with_threads(void) {
  pthread_t thread;
  pthread_barrier_init(&all_there, NULL, THREADS);
  for (long i = 1; i < THREADS; i++)
    if (pthread_create(&thread, NULL, one_of_many, (void *)i) != 0) exit(1);
  pthread_barrier_wait(&all_there);
  usleep(5 * SETTLE_US);
  step(&spinners_go);
  usleep(SETTLE_US);
  shared->when_ns = now_ns();
  for (;;) syscall(SYS_exit_group, 0);
}

// From exit_group(2) of a child to the return of waitpid(2).
static void exit_group_with_threads(int count) {
  for (int i = 0; i < count; i++) {
    pid_t pid = fork_child();
    int status;
    if (pid == 0) leave_with_threads();
    if (waitpid(pid, &status, 0) != pid || status != 0) fail("waitpid");
    samples[i] = now_ns() - shared->when_ns;
  }
}

static bool measure(const char *name, int count) {
  if (!strcmp(name, "handler-busy")) signal_child(count, NULL);
  else if (!strcmp(name, "eintr-read")) signal_child(count, block_in_read);
  else if (!strcmp(name, "eintr-futex")) signal_child(count, block_in_futex);
  else if (!strcmp(name, "eintr-sleep")) signal_child(count, block_in_sleep);
  else if (!strcmp(name, "kill-reaped")) kill_to_reaped(count);
  else if (!strcmp(name, "exit-group-32")) exit_group_with_threads(count);
  else return false;
  return true;
}

int main(void) {
  char name[32];
  int count;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  samples = calloc(COUNT_MAX, sizeof *samples);
  if (shared == MAP_FAILED || !samples || pipe(pipe_ends) != 0) fail("memory");
  while (scanf("%31s %d", name, &count) == 2) {
    if (count < 1 || count > COUNT_MAX || !measure(name, count)) return fprintf(stderr, "interrupt: cannot measure %s %d times\n", name, count), 2;
    // Only now: writing would disturb what is measured.
    for (int i = 0; i < count; i++) printf("%ld\n", (long)samples[i]);
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
