// fork, vfork, posix_spawn, exec, wait, and what a child inherits.
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;
static const char *self;

static int wait_status(pid_t child) {
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void forks(void) {
  int ends[2], value = 1;
  CHECK(pipe(ends) == 0);
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    value = 2;
    CHECK(getppid() == parent && getpid() != parent && syscall(SYS_gettid) == getpid());
    pid_t inner = fork();
    if (inner == 0) _exit(write(ends[1], "inner", 5) == 5 ? 3 : 4);
    _exit(wait_status(inner));
  }
  CHECK(wait_status(child) == 3 && value == 1);
  char text[8];
  CHECK(read(ends[0], text, 8) == 5 && !memcmp(text, "inner", 5));
  CHECK_ERROR(wait(NULL), ECHILD);
  for (int i = 0; i < 100; i++) {
    child = fork();
    if (child == 0) _exit(i);
    CHECK(wait_status(child) == i);
  }
}

static void vforks(void) {
  volatile int shared = 0;
  pid_t child = vfork();
  if (child == 0) {
    shared = 1;
    _exit(9);
  }
  CHECK(shared == 1 && wait_status(child) == 9);
  child = vfork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", "exit 11", NULL);
    _exit(1);
  }
  CHECK(wait_status(child) == 11);
  // Numbers that a vfork child changes are its own.
  int fd = dup(0);
  child = vfork();
  if (child == 0) {
    close(fd);
    _exit(fcntl(fd, F_GETFD) == -1 ? 5 : 6);
  }
  CHECK(wait_status(child) == 5 && fcntl(fd, F_GETFD) >= 0 && close(fd) == 0);
}

static void spawns(void) {
  pid_t child;
  char *good[] = {"sh", "-c", "exit 12", NULL};
  CHECK(posix_spawn(&child, "/bin/sh", NULL, NULL, good, environ) == 0 && wait_status(child) == 12);
  CHECK(posix_spawn(&child, "/nonexistent", NULL, NULL, good, environ) == ENOENT);
  CHECK(system("exit 13") == 13 << 8);
}

static void execs(void) {
  int kept = dup(0), closed = fcntl(0, F_DUPFD_CLOEXEC, 100);
  char one[16], two[16];
  snprintf(one, sizeof one, "%d", kept), snprintf(two, sizeof two, "%d", closed);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGUSR1, SIG_IGN);
    sigset_t set;
    sigemptyset(&set), sigaddset(&set, SIGUSR2), sigprocmask(SIG_BLOCK, &set, NULL);
    execl(self, self, "inherited", one, two, NULL);
    _exit(1);
  }
  CHECK(wait_status(child) == 0);
  CHECK_ERROR(execl("/nonexistent", "x", NULL), ENOENT);
  CHECK_ERROR(execl("/etc/passwd", "x", NULL), EACCES);
  char *big = malloc(4 << 20);
  memset(big, 'x', (4 << 20) - 1), big[(4 << 20) - 1] = 0;
  CHECK_ERROR(execl("/bin/true", "true", big, NULL), E2BIG);
  close(kept), close(closed);
}

static int inherited(char **arguments) {
  sigset_t set;
  struct sigaction action;
  CHECK(fcntl(atoi(arguments[2]), F_GETFD) == 0);
  CHECK_ERROR(fcntl(atoi(arguments[3]), F_GETFD), EBADF);
  sigprocmask(SIG_BLOCK, NULL, &set);
  CHECK(sigismember(&set, SIGUSR2) == 1 && sigismember(&set, SIGUSR1) == 0);
  CHECK(sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
  return 0;
}

static void *fork_often(void *argument) {
  for (volatile int i = 0; i < 50; i++) {
    pid_t child = i % 2 ? fork() : vfork();
    if (child == 0) _exit(7);
    CHECK(wait_status(child) == 7);
  }
  return argument;
}

static void *open_often(void *argument) {
  for (int i = 0; i < 500; i++) {
    int fd = open("/etc/passwd", O_RDONLY);
    CHECK(fd >= 0);
    int copy = dup(fd);
    CHECK(copy >= 0 && close(copy) == 0 && close(fd) == 0);
  }
  return argument;
}

static void threaded(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, i < 2 ? fork_often : open_often, NULL);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
}

static void *exec_away(void *argument) {
  execl("/bin/sh", "sh", "-c", "exit 21", NULL);
  return argument;
}

int main(int count, char **arguments) {
  self = arguments[0];
  if (count > 3) return inherited(arguments);
  forks();
  vforks();
  spawns();
  execs();
  threaded();
  pid_t child = fork();
  if (child == 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, exec_away, NULL);
    for (;;) pause();
  }
  CHECK(wait_status(child) == 21);
  puts("processes ok");
}
