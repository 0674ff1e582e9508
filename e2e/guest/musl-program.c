// What differs between C libraries below the surface: thread start, posix_spawn, stdio, name look-up, locale.
#include <netdb.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void *count(void *argument) {
  long sum = 0;
  for (long i = 0; i < 100000; i++) sum += i % (long)argument;
  return (void *)sum;
}

int main(void) {
  pthread_t threads[8];
  long total = 0;
  for (long i = 0; i < 8; i++) pthread_create(&threads[i], NULL, count, (void *)(i + 1));
  for (int i = 0; i < 8; i++) {
    void *sum;
    pthread_join(threads[i], &sum);
    total += (long)sum;
  }
  printf("threads %ld\n", total);
  fflush(stdout);

  pid_t child;
  char *arguments[] = {"sh", "-c", "echo spawned; exit 5", NULL};
  int status = 0, error = posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ);
  if (error == 0) waitpid(child, &status, 0);
  printf("spawn %d status %d\n", error, WEXITSTATUS(status));
  error = posix_spawn(&child, "/no/such/program", NULL, NULL, arguments, environ);
  printf("spawn of nothing: %s\n", strerror(error));

  struct addrinfo *found, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  error = getaddrinfo("localhost", "80", &hints, &found);
  printf("localhost %s\n", error ? gai_strerror(error) : "found");

  FILE *file = tmpfile();
  fprintf(file, "%d %s %.3f", 7, "text", 1.5);
  rewind(file);
  char word[16];
  int number;
  double real;
  int scanned = fscanf(file, "%d %15s %lf", &number, word, &real);
  printf("scanned %d: %d %s %.1f\n", scanned, number, word, real);
  struct timespec pause = {0, 2000000};
  printf("sleep %d\n", nanosleep(&pause, NULL));
  return 0;
}
