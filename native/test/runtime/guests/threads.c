// Threads: start, end, locks, robust mutexes, cancellation, many at once.
#include "check.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static long counter, turn;
static __thread long own;

static void *add(void *argument) {
  for (int i = 0; i < 20000; i++) {
    pthread_mutex_lock(&mutex);
    counter++, own++;
    pthread_mutex_unlock(&mutex);
  }
  CHECK(own == 20000 && syscall(SYS_gettid) != getpid());
  return argument;
}

static void *take_turns(void *argument) {
  for (int i = 0; i < 500; i++) {
    pthread_mutex_lock(&mutex);
    while (turn % 2 != (long)argument) pthread_cond_wait(&condition, &mutex);
    turn++;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void *nothing(void *argument) { return argument; }

static void *die_with_mutex(void *argument) {
  pthread_mutex_lock(argument);
  return NULL;
}

static void *wait_for_ever(void *argument) {
  for (;;) pause();
  return argument;
}

int main(void) {
  pthread_t threads[64];
  void *result;
  for (long i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], NULL, add, (void *)i) == 0);
  for (long i = 0; i < 8; i++) CHECK(pthread_join(threads[i], &result) == 0 && (long)result == i);
  CHECK(counter == 160000);

  for (long i = 0; i < 2; i++) pthread_create(&threads[i], NULL, take_turns, (void *)i);
  for (long i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  CHECK(turn == 1000);

  for (int round = 0; round < 100; round++) {
    for (long i = 0; i < 20; i++) CHECK(pthread_create(&threads[i], NULL, nothing, (void *)i) == 0);
    for (long i = 0; i < 20; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  }

  pthread_mutexattr_t attributes;
  pthread_mutex_t robust;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&robust, &attributes);
  pthread_create(&threads[0], NULL, die_with_mutex, &robust);
  pthread_join(threads[0], NULL);
  CHECK(pthread_mutex_lock(&robust) == EOWNERDEAD);
  CHECK(pthread_mutex_consistent(&robust) == 0 && pthread_mutex_unlock(&robust) == 0);

  pthread_create(&threads[0], NULL, wait_for_ever, NULL);
  usleep(10000);
  CHECK(pthread_cancel(threads[0]) == 0 && pthread_join(threads[0], &result) == 0 && result == PTHREAD_CANCELED);
  puts("threads ok");
}
