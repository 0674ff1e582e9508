// Sends signals to itself and to a child: `signals`.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t alarms;

static void on_alarm(int number) {
  (void)number;
  alarms++;
}

int main(void) {
  struct itimerval every_10_ms = {{0, 10000}, {0, 10000}}, off = {{0, 0}, {0, 0}};
  signal(SIGALRM, on_alarm);
  setitimer(ITIMER_REAL, &every_10_ms, NULL);
  while (alarms < 5) pause();
  setitimer(ITIMER_REAL, &off, NULL);
  printf("a timer interrupted the program %d times\n", (int)alarms);
  fflush(stdout);

  pid_t child = fork();
  if (child == 0) {
    for (;;) continue;
  }
  kill(child, SIGTERM);
  int status;
  waitpid(child, &status, 0);
  printf("a child that computes for ever was ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return 0;
}
