// Makes kernel calls as fast as it can, for ever, from several threads: `flood THREADS`. Or makes one kernel call a
// millisecond for SECONDS and prints the median, the largest and the 99th percentile time in microseconds: `flood quiet SECONDS`.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void *call_for_ever(void *unused) {
  struct stat status;
  for (;;) stat("/no/such/file", &status);
  return unused;
}

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "quiet") == 0) {
    unsigned count = 0, room = (unsigned)atoi(argv[2]) * 1000;
    double *times = calloc(room, sizeof *times);
    double end = microseconds() + atof(argv[2]) * 1e6;
    struct stat status;
    while (microseconds() < end && count < room) {
      double start = microseconds();
      stat("/etc", &status);
      times[count++] = microseconds() - start;
      usleep(1000);
    }
    qsort(times, count, sizeof *times, compare);
    printf("%.0f %.0f %.0f\n", times[count / 2], times[count - 1], times[count * 99 / 100]);
    return 0;
  }
  pthread_t thread;
  for (int i = 1; i < (argc > 1 ? atoi(argv[1]) : 1); i++) pthread_create(&thread, NULL, call_for_ever, NULL);
  call_for_ever(NULL);
}
