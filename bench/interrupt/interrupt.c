// Latencies of being interrupted, as a program sees them: the same program runs natively and in the LibOS.
//
//   interrupt COUNT NAME     NAME: handler-busy, eintr-read, eintr-futex, eintr-sleep, kill-reaped, exit-group-32
//
// Prints COUNT lines, nanoseconds each.
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
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

// What parent and child share.
static struct shared {
  volatile uint32_t ready;     // the child is where it is to be interrupted
  volatile uint32_t handled;   // signals that it has dealt with; futex
  volatile int64_t when_ns;    // when it did
  volatile uint32_t never;     // futex that nobody wakes
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

// The parent sleeps while it waits: on two CPUs there is no other for a kernel that is a process.
static void acknowledge(void) {
  shared->handled++;
  syscall(SYS_futex, &shared->handled, FUTEX_WAKE, 1);
}

static void on_signal_busy(int number) {
  (void)number;
  shared->when_ns = now_ns();
  acknowledge();
}
static void on_signal_blocked(int number) { (void)number; }

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

static pid_t start(void (*child)(void (*)(void)), void (*argument)(void)) {
  memset(shared, 0, sizeof *shared);
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    child(argument);
    exit(0);
  }
  while (!shared->ready) usleep(200);
  return pid;
}

static void be_busy(void (*unused)(void)) {
  (void)unused;
  struct sigaction action = {.sa_handler = on_signal_busy};
  sigaction(SIGUSR1, &action, NULL);
  shared->ready = 1;
  for (;;) __asm__ volatile("");
}

static void be_blocked(void (*block)(void)) {
  struct sigaction action = {.sa_handler = on_signal_blocked};
  sigaction(SIGUSR1, &action, NULL);
  for (;;) {
    shared->ready = 1;
    block();
    shared->when_ns = now_ns();
    acknowledge();
  }
}

static void spin_for_ever(void (*unused)(void)) {
  (void)unused;
  shared->ready = 1;
  for (;;) __asm__ volatile("");
}

static int signal_one(int count, void (*child)(void (*)(void)), void (*block)(void)) {
  pid_t pid = start(child, block);
  usleep(1000);
  for (int i = 0; i < count; i++) {
    uint32_t before = shared->handled;
    usleep(100 + (unsigned)random() % 100);
    int64_t start_ns = now_ns();
    if (kill(pid, SIGUSR1) != 0) fail("kill");
    while (shared->handled == before) syscall(SYS_futex, &shared->handled, FUTEX_WAIT, before, NULL);
    samples[i] = shared->when_ns - start_ns;
  }
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  return count;
}

static int kill_to_reaped(int count) {
  for (int i = 0; i < count; i++) {
    pid_t pid = start(spin_for_ever, NULL);
    int64_t start_ns = now_ns();
    if (kill(pid, SIGKILL) != 0 || waitpid(pid, NULL, 0) != pid) fail("kill");
    samples[i] = now_ns() - start_ns;
  }
  return count;
}

static pthread_barrier_t all_there;

// One in four spins, so that two CPUs can still run the rest.
static void *one_of_many(void *index) {
  pthread_barrier_wait(&all_there);
  if ((long)index % 4 == 0)
    for (;;) __asm__ volatile("");
  for (;;) pause();
  return NULL;
}

static void leave_with_threads(void (*unused)(void)) {
  (void)unused;
  pthread_t thread;
  pthread_barrier_init(&all_there, NULL, THREADS);
  for (long i = 1; i < THREADS; i++)
    if (pthread_create(&thread, NULL, one_of_many, (void *)i) != 0) exit(1);
  pthread_barrier_wait(&all_there);
  usleep(1000);
  shared->when_ns = now_ns();
  shared->ready = 1;
  syscall(SYS_exit_group, 0);
}

static int exit_group_with_threads(int count) {
  for (int i = 0; i < count; i++) {
    memset(shared, 0, sizeof *shared);
    pid_t pid = fork();
    if (pid == 0) leave_with_threads(NULL);
    if (waitpid(pid, NULL, 0) != pid) fail("waitpid");
    samples[i] = now_ns() - shared->when_ns;
  }
  return count;
}

// Only at the end: writing would disturb what is measured.
static void print(int count) {
  for (int i = 0; i < count; i++) printf("%ld\n", (long)samples[i]);
}

int main(int count, char **arguments) {
  const int n = count == 3 ? atoi(arguments[1]) : 0;
  if (n < 1) return fprintf(stderr, "usage: interrupt COUNT NAME\n"), 2;
  const char *name = arguments[2];
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  samples = calloc((size_t)n, sizeof *samples);
  if (shared == MAP_FAILED || !samples || pipe(pipe_ends) != 0) fail("memory");
  if (!strcmp(name, "handler-busy")) print(signal_one(n, be_busy, NULL));
  else if (!strcmp(name, "eintr-read")) print(signal_one(n, be_blocked, block_in_read));
  else if (!strcmp(name, "eintr-futex")) print(signal_one(n, be_blocked, block_in_futex));
  else if (!strcmp(name, "eintr-sleep")) print(signal_one(n, be_blocked, block_in_sleep));
  else if (!strcmp(name, "kill-reaped")) print(kill_to_reaped(n));
  else if (!strcmp(name, "exit-group-32")) print(exit_group_with_threads(n));
  else return fprintf(stderr, "interrupt: no operation %s\n", name), 2;
  return 0;
}
