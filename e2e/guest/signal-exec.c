// Kills children at every moment of their start, fork to exec to first instruction: each must end by the signal, whenever
// it came. `signal-exec ROUNDS`
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 3000

static void wait_microseconds(long microseconds) {
  struct timespec now, end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_nsec += microseconds * 1000;
  end.tv_sec += end.tv_nsec / 1000000000;
  end.tv_nsec %= 1000000000;
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

int main(int argc, char **argv) {
  if (argc == 1) for (;;) pause();
  int rounds = atoi(argv[1]), lost = 0;
  for (int i = 0; i < rounds; i++) {
    pid_t child = fork();
    if (child < 0) {
      perror("fork");
      return 1;
    }
    if (child == 0) {
      execl(argv[0], argv[0], (char *)NULL);
      _exit(1);
    }
    wait_microseconds(i * 37 % 3000);
    kill(child, i % 2 ? SIGTERM : SIGINT);
    int status = 0, waited = 0;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 && waited++ < DEADLINE_MS) usleep(1000);
    if (ended == child && WIFSIGNALED(status)) continue;
    printf("round %d: child %d, %s\n", i, child, ended == 0 ? "signal lost" : "ended otherwise");
    if (++lost == 5) return 1;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  printf("%d children ended by their signal\n", rounds - lost);
  return lost != 0;
}
