// Does one thing that keeps a program alive: `survivor HOW`, and any more arguments, by which a test finds its processes.
// Prints one line, `ready N`, when it has done it with N processes of its own. A line on its stdin makes a thread beside all
// that call exit_group(7).
//
// HOW: ignore (every signal), block (every signal), leave (two forks and a session of its own, twice), spin (and nothing else),
// threads (64 of them, half of which compute, half of which sit in eight kinds of blocking calls), bomb (forks up to the
// limit, and each process goes on trying), raw-block (the host's signal 64, by a syscall instruction of the LibOS's runtime), stop
// (itself). All but `spin` and `stop` ignore every signal too.
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>

#include "attempt.h"
#include "raw-call.h"

#define SPINNING 32
#define BLOCKED_EACH 4
#define SETTLE_US 100000
// Outside of a LibOS, which has a limit of its own, a bomb is kept this small, and calm.
#define BOMB_MAX 64
#define RAW_DEADLINE_MS 2000

// What the processes of a bomb share.
static struct {
  atomic_int processes;
  atomic_bool is_refused;
} *shared;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void ready(int processes) {
  printf("ready %d\n", processes);
  fflush(stdout);
}

_Noreturn static void spin(void) {
  for (volatile unsigned long i = 0;; i++) continue;
}

static void ignore_all(void) {
  for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
}

static void block_all(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
}

static void *end_on_demand(void *unused) {
  char line;
  if (read(STDIN_FILENO, &line, 1) == 1) syscall(SYS_exit_group, 7);
  return unused;
}

// Two grandchildren that nobody waits for, each in a session of its own: one computes, one sleeps.
static void leave(void) {
  int there[2];
  if (pipe(there) != 0) fail("pipe");
  for (int i = 0; i < 2; i++) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      setsid();
      if (fork() != 0) _exit(0);
      if (write(there[1], "x", 1) != 1) _exit(1);
      for (;;) i == 0 ? spin() : (void)pause();
    }
  }
  char byte;
  for (int i = 0; i < 2; i++) {
    if (read(there[0], &byte, 1) != 1) fail("read");
  }
}

static atomic_int blocking, returned;
static atomic_int last_returned, last_error;
static int lock_ends[BLOCKED_EACH], empty_pipe[2], listener, full_listener;
static atomic_int next_lock_end;
static struct sockaddr_un full_address;

static void in_futex(void) {
  static uint32_t word;
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static void in_nanosleep(void) {
  struct timespec long_time = {1000000, 0};
  nanosleep(&long_time, NULL);
}

static void in_read(void) {
  char byte;
  if (read(empty_pipe[0], &byte, 1) < 0) return;
}

static void in_accept(void) { accept(listener, NULL, NULL); }

static void in_epoll_wait(void) {
  struct epoll_event event;
  epoll_wait(epoll_create1(0), &event, 1, -1);
}

static void in_flock(void) { flock(lock_ends[next_lock_end++], LOCK_EX); }

static void in_wait(void) { wait4(-1, NULL, 0, NULL); }

static void in_connect(void) {
  int end = socket(AF_UNIX, SOCK_STREAM, 0);
  connect(end, (struct sockaddr *)&full_address, sizeof full_address);
}

static void (*const block_in[])(void) = {in_futex, in_nanosleep, in_read, in_accept, in_epoll_wait, in_flock, in_wait, in_connect};
#define KINDS (int)(sizeof block_in / sizeof block_in[0])

static void *block_for_ever(void *how) {
  blocking++;
  errno = 0;
  (*(void (*const *)(void))how)();
  last_error = errno;
  last_returned = (int)((void (*const *)(void))how - block_in);
  returned++;
  return NULL;
}

static void *spin_for_ever(void *unused) {
  (void)unused;
  blocking++;
  spin();
}

// In the abstract name space, of which nothing stays.
static int listen_at(const char *what, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "survivor-%d-%s", getpid(), what);
  int end = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(end, (struct sockaddr *)address, sizeof *address) != 0 || listen(end, 0) != 0) fail(what);
  return end;
}

static void hold_lock(void) {
  char file[] = "/tmp/survivor-XXXXXX";
  int held = mkstemp(file);
  for (int i = 0; i < BLOCKED_EACH; i++) lock_ends[i] = open(file, O_RDWR);
  unlink(file);
  if (flock(held, LOCK_EX) != 0) fail(file);
}

// A listener whose queue has no place left, so that the next to connect waits.
static void fill_listener(void) {
  for (;;) {
    int end = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connect(end, (struct sockaddr *)&full_address, sizeof full_address) != 0) break;
  }
  if (errno != EAGAIN) fail("connect");
}

static void start_threads(void) {
  struct sockaddr_un address;
  if (pipe(empty_pipe) != 0) fail("pipe");
  hold_lock();
  listener = listen_at("empty", &address);
  full_listener = listen_at("full", &full_address);
  fill_listener();
  if (fork() == 0) {
    for (;;) pause();
  }
  pthread_t thread;
  for (int i = 0; i < SPINNING; i++) {
    if (pthread_create(&thread, NULL, spin_for_ever, NULL) != 0) fail("pthread_create");
  }
  for (int i = 0; i < KINDS * BLOCKED_EACH; i++) {
    if (pthread_create(&thread, NULL, block_for_ever, (void *)&block_in[i % KINDS]) != 0) fail("pthread_create");
  }
  while (blocking < SPINNING + KINDS * BLOCKED_EACH) usleep(1000);
  usleep(SETTLE_US);
  if (returned == 0) return;
  fprintf(stderr, "survivor: %d of the blocking calls returned, the last of kind %d: %s\n", (int)returned, (int)last_returned, strerror(last_error));
  exit(1);
}

// Whether there is memory at `address`: a pipe takes a byte from it, or gives EFAULT.
static bool is_readable(uintptr_t address) {
  int channel[2];
  if (pipe(channel) != 0) fail("pipe");
  bool readable = write(channel[1], (const void *)address, 1) == 1;
  close(channel[0]);
  close(channel[1]);
  return readable;
}

static bool in_libos(void) { return is_readable(RUNTIME_ADDRESS); }

_Noreturn static void bomb(void) {
  const bool is_limited = !in_libos();
  for (bool is_silent = false;;) {
    if (is_limited && shared->processes >= BOMB_MAX) shared->is_refused = true;
    pid_t child = is_limited && shared->is_refused ? -1 : fork();
    if (child == 0) {
      shared->processes++;
      is_silent = true;
    }
    if (child < 0) shared->is_refused = true;
    if (shared->is_refused && !is_silent) {
      is_silent = true;
      ready(shared->processes + 1);
    }
    if (child < 0) is_limited ? usleep(1000) : sched_yield();
  }
}

static long block_interrupts(uintptr_t site) {
  static const uint64_t interrupt = 1ul << 63;
  struct call call = {SYS_rt_sigprocmask, {SIG_BLOCK, (long)(uintptr_t)&interrupt, 0, sizeof interrupt}};
  return call_at(site, &call);
}

// Whether a call by this instruction reaches the host, which knows the thread by another number.
static long reaches_host(void *site) {
  struct call call = {SYS_gettid, {0}};
  return call_at((uintptr_t)site, &call) != gettid();
}

// A syscall instruction of the runtime that reaches the host, and after which its code returns to us; 0 outside of a LibOS.
static uintptr_t find_site(void) {
  if (!in_libos()) return 0;
  for (uintptr_t at = RUNTIME_ADDRESS; at < RUNTIME_ADDRESS + RUNTIME_SEARCH_BYTES; at++) {
    while (at % 4096 == 0 && !is_readable(at)) at += 4096;
    if (at % 4096 == 4095 || memcmp((const void *)at, "\x0f\x05", 2) != 0) continue;
    struct attempt seen = attempt(reaches_host, (void *)at, RAW_DEADLINE_MS);
    if (seen.outcome == RETURNED && seen.result == 1) return at;
  }
  fprintf(stderr, "survivor: no syscall instruction of the runtime returns\n");
  exit(1);
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  pthread_t thread;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED || pthread_create(&thread, NULL, end_on_demand, NULL) != 0) fail("survivor");
  if (strcmp(how, "block") == 0) block_all();
  else if (strcmp(how, "spin") != 0 && strcmp(how, "stop") != 0) ignore_all();
  int processes = 1;
  if (strcmp(how, "leave") == 0) leave(), processes = 3;
  if (strcmp(how, "threads") == 0) start_threads(), processes = 2;
  uintptr_t site = strcmp(how, "raw-block") == 0 ? find_site() : 0;
  if (strcmp(how, "bomb") == 0) bomb();
  ready(processes);
  if (strcmp(how, "stop") == 0) raise(SIGSTOP);
  if (site != 0) block_interrupts(site);  // the last call: each that the LibOS sees takes the signal out of the mask
  spin();
}
