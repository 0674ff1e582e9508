// Many processes that signal each other: each counts what it gets, some with queued real-time signals that must all arrive.
// `signal-storm PROCESSES SECONDS`
//
// Each process sends a real-time signal with a number to its neighbour and waits for the answer of its own, and throws standard ones
// at others at random meanwhile, whose senders may be interrupted anywhere. Prints one line when all have ended.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESS_MAX 512
#define QUEUED (SIGRTMIN + 3)

static struct shared {
  volatile int go, stop;
  int stopped;                                   // processes that send nothing any more
  volatile pid_t pids[PROCESS_MAX];
  volatile unsigned long sent[PROCESS_MAX];      // queued signals sent to this process
  volatile unsigned long received[PROCESS_MAX];  // and got by it
  volatile unsigned long wrong[PROCESS_MAX];     // out of order, or from somebody else
  volatile unsigned long caught[PROCESS_MAX];    // standard ones
} *shared;

static int me;

static void on_queued(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  if (info->si_code != SI_QUEUE || (unsigned long)info->si_value.sival_ptr != shared->received[me] + 1) shared->wrong[me]++;
  shared->received[me]++;
}
static void on_standard(int number) { (void)number, shared->caught[me]++; }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void be_one(int processes) {
  struct sigaction queued = {.sa_sigaction = on_queued, .sa_flags = SA_SIGINFO}, standard = {.sa_handler = on_standard, .sa_flags = SA_RESTART};
  sigaction(QUEUED, &queued, NULL);
  sigaction(SIGUSR1, &standard, NULL);
  sigaction(SIGUSR2, &standard, NULL);
  shared->pids[me] = getpid();
  while (!shared->go) usleep(1000);
  int next = (me + 1) % processes;
  unsigned seed = (unsigned)me * 7919u;
  while (!shared->stop) {
    // At most a few on their way: no queue gets full.
    if (shared->sent[next] - shared->received[next] < 8) {
      union sigval value = {.sival_ptr = (void *)(shared->sent[next] + 1)};
      if (sigqueue(shared->pids[next], QUEUED, value) != 0) _exit(2);
      shared->sent[next]++;
    }
    if (kill(shared->pids[rand_r(&seed) % (unsigned)processes], rand_r(&seed) % 2 ? SIGUSR1 : SIGUSR2) != 0) _exit(3);
    usleep(rand_r(&seed) % 2000);
  }
  // It ends when nobody sends to it any more and all has come.
  __atomic_add_fetch(&shared->stopped, 1, __ATOMIC_SEQ_CST);
  double end = now() + 20;
  while (now() < end && (__atomic_load_n(&shared->stopped, __ATOMIC_SEQ_CST) < processes || shared->received[me] != shared->sent[me])) usleep(1000);
  _exit(shared->received[me] == shared->sent[me] && shared->wrong[me] == 0 ? 0 : 4);
}

int main(int count, char **arguments) {
  int processes = count > 1 ? atoi(arguments[1]) : 0;
  if (processes < 2 || processes > PROCESS_MAX || count != 3) return fprintf(stderr, "usage: signal-storm PROCESSES SECONDS\n"), 2;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t children[PROCESS_MAX];
  for (me = 0; me < processes; me++) {
    children[me] = fork();
    if (children[me] < 0) return perror("fork"), 1;
    if (children[me] == 0) prctl(PR_SET_PDEATHSIG, SIGKILL), be_one(processes);
  }
  for (int i = 0; i < processes; i++) while (shared->pids[i] == 0) usleep(1000);
  shared->go = 1;
  sleep((unsigned)atoi(arguments[2]));
  shared->stop = 1;
  unsigned long queued = 0, standard = 0;
  int failed = 0;
  for (int i = 0; i < processes; i++) {
    int status;
    if (waitpid(children[i], &status, 0) != children[i] || status != 0) {
      printf("process %d: status %x, sent %lu, received %lu, wrong %lu\n", i, status, shared->sent[i], shared->received[i], shared->wrong[i]);
      failed++;
    }
    queued += shared->received[i], standard += shared->caught[i];
  }
  fprintf(stderr, "%lu queued, %lu standard\n", queued, standard);
  printf("%d processes, %d failed, %s\n", processes, failed, queued > (unsigned long)processes && standard > (unsigned long)processes ? "all busy" : "idle");
  return failed != 0;
}
