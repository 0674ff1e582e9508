// One line an observation, so that the lines of two kernels can be compared.
#ifndef SHOW_H
#define SHOW_H

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// A result as of a libc function: the error's name where it is -1.
static void show(const char *what, long result) {
  int error = errno;
  printf("%s: %ld%s%s\n", what, result, result == -1 ? " " : "", result == -1 ? strerrorname_np(error) : "");
}

// Evaluates a call once and shows it under its own text.
#define SHOW(call) (errno = 0, show(#call, (long)(call)))

// What the last handler saw, and how often one ran.
static volatile siginfo_t last;
static volatile sig_atomic_t handled;
static volatile int order[32], order_count;

static void note(int number, siginfo_t *info, void *context) {
  (void)context;
  last = *info;
  handled++;
  if (order_count < 32) order[order_count++] = number;
}

static void handle(int number, int flags) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | flags};
  sigaction(number, &action, NULL);
}

static sigset_t set_of(int first, int second) {
  sigset_t set;
  sigemptyset(&set);
  if (first) sigaddset(&set, first);
  if (second) sigaddset(&set, second);
  return set;
}

static void block(int first, int second) {
  sigset_t set = set_of(first, second);
  sigprocmask(SIG_BLOCK, &set, NULL);
}

static void unblock(int first, int second) {
  sigset_t set = set_of(first, second);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int pending(int number) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, number);
}

static void show_order(const char *what) {
  printf("%s:", what);
  for (int i = 0; i < order_count; i++) printf(order[i] >= SIGRTMIN ? " RT+%d" : " %d", order[i] >= SIGRTMIN ? order[i] - SIGRTMIN : order[i]);
  printf("\n");
  order_count = 0;
}

static void show_status(const char *what, int status) {
  if (WIFEXITED(status)) printf("%s: exit %d\n", what, WEXITSTATUS(status));
  else if (WIFSTOPPED(status)) printf("%s: stopped by %d\n", what, WSTOPSIG(status));
  else if (WIFCONTINUED(status)) printf("%s: continued\n", what);
  else printf("%s: signal %d%s\n", what, WTERMSIG(status), WCOREDUMP(status) ? " core" : "");
}

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits until something holds, for as long as a slow machine may need.
#define UNTIL(condition)                                  \
  do {                                                    \
    for (long end = now_ms() + 20000; !(condition) && now_ms() < end;) usleep(2000); \
  } while (0)

// Runs something in a child and shows how that ends.
static void in_child(const char *what, void (*body)(void)) {
  fflush(stdout);
  int status = 0;
  pid_t child = fork();
  if (child == 0) {
    body();
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, &status, 0);
  show_status(what, status);
}

#endif
