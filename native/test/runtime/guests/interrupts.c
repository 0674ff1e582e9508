// No signal is lost, wherever it finds a thread: each must have run its handler before the next one is sent.
#include "check.h"

#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>

static int rounds_each = 500;

static volatile int handled;
static volatile int stop;
static int ends[2], poller, word;

static void handler(int number) {
  (void)number;
  handled++;
}

static void busy(void) {
  for (volatile int i = 0; i < 1000; i++) continue;
}
static void calls(void) { CHECK(getppid() >= 0); }
static void writes(void) { CHECK(write(ends[1], "", 0) == 0); }
static void reads(void) {
  char byte;
  CHECK_ERROR(read(ends[0], &byte, 1), EINTR);
}
static void polls(void) {
  struct pollfd wanted = {ends[0], POLLIN, 0};
  CHECK_ERROR(poll(&wanted, 1, -1), EINTR);
}
static void epolls(void) {
  struct epoll_event event;
  CHECK_ERROR(epoll_wait(poller, &event, 1, -1), EINTR);
}
static void sleeps(void) {
  struct timespec long_time = {100, 0};
  CHECK_ERROR(nanosleep(&long_time, NULL), EINTR);
}
static void futexes(void) { CHECK_ERROR(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL), EINTR); }
static void suspends(void) {
  sigset_t none;
  sigemptyset(&none);
  CHECK_ERROR(sigsuspend(&none), EINTR);
}
static void kernel_calls(void) { CHECK(access("/etc", F_OK) == 0); }

static void *work(void *function) {
  while (!stop) ((void (*)(void))function)();
  return NULL;
}

// The worker may leave its last wait by a further signal only.
static void try(const char *name, void (*function)(void), int rounds) {
  pthread_t worker;
  stop = 0;
  CHECK(pthread_create(&worker, NULL, work, (void *)function) == 0);
  for (int i = 0; i < rounds; i++) {
    int before = handled;
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK(pthread_kill(worker, SIGUSR1) == 0);
    while (handled == before) {
      clock_gettime(CLOCK_MONOTONIC, &now);
      if (now.tv_sec - start.tv_sec > 10) {
        fprintf(stderr, "%s: signal %d was lost\n", name, i);
        _exit(1);
      }
      if (i % 2) sched_yield();
    }
  }
  stop = 1;
  // One that comes before the wait leaves it waiting, rightly: send until it has ended.
  while (pthread_tryjoin_np(worker, NULL) == EBUSY) {
    pthread_kill(worker, SIGUSR1);
    usleep(1000);
  }
}

int main(int arguments, char **unused) {
  (void)unused;
  if (arguments > 1) rounds_each = 100;  // "short"
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  CHECK(pipe(ends) == 0);
  poller = epoll_create1(0);
  try("busy loop", busy, rounds_each);
  try("getppid", calls, rounds_each);
  try("write", writes, rounds_each);
  try("kernel call", kernel_calls, rounds_each / 2);
  try("read", reads, rounds_each);
  try("poll", polls, rounds_each);
  try("epoll", epolls, rounds_each);
  try("nanosleep", sleeps, rounds_each);
  try("futex", futexes, rounds_each);
  try("sigsuspend", suspends, rounds_each);
  puts("interrupts ok");
}
