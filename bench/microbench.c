// Times single operations and prints one line each: "name nanoseconds". `microbench [NAME...]`
//
// Every operation is repeated until a batch takes BATCH_NS, and the median of BATCHES such batches counts.
#include <dirent.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH_NS 8e6
#define BATCHES 5
#define DIRECTORY_ENTRIES 100

static char directory[] = "/tmp/occlum-bench-XXXXXX";
static char byte, page[4096], entries[32768];
static int zero, null, file, listing;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void do_getpid(long count) {
  while (count-- > 0) getpid();
}
static void do_getppid(long count) {
  while (count-- > 0) syscall(SYS_getppid);
}
static void do_read(long count) {
  while (count-- > 0) if (read(zero, &byte, 1) != 1) fail("read");
}
static void do_write(long count) {
  while (count-- > 0) if (write(null, &byte, 1) != 1) fail("write");
}
static void do_pread(long count) {
  while (count-- > 0) if (pread(file, page, sizeof page, 0) != sizeof page) fail("pread");
}
static void do_open(long count) {
  while (count-- > 0) {
    int descriptor = open("/etc/hostname", O_RDONLY);
    if (descriptor < 0) fail("open");
    close(descriptor);
  }
}
static void do_stat(long count) {
  struct stat status;
  while (count-- > 0) if (stat("/etc/hostname", &status) != 0) fail("stat");
}
static void do_getdents(long count) {
  while (count-- > 0) {
    long got, total = 0;
    lseek(listing, 0, SEEK_SET);
    while ((got = syscall(SYS_getdents64, listing, entries, sizeof entries)) > 0) total += got;
    if (got < 0 || total == 0) fail("getdents64");
  }
}

static void do_pipe(long count) {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) fail("pipe");
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    close(there[1]);
    while (read(there[0], &byte, 1) == 1) if (write(back[1], &byte, 1) != 1) break;
    _exit(0);
  }
  close(there[0]);
  while (count-- > 0) if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) fail("round trip");
  close(there[1]);
  close(back[0]), close(back[1]);
  waitpid(child, NULL, 0);
}

static atomic_int turn;
static void wait_for_turn(int own) {
  for (int seen; (seen = atomic_load(&turn)) != own;) syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}
static void give_turn(int other) {
  atomic_store(&turn, other);
  syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
static void *answer(void *count) {
  for (long i = 0; i < (long)count; i++) {
    wait_for_turn(1);
    give_turn(0);
  }
  return NULL;
}
static void do_futex(long count) {
  pthread_t thread;
  atomic_store(&turn, 0);
  if (pthread_create(&thread, NULL, answer, (void *)count) != 0) fail("pthread_create");
  for (long i = 0; i < count; i++) {
    give_turn(1);
    wait_for_turn(0);
  }
  pthread_join(thread, NULL);
}

static void do_fork(long count) {
  while (count-- > 0) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
  }
}
static void do_exec(long count) {
  while (count-- > 0) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      execl("/bin/true", "true", (char *)NULL);
      _exit(1);
    }
    int status;
    if (waitpid(child, &status, 0) != child || status != 0) fail("/bin/true");
  }
}
static void *nothing(void *unused) { return unused; }
static void do_thread(long count) {
  while (count-- > 0) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, nothing, NULL) != 0) fail("pthread_create");
    pthread_join(thread, NULL);
  }
}

static const struct operation {
  const char *name;
  void (*run)(long count);
} operations[] = {
    {"getpid", do_getpid}, {"getppid-raw", do_getppid}, {"read-1", do_read}, {"write-1", do_write}, {"pread-4096", do_pread},
    {"open-close", do_open}, {"stat", do_stat}, {"getdents-100", do_getdents}, {"pipe-round-trip", do_pipe}, {"futex-round-trip", do_futex},
    {"fork-exit-wait", do_fork}, {"fork-exec-wait", do_exec}, {"thread-create-join", do_thread},
};

static int compare(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static double measure(const struct operation *operation) {
  long count = 1;
  double took, batches[BATCHES];
  for (;;) {
    double start = now();
    operation->run(count);
    took = now() - start;
    if (took >= BATCH_NS || count >= 1L << 30) break;
    count = took < BATCH_NS / 16 ? count * 8 : (long)((double)count * BATCH_NS / took) + 1;
  }
  for (int i = 0; i < BATCHES; i++) {
    double start = now();
    operation->run(count);
    batches[i] = (now() - start) / (double)count;
  }
  qsort(batches, BATCHES, sizeof batches[0], compare);
  return batches[BATCHES / 2];
}

static void set_up(void) {
  char name[128];
  if (mkdtemp(directory) == NULL) fail(directory);
  for (int i = 0; i < DIRECTORY_ENTRIES; i++) {
    snprintf(name, sizeof name, "%s/file-%03d", directory, i);
    int descriptor = open(name, O_RDWR | O_CREAT, 0600);
    if (descriptor < 0) fail(name);
    if (i == 0 && write(descriptor, page, sizeof page) != sizeof page) fail(name);
    if (i == 0) file = descriptor;
    else close(descriptor);
  }
  zero = open("/dev/zero", O_RDONLY);
  null = open("/dev/null", O_WRONLY);
  listing = open(directory, O_RDONLY | O_DIRECTORY);
  if (zero < 0 || null < 0 || listing < 0) fail("set up");
}

static void clean_up(void) {
  char name[128];
  for (int i = 0; i < DIRECTORY_ENTRIES; i++) {
    snprintf(name, sizeof name, "%s/file-%03d", directory, i);
    unlink(name);
  }
  rmdir(directory);
}

static int is_wanted(const char *name, int argc, char **argv) {
  if (argc == 1) return 1;
  for (int i = 1; i < argc; i++) if (strcmp(argv[i], name) == 0) return 1;
  return 0;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  set_up();
  for (unsigned i = 0; i < sizeof operations / sizeof operations[0]; i++) {
    if (is_wanted(operations[i].name, argc, argv)) printf("%s %.1f\n", operations[i].name, measure(&operations[i]));
  }
  clean_up();
  return 0;
}
