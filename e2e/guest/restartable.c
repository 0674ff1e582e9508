// Restartable sequences: what rseq(2) answers, and that a sequence which a signal interrupts goes on at its abort handler, never
// in its middle. `restartable ROUNDS`
#include "show.h"

#include <pthread.h>
#include <sys/rseq.h>
#include <sys/time.h>

#define ROW(what, made) (errno = 0, row(what, (long)(made)))
#define UNREGISTER 1
#define RSEQ_BYTES 32

static void row(const char *what, long result) {
  const int error = errno;
  printf("%s: %ld%s%s\n", what, result, result == -1 ? " " : "", result == -1 ? strerrorname_np(error) : "");
}

static long rseq(void *area, unsigned bytes, int flags, unsigned signature) { return syscall(SYS_rseq, area, bytes, flags, signature); }

static struct rseq *own_area(void) { return (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset); }

// Spins for ever inside a sequence; only its abort handler leads out.
static void spin_until_aborted(struct rseq *area) {
  __asm__ volatile(
      ".pushsection .data.sequence, \"aw\"\n"
      ".balign 32\n"
      "9: .long 0, 0\n"
      ".quad 1f, 2f - 1f, 4f\n"
      ".popsection\n"
      "lea 9b(%%rip), %%rax\n"
      "mov %%rax, %[sequence]\n"
      "1: pause\n"
      "jmp 1b\n"
      "2: ud2\n"
      ".byte 0x0f, 0xb9, 0x3d\n"
      ".long 0x53053053\n"
      "4:\n"
      : [sequence] "=m"(area->rseq_cs)
      :
      : "rax", "memory", "cc");
}

static void *start_and_end(void *unused) {
  if (own_area()->cpu_id > 8192) printf("a thread is not registered\n");
  return unused;
}

static void answers(void) {
  static _Alignas(32) struct rseq area;
  struct rseq *own = own_area();
  ROW("glibc has registered", __rseq_size > 0);
  ROW("another area", rseq(&area, RSEQ_BYTES, 0, RSEQ_SIG));
  ROW("the same area", rseq(own, RSEQ_BYTES, 0, RSEQ_SIG));
  ROW("the same area, another signature", rseq(own, RSEQ_BYTES, 0, 1));
  ROW("unregistering another area", rseq(&area, RSEQ_BYTES, UNREGISTER, RSEQ_SIG));
  ROW("unregistering with another signature", rseq(own, RSEQ_BYTES, UNREGISTER, 1));
  ROW("unregistering", rseq(own, RSEQ_BYTES, UNREGISTER, RSEQ_SIG));
  ROW("unregistering again", rseq(own, RSEQ_BYTES, UNREGISTER, RSEQ_SIG));
  ROW("flags that nobody knows", rseq(&area, RSEQ_BYTES, 4096, RSEQ_SIG));
  ROW("an area of no bytes", rseq(&area, 0, 0, RSEQ_SIG));
  ROW("an area that is not aligned", rseq((char *)&area + 8, RSEQ_BYTES, 0, RSEQ_SIG));
  ROW("an area in the kernel", rseq((void *)-4096, RSEQ_BYTES, 0, RSEQ_SIG));
  ROW("an area of one's own", rseq(&area, RSEQ_BYTES, 0, RSEQ_SIG));
  ROW("it tells a CPU", area.cpu_id < 8192);
}

int main(int count, char **arguments) {
  const int rounds = count > 1 ? atoi(arguments[1]) : 20;
  const struct itimerval often = {{0, 3000}, {0, 3000}};
  handle(SIGALRM, 0);
  setitimer(ITIMER_REAL, &often, NULL);
  // What else the host does aborts a sequence, too.
  for (int i = 0; i < rounds || !handled; i++) spin_until_aborted(own_area());
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
  ROW("sequences were aborted, and handlers ran", handled > 0);
  // The memory of a thread that has ended is reused and unmapped at once.
  for (int i = 0; i < rounds * 10; i++) {
    pthread_t threads[4];
    for (int k = 0; k < 4; k++) pthread_create(&threads[k], NULL, start_and_end, NULL);
    for (int k = 0; k < 4; k++) pthread_join(threads[k], NULL);
  }
  ROW("threads came and went", 1);
  in_child("answers", answers);
  return 0;
}
