// What a hostile guest does to the memory it shares with the kernel; run with its descriptors, outside of any filter.
// Each line of the output is an attempt and its errno, 0 where it succeeded.
//
//   attacker arena FD     a sealed, writable memory
//   attacker status FD    the status page
//   attacker doorbell FD  fills the counter
//   attacker flood FD     sends records on a socket until it is full
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void report(const char *attempt, long result) { printf("%s %d\n", attempt, result == -1 ? errno : 0); }

static int reopen(int fd, int flags) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return open(path, flags);
}

static long map_writable(int fd) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return page == MAP_FAILED ? -1 : 0;
}

static long make_writable(int fd) {
  void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) return -1;
  return mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void attack_size(int fd) {
  report("shrink", ftruncate(fd, 0));
  report("grow", ftruncate(fd, 1l << 40));
  report("extend", fallocate(fd, 0, 1l << 40, 4096));
  report("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
}

static void attack_arena(int fd) {
  attack_size(fd);
  report("punch", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 0x80000));
}

static void attack_status(int fd) {
  int writable = reopen(fd, O_RDWR);
  attack_size(fd);
  report("write", write(fd, "x", 1));
  report("map", map_writable(fd));
  report("protect", make_writable(fd));
  printf("reopened %d\n", writable >= 0);
  report("rewrite", write(writable, "x", 1));
  report("remap", map_writable(writable));
  report("reprotect", make_writable(writable));
  report("repunch", fallocate(writable, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
}

static void attack_doorbell(int fd) {
  uint64_t most = UINT64_MAX - 1, one = 1;
  report("fill", write(fd, &most, sizeof most));
  report("ring", write(fd, &one, sizeof one));
}

static void attack_socket(int fd) {
  char record[64] = {0};
  long sent = 0;
  while (send(fd, record, sizeof record, MSG_DONTWAIT) > 0) sent++;
  printf("sent %d\n", sent > 10);
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  int fd = atoi(arguments[2]);
  if (!strcmp(arguments[1], "arena")) attack_arena(fd);
  if (!strcmp(arguments[1], "status")) attack_status(fd);
  if (!strcmp(arguments[1], "doorbell")) attack_doorbell(fd);
  if (!strcmp(arguments[1], "flood")) attack_socket(fd);
  return 0;
}
