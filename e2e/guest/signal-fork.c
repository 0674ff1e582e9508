// Sends each child a signal soon after fork, whatever it is about to wait in: its handler must run. `signal-fork ROUNDS`
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 3000
#define HANDLED 7

static int never[2];

static void leave(int signal) {
  (void)signal;
  _exit(HANDLED);
}

static void wait_in(int way) {
  const struct timespec long_time = {1000, 0};
  char byte;
  switch (way) {
    case 0:
      pause();
      break;
    case 1:
      nanosleep(&long_time, NULL);
      break;
    case 2:
      if (read(never[0], &byte, 1) < 0) break;
      break;
    default:
      for (;;) continue;
  }
}

static void wait_microseconds(long microseconds) {
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000 < microseconds);
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1, lost = 0;
  if (pipe(never) < 0) return 1;
  signal(SIGUSR1, leave);
  for (int i = 0; i < rounds; i++) {
    pid_t child = fork();
    if (child < 0) {
      perror("fork");
      return 1;
    }
    if (child == 0) {
      wait_in(i % 4);
      _exit(1);
    }
    wait_microseconds(i * 37 % 500);
    kill(child, SIGUSR1);
    int status = 0, waited = 0;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 && waited++ < DEADLINE_MS) usleep(1000);
    if (ended == child && WIFEXITED(status) && WEXITSTATUS(status) == HANDLED) continue;
    printf("round %d: %s\n", i, ended == 0 ? "signal lost" : "ended otherwise");
    if (++lost == 5) return 1;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  printf("%d children handled their signal\n", rounds - lost);
  return lost != 0;
}
