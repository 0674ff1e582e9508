// Executes each file of a directory, in name order, and says what came of it: `try-exec DIRECTORY [DEADLINE_MS]`.
// One line a file: its name and "errno N", "status N", "signal N" or "hangs".
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void try_file(const char *path, const char *name, int deadline_ms) {
  // One pipe brings the errno of a failed execve, and its end says that the exec worked; the other ends with the program.
  int failed[2], alive[2];
  if (pipe2(failed, O_CLOEXEC) != 0 || pipe(alive) != 0) exit(1);
  pid_t child = fork();
  if (child < 0) exit(1);
  if (child == 0) {
    close(alive[0]);
    int null = open("/dev/null", O_RDWR);
    for (int number = 0; number < 3; number++) dup2(null, number);
    char *arguments[] = {(char *)path, NULL}, *environment[] = {NULL};
    execve(path, arguments, environment);
    int error = errno;
    _exit(write(failed[1], &error, sizeof error) == sizeof error ? 127 : 126);
  }
  close(failed[1]);
  close(alive[1]);
  struct pollfd wait_for = {alive[0], POLLIN, 0};
  int hangs = poll(&wait_for, 1, deadline_ms) == 0;
  if (hangs) kill(child, SIGKILL);
  int error = 0, status = 0;
  ssize_t got = read(failed[0], &error, sizeof error);
  waitpid(child, &status, 0);
  if (hangs) printf("%s hangs\n", name);
  else if (got == sizeof error) printf("%s errno %d\n", name, error);
  else if (WIFSIGNALED(status)) printf("%s signal %d\n", name, WTERMSIG(status));
  else printf("%s status %d\n", name, WEXITSTATUS(status));
  fflush(stdout);
  close(failed[0]);
  close(alive[0]);
}

int main(int argc, char **argv) {
  struct dirent **entries;
  if (argc < 2) return 2;
  int count = scandir(argv[1], &entries, NULL, alphasort);
  if (count < 0) {
    perror(argv[1]);
    return 1;
  }
  for (int i = 0; i < count; i++) {
    if (entries[i]->d_name[0] == '.') continue;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
    try_file(path, entries[i]->d_name, argc > 2 ? atoi(argv[2]) : 2000);
  }
  return 0;
}
