// Posts with sequence numbers to a thread that alternates between user code, local calls, direct calls and calls that wait for
// ever: each must be seen, none twice.
//
//   soak COUNT SECONDS [widened]    SECONDS: how long a post may take to be seen before it counts as lost; widened: on the test
//                                   build of the runtime, one at a time, so that most find the thread in a window
#include "check.h"

#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>

#include "occlum/arena.h"
#include "thread-layout.h"

#define AHEAD 3       // posts that may be under way at once
#define WINDOWS 4     // last words of a slot, counted by the widened runtime (interrupt.c)

static volatile uint32_t seen;      // sequence number of the last one; futex
static volatile uint32_t wrong;     // came twice, or not in turn
static volatile uint32_t activity;  // what the thread does
static volatile int over;
static uint32_t windows[WINDOWS];
static int ends[2], poller;
static uint32_t word;

static void handler(int number, siginfo_t *information, void *context) {
  (void)number, (void)context;
  uint32_t sequence = (uint32_t)information->si_value.sival_int;
  if (sequence == 0) return;  // only to end the last wait
  if (sequence != seen + 1) wrong++;
  seen = sequence;
  syscall(SYS_futex, &seen, FUTEX_WAKE_PRIVATE, 1);
}

static uint32_t random_below(uint32_t limit) {
  static uint32_t state = 12345;
  state = state * 1664525 + 1013904223;
  return (state >> 8) % limit;
}

static void act(uint32_t which) {
  const struct timespec hour = {3600, 0};
  struct pollfd wanted = {ends[0], POLLIN, 0};
  struct epoll_event event;
  sigset_t set;
  char byte = 0;
  switch (which) {
    case 0:
      for (volatile uint32_t i = random_below(3000); i > 0; i--) continue;
      break;
    case 1:
      syscall(SYS_getpid);
      sigemptyset(&set);
      sigprocmask(SIG_BLOCK, NULL, &set);
      break;
    case 2:
      CHECK(write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1);
      break;
    case 3: CHECK_ERROR(read(ends[0], &byte, 1), EINTR); break;
    case 4: CHECK_ERROR(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL), EINTR); break;
    case 5: CHECK_ERROR(nanosleep(&hour, NULL), EINTR); break;
    case 6: CHECK_ERROR(poll(&wanted, 1, -1), EINTR); break;
    default: CHECK_ERROR(epoll_wait(poller, &event, 1, -1), EINTR); break;
  }
}

static void *work(void *count_windows) {
  while (!over) act(activity = random_below(8));
  if (count_windows) {
    const char *slot;
    __asm__("mov %%gs:%c1, %0" : "=r"(slot) : "i"(THREAD_SLOT));
    memcpy(windows, slot + ARENA_SLOT_SIZE - sizeof windows, sizeof windows);
  }
  return NULL;
}

// Gives an error number.
static int post(pthread_t worker, uint32_t sequence) {
  const union sigval value = {.sival_int = (int)sequence};
  return pthread_sigqueue(worker, SIGRTMIN, value);
}

static int wait_until_seen(uint32_t least, time_t seconds) {
  struct timespec now, second = {1, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  for (const time_t end = now.tv_sec + seconds; seen < least && now.tv_sec <= end; clock_gettime(CLOCK_MONOTONIC, &now)) {
    uint32_t before = seen;
    if (before < least) syscall(SYS_futex, &seen, FUTEX_WAIT_PRIVATE, before, &second);
  }
  return seen >= least;
}

int main(int arguments, char **argument) {
  const uint32_t count = arguments > 1 ? (uint32_t)atoi(argument[1]) : 1000;
  const time_t seconds = arguments > 2 ? atoi(argument[2]) : 60;
  const int widened = arguments > 3;
  const uint32_t ahead = widened ? 0 : AHEAD, delay = widened ? 50000 : 500;
  const struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  pthread_t worker;
  CHECK(sigaction(SIGRTMIN, &action, NULL) == 0 && pipe(ends) == 0 && (poller = epoll_create1(0)) >= 0);
  CHECK(pthread_create(&worker, NULL, work, widened ? (void *)windows : NULL) == 0);
  for (uint32_t sequence = 1; sequence <= count; sequence++) {
    for (volatile uint32_t i = random_below(delay); i > 0; i--) continue;
    CHECK(post(worker, sequence) == 0);
    uint32_t least = sequence == count ? count : sequence > ahead ? sequence - ahead : 0;
    if (!wait_until_seen(least, seconds)) {
      printf("lost %u of %u, activity %u\n", seen + 1, count, activity);
      fflush(stdout);
      _exit(1);
    }
  }
  over = 1;
  while (pthread_tryjoin_np(worker, NULL) == EBUSY) {
    const int error = post(worker, 0);
    CHECK(error == 0 || error == ESRCH);  // it may have ended since
    usleep(1000);
  }
  printf("seen %u, wrong %u, windows %u %u %u %u\n", seen, wrong, windows[0], windows[1], windows[2], windows[3]);
  return wrong != 0;
}
