// Keeps many threads of several processes busy, which try to leave their CPUs all the time, and tells on which CPUs they were.
// `cpu-bound THREADS PROCESSES MILLISECONDS`
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile uint8_t *seen;  // by CPU, shared by all processes
static long end_ms;

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *work(void *unused) {
  cpu_set_t all;
  memset(&all, 0xff, sizeof all);
  for (int round = 0; now_ms() < end_ms; round++) {
    if (round % 64 == 0) sched_setaffinity(0, sizeof all, &all);
    const int cpu = sched_getcpu();
    if (cpu >= 0 && cpu < 8192) seen[cpu] = 1;
    for (volatile int i = 0; i < 20000; i++) continue;
  }
  return unused;
}

static void work_in_threads(int count) {
  pthread_t threads[256];
  for (int i = 1; i < count && i < 256; i++) pthread_create(&threads[i], NULL, work, NULL);
  work(NULL);
  for (int i = 1; i < count && i < 256; i++) pthread_join(threads[i], NULL);
}

int main(int count, char **arguments) {
  if (count < 4) return 2;
  const int threads = atoi(arguments[1]), processes = atoi(arguments[2]);
  const long start = now_ms();
  end_ms = start + atol(arguments[3]);
  seen = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 1; i < processes; i++) {
    if (fork() != 0) continue;
    work_in_threads(threads);
    _exit(0);
  }
  work_in_threads(threads);
  while (wait(NULL) > 0) continue;
  struct rusage own, children;
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &children);
  long used_us = 0;
  for (int i = 0; i < 2; i++) {
    const struct rusage *usage = i ? &children : &own;
    used_us += (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 + usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
  }
  printf("cpus");
  for (int cpu = 0; cpu < 8192; cpu++)
    if (seen[cpu]) printf(" %d", cpu);
  printf("\nused %ld of %ld ms\n", used_us / 1000, now_ms() - start);
  return 0;
}
