// Ends itself in one of the ways that a broken program ends: `crash segv|ill|fpe|abort|stack|execute|wild|slots`.
//
// `wild` writes over everything it can write to, up from address 0, its own stack and the runtime's memory included.
// `slots` fills the memory that it shares with the kernel with garbage for a second while it goes on making calls.
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// native/include/occlum/arena.h: ARENA_ADDRESS and its size.
#define ARENA_ADDRESS 0x600100000000ul
#define ARENA_SIZE 0x2080000ul
#define RUNTIME_ADDRESS 0x600000000000ul
#define RUNTIME_SIZE 0x200000ul

static volatile int for_ever = 1;

static int overflow_stack(volatile char *below) {
  volatile char frame[4096];
  frame[0] = below ? below[0] : 1;
  return (for_ever ? overflow_stack(frame) : 0) + frame[0];
}

static uint64_t state = 0x9e3779b97f4a7c15ul;
static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static int is_mapped(uintptr_t page) {
  unsigned char residency;
  return mincore((void *)page, 4096, &residency) == 0;
}

static void scribble(uintptr_t from, uintptr_t size) {
  for (uintptr_t page = from; page < from + size; page += 4096) {
    if (!is_mapped(page)) continue;
    mprotect((void *)page, 4096, PROT_READ | PROT_WRITE);
    for (unsigned i = 0; i < 512; i++) ((volatile uint64_t *)page)[i] = next_random();
  }
}

// Every mapping there is, by /proc/self/maps, in that order, until something that we stand on is gone.
static void write_everywhere(void) {
  static struct { uintptr_t from, to; } ranges[4096];
  unsigned count = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[4096];
  while (maps && count < 4096 && fgets(line, sizeof line, maps)) {
    if (sscanf(line, "%lx-%lx", &ranges[count].from, &ranges[count].to) == 2) count++;
  }
  // What the LibOS shares with us first: later there is nobody left to make a mapping writable.
  scribble(ARENA_ADDRESS, ARENA_SIZE);
  scribble(RUNTIME_ADDRESS, RUNTIME_SIZE);
  for (unsigned i = 0; i < count; i++) scribble(ranges[i].from, ranges[i].to - ranges[i].from);
  for (uintptr_t address = 0;; address += 4096) *(volatile uint64_t *)address = next_random();
}

static void garble_slots(void) {
  struct timespec now, end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += 1;
  do {
    for (unsigned i = 0; i < 4096; i++) {
      uintptr_t address = ARENA_ADDRESS + next_random() % ARENA_SIZE / 8 * 8;
      *(volatile uint64_t *)address = next_random();
    }
    int descriptor = open("/etc/hostname", O_RDONLY);
    if (descriptor >= 0) close(descriptor);
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  if (strcmp(how, "segv") == 0) *(volatile int *)(uintptr_t)(8 * for_ever) = 1;
  else if (strcmp(how, "ill") == 0) __asm__ volatile("ud2");
  else if (strcmp(how, "fpe") == 0) __asm__ volatile("xor %%edx, %%edx; mov $1, %%eax; xor %%ecx, %%ecx; div %%ecx" ::: "eax", "ecx", "edx");
  else if (strcmp(how, "abort") == 0) abort();
  else if (strcmp(how, "stack") == 0) return overflow_stack(NULL);
  else if (strcmp(how, "execute") == 0) ((void (*)(void))(uintptr_t)(0x1000 * for_ever))();
  else if (strcmp(how, "wild") == 0) write_everywhere();
  else if (strcmp(how, "slots") == 0) garble_slots();
  else return 2;
  return 0;
}
