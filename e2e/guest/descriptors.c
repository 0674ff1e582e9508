// A program that is careless with descriptors, and must still work: `descriptors close-range|dup2-all|exhaust|many-files`.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition) \
  do { \
    if (!(condition)) fail(#condition, __LINE__); \
  } while (0)

static void fail(const char *what, int line) {
  dprintf(2, "descriptors.c:%d: %s: %s\n", line, what, strerror(errno));
  _exit(1);
}

// Opens, reads, forks and waits: the LibOS is still in reach.
static void still_works(void) {
  int file = open("/proc/self/status", O_RDONLY);
  CHECK(file >= 0);
  char bytes[64];
  CHECK(read(file, bytes, sizeof bytes) > 0);
  CHECK(close(file) == 0);
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) _exit(7);
  int status;
  CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7);
}

static void close_everything(void) {
  CHECK(close_range(3, ~0u, 0) == 0);
  still_works();
  for (int number = 3; number < 70000; number++) close(number);
  still_works();
  int out = dup(1);
  CHECK(out >= 0);
  CHECK(close_range(0, ~0u, 0) == 0);
  CHECK(fcntl(0, F_GETFD) == -1 && errno == EBADF);
  still_works();
}

static void dup_onto_each(void) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  long top = (long)limit.rlim_cur;
  for (long number = 3; number < top; number++) CHECK(dup2(2, (int)number) == number);
  CHECK(dup2(2, (int)top) == -1 && errno == EBADF);
  CHECK(open("/dev/null", O_RDONLY) == -1 && errno == EMFILE);
  for (long number = 3; number < top; number++) CHECK(close((int)number) == 0);
  still_works();
}

static void exhaust(void) {
  struct rlimit limit = {64, 64};
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  int pair[2], last = -1, file;
  while ((file = open("/dev/null", O_RDONLY)) >= 0) last = file;
  CHECK(errno == EMFILE && last == 63);
  CHECK(pipe(pair) == -1 && errno == EMFILE);
  CHECK(close(last) == 0);
  CHECK(pipe(pair) == -1 && errno == EMFILE);
  CHECK(open("/etc/passwd", O_RDONLY) == last);
  CHECK(fcntl(0, F_DUPFD, 64) == -1 && errno == EINVAL);
  CHECK(close_range(10, ~0u, 0) == 0);
  still_works();
}

static void many_files(void) {
  char name[64];
  struct stat status;
  CHECK(mkdir("many", 0755) == 0);
  for (int i = 0; i < 10000; i++) {
    snprintf(name, sizeof name, "many/%05d", i);
    int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
    CHECK(file >= 0);
    CHECK(write(file, name, strlen(name)) == (ssize_t)strlen(name));
    CHECK(close(file) == 0);
  }
  for (int i = 0; i < 10000; i++) {
    snprintf(name, sizeof name, "many/%05d", i);
    CHECK(stat(name, &status) == 0 && status.st_size == 10);
  }
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  // Standard output goes early in some of these: keep a copy of it where the test itself can't lose it.
  if (strcmp(how, "close-range") == 0) {
    pid_t child = fork();
    if (child == 0) {
      close_everything();
      _exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
  } else if (strcmp(how, "dup2-all") == 0) dup_onto_each();
  else if (strcmp(how, "exhaust") == 0) exhaust();
  else if (strcmp(how, "many-files") == 0) many_files();
  else return 2;
  puts("done");
  return 0;
}
