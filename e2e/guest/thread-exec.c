// execve from a thread that is not the first: the others end, the program keeps its id, its parent, its mask and what waits, and
// each line is one observation. `thread-exec` runs itself again: `thread-exec STEP`.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *self;
static int pipe_ends[2];
static pthread_barrier_t all_there;

static int thread_count(void) {
  char line[128];
  int count = -1;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file)) sscanf(line, "Threads: %d", &count);
  if (file) fclose(file);
  return count;
}

// What the new image finds.
static int look(const char *step, pid_t pid, pid_t parent) {
  sigset_t mask, waiting;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  sigpending(&waiting);
  printf("%s: pid %s, tid %s, parent %s, %d threads, USR1 %s and %s, USR2 %s and %s\n", step, getpid() == pid ? "same" : "other",
         syscall(SYS_gettid) == getpid() ? "pid" : "other", getppid() == parent ? "same" : "other", thread_count(),
         sigismember(&mask, SIGUSR1) ? "blocked" : "open", sigismember(&waiting, SIGUSR1) ? "waits" : "does not",
         sigismember(&mask, SIGUSR2) ? "blocked" : "open", sigismember(&waiting, SIGUSR2) ? "waits" : "does not");
  return 0;
}

static void run_again(const char *step) {
  char pid[16], parent[16];
  snprintf(pid, sizeof pid, "%d", getpid());
  snprintf(parent, sizeof parent, "%d", getppid());
  execl(self, self, step, pid, parent, (char *)NULL);
  printf("%s: execl: %s\n", step, strerror(errno));
  _exit(1);
}

static void *wait_in_read(void *unused) {
  char byte;
  pthread_barrier_wait(&all_there);
  return read(pipe_ends[0], &byte, 1) < 0 ? unused : NULL;
}
static void *compute(void *unused) {
  pthread_barrier_wait(&all_there);
  for (;;) __asm__ volatile("");
  return unused;
}
static void *wait_for_signal(void *unused) {
  pthread_barrier_wait(&all_there);
  for (;;) pause();
  return unused;
}
static void *sleep_long(void *unused) {
  pthread_barrier_wait(&all_there);
  sleep(1000);
  return unused;
}

static void *exec_from_here(void *step) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_SETMASK, &set, NULL);
  // One for this thread, which the new image has; the process's is blocked by the other threads only until they end.
  pthread_kill(pthread_self(), SIGUSR1);
  pthread_barrier_wait(&all_there);
  usleep(20000);
  run_again(step);
  return NULL;
}

static void on_signal(int number) { (void)number; }

// A child of four threads, one of which execs.
static void exec_in_child(const char *step, void *(*others)(void *)) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    pthread_t thread;
    sigset_t set;
    signal(SIGUSR1, on_signal);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    pthread_barrier_init(&all_there, NULL, 4);
    for (int i = 0; i < 2; i++) pthread_create(&thread, NULL, others, NULL);
    pthread_create(&thread, NULL, exec_from_here, (void *)step);
    others(NULL);
    _exit(9);
  }
  int status = -1;
  pid_t ended = waitpid(child, &status, 0);
  printf("%s: %s, status %x\n", step, ended == child ? "waited for" : strerror(errno), status);
}

static void *exec_at_once(void *step) {
  pthread_barrier_wait(&all_there);
  run_again(step);
  return NULL;
}

// All threads exec at the same time: one succeeds, and nothing is left of the others.
static void exec_all(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    pthread_t thread;
    pthread_barrier_init(&all_there, NULL, 4);
    for (int i = 0; i < 3; i++) pthread_create(&thread, NULL, exec_at_once, "all at once");
    exec_at_once("all at once");
  }
  int status = -1;
  waitpid(child, &status, 0);
  printf("all at once: status %x\n", status);
}

static void *fail_here(void *unused) {
  execl("/nonexistent", "nonexistent", (char *)NULL);
  printf("refused: %s, %d threads\n", strerror(errno), thread_count());
  return unused;
}

int main(int count, char **arguments) {
  self = arguments[0];
  if (count == 4) return look(arguments[1], atoi(arguments[2]), atoi(arguments[3]));
  if (pipe(pipe_ends) != 0) return 1;
  exec_in_child("beside reads", wait_in_read);
  exec_in_child("beside loops", compute);
  exec_in_child("beside pauses", wait_for_signal);
  exec_in_child("beside sleeps", sleep_long);
  exec_all();
  pthread_t thread;
  pthread_create(&thread, NULL, fail_here, NULL);
  pthread_join(thread, NULL);
  return 0;
}
