// Starts two programs with a pipe between them, as a shell does for `ls / | wc -l`: `pipeline`.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start(int input, int output, int other, char *const argv[]) {
  pid_t child = fork();
  if (child != 0) return child;
  dup2(input, 0);
  dup2(output, 1);
  close(other);
  execvp(argv[0], argv);
  _exit(127);
}

int main(void) {
  int channel[2], status;
  if (pipe(channel) != 0) return 1;
  pid_t writer = start(0, channel[1], channel[0], (char *[]){"ls", "/", NULL});
  pid_t reader = start(channel[0], 1, channel[1], (char *[]){"wc", "-l", NULL});
  close(channel[0]);
  close(channel[1]);
  printf("ls is process %d, wc is process %d; wc says:\n", writer, reader);
  fflush(stdout);
  while (wait(&status) > 0) {
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return 1;
  }
  return 0;
}
