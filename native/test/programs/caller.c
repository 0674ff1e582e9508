// Makes kernel calls as the runtime does: `caller CALLS SLOT [pause]`, with arena, status page and doorbell as descriptors
// 3, 4 and 5. Argument 0 counts up, the answer must be that number plus one. With `pause` it sleeps a little now and then,
// so that the kernel falls asleep as well. Ends with 0, or 1 when an answer was wrong or a call was lost.
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "occlum/arena.h"

#define SPIN_MAX 2000
#define LOST_SECONDS 10

static uint8_t *arena;
static volatile struct status_page *status;

static void ring(void) {
  uint64_t one = 1;
  if (write(5, &one, sizeof one) < 0) perror("doorbell");
}

// Gives 0, or -1 when nobody answered for seconds.
static int wait_for(_Atomic uint32_t *state) {
  for (int i = 0; i < SPIN_MAX && (int)status->cpu != sched_getcpu(); i++) {
    if (atomic_load(state) == SLOT_DONE) return 0;
    __builtin_ia32_pause();
  }
  uint32_t posted = SLOT_POSTED;
  atomic_compare_exchange_strong(state, &posted, SLOT_WAITING);
  const struct timespec limit = {LOST_SECONDS, 0};
  while (atomic_load(state) != SLOT_DONE) {
    if (syscall(SYS_futex, state, FUTEX_WAIT, SLOT_WAITING, &limit, NULL, 0) < 0 && atomic_load(state) == SLOT_WAITING) return -1;
  }
  return 0;
}

static int call(int index, uint64_t number) {
  struct thread_slot *slot = (struct thread_slot *)(arena + ARENA_OFFSET_SLOTS + (size_t)index * ARENA_SLOT_SIZE);
  struct process_page *page = (struct process_page *)(arena + ARENA_OFFSET_PROCESS);
  _Atomic uint32_t *state = (_Atomic uint32_t *)&slot->state;
  slot->arguments[0] = number;
  slot->cpu = (uint32_t)sched_getcpu();
  atomic_store(state, SLOT_POSTED);
  atomic_fetch_or((_Atomic uint64_t *)&page->calls[index / 64], 1ul << (index % 64));
  if (status->sleeping) ring();
  if (wait_for(state) < 0) return -1;
  return slot->result == (int64_t)number + 1 ? 0 : -1;
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  arena = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
  status = mmap(NULL, 4096, PROT_READ, MAP_SHARED, 4, 0);
  const long calls = atol(arguments[1]);
  const struct timespec pause = {0, 50000};
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long i = 0; i < calls; i++) {
    if (call(atoi(arguments[2]), (uint64_t)i) < 0) return fprintf(stderr, "call %ld\n", i), 1;
    if (count > 3 && i % 7 == 0) nanosleep(&pause, NULL);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%ld ns a call\n", ((end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec) / (calls ? calls : 1));
  return 0;
}
