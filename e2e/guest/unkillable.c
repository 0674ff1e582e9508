// Does all that a program can do to stay alive: ignores every signal that can be ignored, leaves its session twice, and
// computes for ever in a process that nobody waits for, in one that sleeps, and in one that execs itself again.
// `unkillable` prints one line when all of them are there.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void ignore_everything(void) {
  sigset_t all;
  sigfillset(&all);
  for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
  sigprocmask(SIG_BLOCK, &all, NULL);
}

static void spin(void) {
  for (volatile unsigned long i = 0;; i++) continue;
}

// Leaves: child of a child of nobody, in a session of its own.
static int leave(void) {
  if (fork() != 0) return 0;
  setsid();
  if (fork() != 0) _exit(0);
  ignore_everything();
  return 1;
}

int main(int argc, char **argv) {
  ignore_everything();
  if (argc > 1) {
    close(atoi(argv[1]));
    spin();
  }
  int ready[2];
  if (pipe(ready) != 0) return 1;
  if (leave()) {
    close(ready[0]), close(ready[1]);
    spin();
  }
  if (leave()) {
    close(ready[0]), close(ready[1]);
    for (;;) pause();
  }
  if (leave()) {
    char number[12];
    snprintf(number, sizeof number, "%d", ready[1]);
    close(ready[0]);
    execl(argv[0], argv[0], number, (char *)NULL);
    _exit(1);
  }
  // The pipe ends when the program that was exec'ed has closed it, so all three are on their way.
  close(ready[1]);
  char byte;
  if (read(ready[0], &byte, 1) != 0) return 1;
  puts("ready");
  fflush(stdout);
  spin();
}
