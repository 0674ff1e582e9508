// Ends processes at bad moments, ROUNDS times: `ends HOW ROUNDS`. Prints `done` when each end was as on Linux.
//
// HOW: exit-group (by all of 32 threads at once, half of the others computing and half in a blocking call: the first status
// wins), vfork (by a fatal signal, while another thread waits for its vfork child), exec (by SIGKILL, while it executes itself
// again and again), exec-thread (by an exec of one thread of many, of which others compute, block and exec as well).
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 32
#define EXEC_STATUS 40

static const char *self;
static int round_number, empty_pipe[2];
static pthread_barrier_t barrier;

static void fail(const char *what, int status) {
  printf("round %d: %s: %#x, %s\n", round_number, what, status, strerror(errno));
  fflush(stdout);
  exit(1);
}

_Noreturn static void spin(void) {
  for (volatile unsigned long i = 0;; i++) continue;
}

static void *other(void *how) {
  char byte;
  pthread_barrier_wait(&barrier);
  if (how != NULL) spin();
  for (;;) {
    if (read(empty_pipe[0], &byte, 1) == 1) return NULL;
  }
}

static void *leaver(void *status) {
  pthread_barrier_wait(&barrier);
  syscall(SYS_exit_group, (int)(long)status);
  return NULL;
}

static void *executor(void *unused) {
  pthread_barrier_wait(&barrier);
  execl(self, self, "end", NULL);
  return unused;
}

static void start(void *(*body)(void *), void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, argument) != 0) fail("pthread_create", 0);
}

// A process of 32 threads that compute or block, and `count` that end it together.
_Noreturn static void run_threads(void *(*end)(void *), long count) {
  pthread_barrier_init(&barrier, NULL, THREADS + (unsigned)count);
  for (long i = 0; i < THREADS; i++) start(other, i % 2 ? (void *)1 : NULL);
  for (long i = 1; i < count; i++) start(end, (void *)i);
  end((void *)count);
  spin();
}

static int wait_for(pid_t pid) {
  int status;
  if (waitpid(pid, &status, 0) != pid) fail("waitpid", 0);
  return status;
}

static void end_by_exit_group(void) {
  pid_t child = fork();
  if (child == 0) run_threads(leaver, THREADS);
  int status = wait_for(child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) < 1 || WEXITSTATUS(status) > THREADS) fail("exit_group", status);
}

static void end_by_exec(void) {
  pid_t child = fork();
  if (child == 0) run_threads(executor, 4);
  int status = wait_for(child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != EXEC_STATUS) fail("exec of a thread", status);
}


static int born[2];

static void *vfork_for_ever(void *unused) {
  pid_t child = vfork();
  if (child == 0) {
    pid_t own = getpid();
    if (write(born[1], &own, sizeof own) != sizeof own) _exit(1);
    for (;;) pause();
  }
  return unused;
}

// Its vfork child has its memory and outlives it, as a child of ours.
static void end_in_vfork(void) {
  if (pipe(born) != 0) fail("pipe", 0);
  pid_t child = fork();
  if (child == 0) {
    start(vfork_for_ever, NULL);
    for (int i = 0; i < 4; i++) start(other, NULL);
    pthread_barrier_wait(&barrier);
    spin();
  }
  pid_t grandchild;
  if (read(born[0], &grandchild, sizeof grandchild) != sizeof grandchild) fail("vfork", 0);
  kill(child, round_number % 2 ? SIGTERM : SIGSEGV);
  int status = wait_for(child);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != (round_number % 2 ? SIGTERM : SIGSEGV)) fail("end in vfork", status);
  if (kill(grandchild, 0) != 0) fail("the vfork child", 0);
  kill(grandchild, SIGKILL);
  status = wait_for(grandchild);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) fail("end of the vfork child", status);
  close(born[0]);
  close(born[1]);
}

static void end_in_exec(void) {
  pid_t child = fork();
  if (child == 0) {
    execl(self, self, "again", NULL);
    _exit(1);
  }
  usleep((useconds_t)(rand() % 5000));
  kill(child, SIGKILL);
  int status = wait_for(child);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) fail("SIGKILL in exec", status);
}

int main(int argc, char **argv) {
  self = argv[0];
  const char *how = argc > 1 ? argv[1] : "";
  if (strcmp(how, "end") == 0) return EXEC_STATUS;
  if (strcmp(how, "again") == 0) {
    execv(self, argv);
    return 1;
  }
  if (pipe(empty_pipe) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("ends", 0);
  pthread_barrier_init(&barrier, NULL, 5);
  for (round_number = 0; round_number < (argc > 2 ? atoi(argv[2]) : 1); round_number++) {
    if (strcmp(how, "exit-group") == 0) end_by_exit_group();
    else if (strcmp(how, "exec-thread") == 0) end_by_exec();
    else if (strcmp(how, "vfork") == 0) end_in_vfork();
    else if (strcmp(how, "exec") == 0) end_in_exec();
    else return 2;
  }
  errno = 0;
  if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD) fail("a child is left", 0);
  puts("done");
}
