// Adds up a range of numbers with several threads: `threads [COUNT]`.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define NUMBERS 1000000L

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long total, count;

static void *add_share(void *index) {
  long sum = 0;
  for (long number = (long)index; number <= NUMBERS; number += count) sum += number;
  pthread_mutex_lock(&lock);
  total += sum;
  pthread_mutex_unlock(&lock);
  return NULL;
}

int main(int argc, char **argv) {
  count = argc > 1 ? atol(argv[1]) : 8;
  pthread_t threads[count];
  for (long i = 0; i < count; i++) {
    if (pthread_create(&threads[i], NULL, add_share, (void *)(i == 0 ? count : i)) != 0) return 1;
  }
  for (long i = 0; i < count; i++) pthread_join(threads[i], NULL);
  printf("%ld threads found that 1 to %ld is %ld\n", count, NUMBERS, total);
  return 0;
}
