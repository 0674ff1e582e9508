// Attacks what the runtime and the kernel of the LibOS talk through: its descriptors and its memory. Each attack is made
// in a child; after each, this process (another one of the same LibOS) must be served as before.
// `channels`; one line an attack, exit status 0 when all was tried and the LibOS still serves.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "attempt.h"
#include "raw-call.h"

// native/include/occlum/arena.h
#define ARENA_ADDRESS 0x600100000000ul
#define ARENA_SIZE 0x2080000ul
#define ARENA_OFFSET_SLOTS 0x20000ul
#define SLOT_SIZE 512
#define SLOT_COUNT 512
#define HIGHEST_DESCRIPTOR 4200
#define CHANNEL_MAX 64
#define DEADLINE_MS 1500
#define ATTACK_MS 600

static uintptr_t gate;               // a syscall instruction of the runtime that comes back
static int channels[CHANNEL_MAX];    // open descriptors that the guest does not see
static int channel_count;

static bool is_readable(uintptr_t address) {
  int channel[2];
  if (pipe(channel) != 0) return false;
  bool readable = write(channel[1], (const void *)address, 1) == 1;
  close(channel[0]);
  close(channel[1]);
  return readable;
}

static uintptr_t candidate;

// Whether the call at `candidate` reaches the host: the LibOS knows getppid, the filter of the host refuses it.
static long reaches_host(void *unused) {
  (void)unused;
  return call_at(candidate, &(struct call){SYS_getppid, {0}}) == -EPERM && call_at(candidate, &(struct call){SYS_sched_yield, {0}}) == 0;
}

static bool find_gate(void) {
  for (uintptr_t page = RUNTIME_ADDRESS; page < RUNTIME_ADDRESS + RUNTIME_SEARCH_BYTES; page += 4096) {
    if (!is_readable(page)) continue;
    const unsigned char *bytes = (const unsigned char *)page;
    for (unsigned i = 0; i + 1 < 4096; i++) {
      if (bytes[i] != 0x0f || bytes[i + 1] != 0x05) continue;
      candidate = page + i;
      struct attempt seen = attempt(reaches_host, NULL, DEADLINE_MS);
      if (seen.outcome == RETURNED && seen.result == 1) {
        gate = candidate;
        return true;
      }
    }
  }
  return false;
}

// A call of the host kernel, past the LibOS; the filter still sees it.
static long on_host(long number, long a, long b, long c, long d, long e, long f) {
  return call_at(gate, &(struct call){number, {a, b, c, d, e, f}});
}

static void find_channels(void) {
  for (int number = 3; number < HIGHEST_DESCRIPTOR && channel_count < CHANNEL_MAX; number++) {
    if (fcntl(number, F_GETFD) == -1 && on_host(SYS_fcntl, number, F_GETFD, 0, 0, 0, 0) >= 0) channels[channel_count++] = number;
  }
}

static uint64_t state = 88172645463325252ul;
static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void make_nonblocking(void) {
  for (int i = 0; i < channel_count; i++) on_host(SYS_fcntl, channels[i], F_SETFL, O_NONBLOCK, 0, 0, 0);
}

static long write_garbage(void *unused) {
  (void)unused;
  uint64_t garbage[512];
  make_nonblocking();
  for (long end = milliseconds() + ATTACK_MS; milliseconds() < end;) {
    for (int i = 0; i < 512; i++) garbage[i] = next_random() >> (next_random() % 64);
    for (int i = 0; i < channel_count; i++) on_host(SYS_write, channels[i], (long)garbage, (long)(next_random() % sizeof garbage), 0, 0, 0);
  }
  return 0;
}

// Records that look right, with descriptors that nobody asked for.
static long send_descriptors(void *unused) {
  (void)unused;
  make_nonblocking();
  char control[CMSG_SPACE(4 * sizeof(int))];
  for (long end = milliseconds() + ATTACK_MS; milliseconds() < end;) {
    uint32_t header[4] = {1 + (uint32_t)(next_random() % 6), (uint32_t)(next_random() % 4), (uint32_t)(next_random() % 100), 0};
    struct iovec bytes = {header, sizeof header};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(4 * sizeof(int));
    memcpy(CMSG_DATA(rights), (int[]){0, 1, 2, channels[next_random() % (unsigned)channel_count]}, 4 * sizeof(int));
    for (int i = 0; i < channel_count; i++) on_host(SYS_sendmsg, channels[i], (long)&message, 0, 0, 0, 0);
  }
  return 0;
}

static long fill_counters(void *unused) {
  (void)unused;
  uint64_t full = UINT64_MAX - 1;
  for (int i = 0; i < channel_count; i++) on_host(SYS_write, channels[i], (long)&full, sizeof full, 0, 0, 0);
  struct stat status;
  return stat("/etc", &status);
}

static long ring_for_nothing(void *unused) {
  (void)unused;
  uint64_t one = 1;
  for (long end = milliseconds() + ATTACK_MS; milliseconds() < end;) {
    for (int i = 0; i < channel_count; i++) on_host(SYS_write, channels[i], (long)&one, sizeof one, 0, 0, 0);
  }
  return 0;
}

static long take_everything(void *unused) {
  (void)unused;
  char bytes[4096];
  make_nonblocking();
  for (long end = milliseconds() + ATTACK_MS; milliseconds() < end;) {
    for (int i = 0; i < channel_count; i++) on_host(SYS_read, channels[i], (long)bytes, sizeof bytes, 0, 0, 0);
  }
  struct stat status;
  return stat("/etc", &status);
}

static long shrink_everything(void *unused) {
  (void)unused;
  for (int i = 0; i < channel_count; i++) {
    on_host(SYS_ftruncate, channels[i], 0, 0, 0, 0, 0);
    on_host(SYS_fallocate, channels[i], 3 /* punch a hole, keep size */, 0, 1 << 30, 0, 0);
  }
  struct stat status;
  return stat("/etc", &status);
}

static long drop_arena(void *unused) {
  (void)unused;
  on_host(SYS_madvise, ARENA_ADDRESS, ARENA_SIZE, 9 /* MADV_REMOVE */, 0, 0, 0);
  on_host(SYS_munmap, ARENA_ADDRESS, ARENA_SIZE, 0, 0, 0, 0);
  return 0;
}

static long shut_down(void *unused) {
  (void)unused;
  for (int i = 0; i < channel_count; i++) on_host(SYS_shutdown, channels[i], SHUT_RDWR, 0, 0, 0, 0);
  int file = open("/etc/hostname", O_RDONLY);
  return file >= 0 ? 0 : -errno;
}

static long close_everything(void *unused) {
  (void)unused;
  for (int i = 0; i < channel_count; i++) on_host(SYS_close, channels[i], 0, 0, 0, 0, 0);
  int file = open("/etc/hostname", O_RDONLY);
  return file >= 0 ? 0 : -errno;
}

// Every slot asks for something at once, again and again, and says that it waits.
static long post_everything(void *unused) {
  (void)unused;
  uint64_t one = 1;
  for (long end = milliseconds() + ATTACK_MS; milliseconds() < end;) {
    for (unsigned slot = 1; slot < SLOT_COUNT; slot++) {
      volatile uint32_t *words = (volatile uint32_t *)(ARENA_ADDRESS + ARENA_OFFSET_SLOTS + slot * SLOT_SIZE);
      for (unsigned i = 1; i < SLOT_SIZE / 4; i++) words[i] = (uint32_t)(next_random() >> (next_random() % 40));
      words[7] = (uint32_t)(next_random() % 2 ? next_random() % 460 : 0x10000 + next_random() % 16);
      words[0] = 1 + 2 * (next_random() & 1);
    }
    volatile uint64_t *page = (volatile uint64_t *)ARENA_ADDRESS;
    for (unsigned i = 0; i < 64; i++) page[i] = ~0ul;
    for (int i = 0; i < channel_count; i++) on_host(SYS_write, channels[i], (long)&one, sizeof one, 0, 0, 0);
  }
  return 0;
}

// What the kernel makes readable: emptied, filled, and waited for where it would not.
static long spoil_readiness(void *unused) {
  (void)unused;
  uint64_t full = UINT64_MAX - 1;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  pid_t child = fork();
  if (child == 0) for (;;) pause();
  int own[2] = {signalfd(-1, &set, SFD_NONBLOCK), (int)syscall(434 /* pidfd_open */, child, 0)};
  kill(getpid(), SIGUSR1);
  for (int i = 0; i < 2; i++) {
    char bytes[64];
    on_host(SYS_fcntl, own[i], F_SETFL, O_NONBLOCK, 0, 0, 0);
    on_host(SYS_read, own[i], (long)bytes, sizeof bytes, 0, 0, 0);
    on_host(SYS_write, own[i], (long)&full, sizeof full, 0, 0, 0);
    on_host(SYS_fcntl, own[i], F_SETFL, 0, 0, 0, 0);
  }
  struct signalfd_siginfo information;
  long size = read(own[0], &information, sizeof information);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return size;
}

static long clone_on_host(void *unused) {
  (void)unused;
  long child = on_host(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
  if (child == 0) for (;;) continue;
  return child;
}

static long exec_on_host(void *unused) {
  (void)unused;
  char *arguments[] = {"/bin/sh", "-c", "exit 42", NULL};
  on_host(SYS_execve, (long)arguments[0], (long)arguments, 0, 0, 0, 0);
  for (int i = 0; i < channel_count; i++) on_host(SYS_execveat, channels[i], (long)"", (long)arguments, 0, 0x1000, 0);
  return on_host(SYS_execveat, -100, (long)arguments[0], (long)arguments, 0, 0, 0);
}

static long still_served(void *unused) {
  (void)unused;
  struct stat status;
  int file = open("/proc/self/status", O_RDONLY);
  char bytes[16];
  if (file < 0 || read(file, bytes, sizeof bytes) <= 0 || stat("/etc/hostname", &status) != 0) return -errno;
  pid_t child = fork();
  if (child == 0) {
    execl("/bin/true", "true", (char *)NULL);
    _exit(1);
  }
  int ended = -1;
  waitpid(child, &ended, 0);
  return ended;
}

int main(void) {
  static const struct {
    const char *name;
    long (*body)(void *);
  } attacks[] = {
      {"write garbage", write_garbage}, {"send descriptors", send_descriptors}, {"fill counters", fill_counters},
      {"ring for nothing", ring_for_nothing}, {"take everything", take_everything}, {"shrink everything", shrink_everything},
      {"drop the arena", drop_arena}, {"shut down", shut_down}, {"close everything", close_everything},
      {"post everything", post_everything}, {"spoil readiness", spoil_readiness}, {"clone on the host", clone_on_host}, {"exec on the host", exec_on_host},
  };
  static const char *const words[] = {"returned", "killed by", "ended with", "blocked"};
  if (!find_gate()) {
    fprintf(stderr, "channels: found no syscall instruction of a runtime\n");
    return 3;
  }
  find_channels();
  printf("%d channels\n", channel_count);
  if (channel_count == 0) return 4;
  for (unsigned i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
    struct attempt seen = attempt(attacks[i].body, NULL, DEADLINE_MS);
    printf("%s: %s %ld\n", attacks[i].name, words[seen.outcome], seen.outcome == BLOCKED ? 0 : seen.result);
    struct attempt after = attempt(still_served, NULL, 10000);
    if (after.outcome != RETURNED || after.result != 0) {
      printf("not served afterwards: %s %ld\n", words[after.outcome], after.result);
      return 1;
    }
  }
  puts("served");
  return 0;
}
