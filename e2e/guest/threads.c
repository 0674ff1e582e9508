// Starts N threads that all run at once, each with memory, a condition variable, thread-local data and a pipe of its own.
// `threads N ROUNDS`
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_barrier_t all_started;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static __thread long own_number;
static long turn, count, rounds;
static atomic_long sum;

static void *run(void *argument) {
  own_number = (long)argument;
  pthread_barrier_wait(&all_started);
  int channel[2];
  if (pipe(channel) != 0) return (void *)1;
  for (long i = 0; i < rounds; i++) {
    char *memory = malloc(1000 + 16 * (size_t)i);
    memset(memory, (int)own_number, 1000);
    long sent = own_number * rounds + i, received = -1;
    if (write(channel[1], &sent, sizeof sent) != sizeof sent) return (void *)2;
    if (read(channel[0], &received, sizeof received) != sizeof received || received != sent) return (void *)3;
    free(memory);
  }
  close(channel[0]);
  close(channel[1]);
  // In order: each thread waits for its turn.
  pthread_mutex_lock(&lock);
  while (turn != own_number) pthread_cond_wait(&changed, &lock);
  turn++;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  atomic_fetch_add(&sum, own_number);
  return syscall(SYS_gettid) == getpid() ? (void *)4 : NULL;
}

int main(int argc, char **argv) {
  count = argc > 1 ? atol(argv[1]) : 128;
  rounds = argc > 2 ? atol(argv[2]) : 100;
  pthread_t *threads = calloc((size_t)count, sizeof *threads);
  pthread_barrier_init(&all_started, NULL, (unsigned)count);
  for (long i = 0; i < count; i++) {
    int error = pthread_create(&threads[i], NULL, run, (void *)i);
    if (error != 0) {
      fprintf(stderr, "thread %ld: %s\n", i, strerror(error));
      return 1;
    }
  }
  for (long i = 0; i < count; i++) {
    void *result;
    pthread_join(threads[i], &result);
    if (result != NULL) {
      fprintf(stderr, "thread %ld: step %ld failed\n", i, (long)result);
      return 1;
    }
  }
  printf("%ld threads, sum %ld\n", count, atomic_load(&sum));
  return 0;
}
