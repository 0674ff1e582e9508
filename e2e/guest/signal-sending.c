// Sending, queueing and taking signals: who is told what, every error, and the order in which they are checked.
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include "show.h"

#define BAD ((void *)1)
#define NOBODY 4194303  // no process has this id

static pid_t make_zombie(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
  return child;
}

static void kill_errors(void) {
  pid_t self = getpid(), zombie = make_zombie();
  SHOW(kill(self, 0));
  SHOW(kill(self, -1));
  SHOW(kill(self, 65));
  SHOW(kill(NOBODY, 0));
  SHOW(kill(NOBODY, 65));
  SHOW(kill(INT_MIN, 0));
  SHOW(kill(-NOBODY, 0));
  SHOW(kill(-NOBODY, 65));
  SHOW(kill(0, 0));
  SHOW(kill(0, 65));
  SHOW(kill(-getpgrp(), 0));
  SHOW(kill(zombie, 0));
  SHOW(kill(zombie, SIGKILL));
  SHOW(kill(zombie, 65));
  SHOW(syscall(SYS_tkill, zombie, SIGUSR1));
  SHOW(syscall(SYS_tkill, 0, SIGUSR1));
  SHOW(syscall(SYS_tkill, -1, SIGUSR1));
  SHOW(syscall(SYS_tkill, NOBODY, 65));
  SHOW(syscall(SYS_tkill, gettid(), 65));
  SHOW(syscall(SYS_tkill, gettid(), 0));
  SHOW(syscall(SYS_tgkill, self, 0, 65));
  SHOW(syscall(SYS_tgkill, 0, self, 65));
  SHOW(syscall(SYS_tgkill, -1, self, 0));
  SHOW(syscall(SYS_tgkill, NOBODY, self, 65));
  SHOW(syscall(SYS_tgkill, zombie, self, 0));
  SHOW(syscall(SYS_tgkill, self, NOBODY, 65));
  SHOW(syscall(SYS_tgkill, self, self, 65));
  SHOW(syscall(SYS_tgkill, self, self, 0));
  SHOW(syscall(SYS_tgkill, zombie, zombie, SIGUSR1));
  waitpid(zombie, NULL, 0);
  SHOW(kill(zombie, 0));
}

static void queue_errors(void) {
  siginfo_t info = {.si_code = SI_QUEUE};
  pid_t self = getpid(), parent = getppid();
  SHOW(syscall(SYS_rt_sigqueueinfo, NOBODY, 65, BAD));
  SHOW(syscall(SYS_rt_sigqueueinfo, NOBODY, 65, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, self, 65, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, self, 0, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, -1, 0, &info));
  info.si_code = SI_USER;
  SHOW(syscall(SYS_rt_sigqueueinfo, parent, 0, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, NOBODY, 0, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, self, 0, &info));
  info.si_code = SI_TKILL;
  SHOW(syscall(SYS_rt_sigqueueinfo, parent, 0, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, self, 0, &info));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, self, self, 65, BAD));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, -1, self, 65, BAD));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, -1, self, 65, &info));
  info.si_code = SI_QUEUE;
  SHOW(syscall(SYS_rt_tgsigqueueinfo, NOBODY, self, 65, &info));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, self, self, 65, &info));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, self, self, 0, &info));
}

static void show_last(const char *what) {
  pid_t pid = last.si_pid;
  printf("%s: signal %d code %d errno %d from %s uid %d value %d\n", what, last.si_signo, last.si_code, last.si_errno,
         pid == getpid() ? "self" : pid == 0 ? "nobody" : pid == 77 ? "77" : "another", last.si_uid == getuid() ? 1 : (int)last.si_uid, last.si_value.sival_int);
  last = (siginfo_t){0};
}

static void information(void) {
  handle(SIGUSR1, 0), handle(SIGRTMIN, 0);
  kill(getpid(), SIGUSR1), show_last("kill");
  syscall(SYS_tkill, gettid(), SIGUSR1), show_last("tkill");
  syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1), show_last("tgkill");
  kill(0 * getpid() + getpid(), SIGRTMIN), show_last("kill with a real-time one");
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 31}), show_last("sigqueue");
  siginfo_t info = {.si_signo = SIGHUP, .si_errno = 9, .si_code = -77};
  info.si_pid = 77, info.si_uid = 78, info.si_value.sival_int = 79;
  syscall(SYS_rt_sigqueueinfo, getpid(), SIGRTMIN, &info), show_last("rt_sigqueueinfo says what it likes");
  syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGUSR1, &info), show_last("rt_tgsigqueueinfo");
  info.si_code = 5;
  syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info), show_last("to itself also as the kernel");
}

static void queue_limit(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_SIGPENDING, &none);
  block(SIGUSR1, SIGRTMIN);
  SHOW(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1}));
  printf("pending %d\n", pending(SIGRTMIN));
  SHOW(kill(getpid(), SIGRTMIN));
  SHOW(kill(getpid(), SIGRTMIN));
  SHOW(syscall(SYS_tkill, gettid(), SIGRTMIN));
  SHOW(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 1}));
  SHOW(kill(getpid(), SIGUSR1));
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
  timer_t timer;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  handle(SIGUSR1, 0), handle(SIGRTMIN, 0);
  unblock(SIGUSR1, 0), show_last("without its information");
  unblock(SIGRTMIN, 0), show_last("a real-time one");
  printf("handled %d\n", handled);
}

// ---- signalfd ----

static void show_record(const char *what, int descriptor) {
  struct signalfd_siginfo record = {0};
  errno = 0;
  long got = read(descriptor, &record, sizeof record);
  printf("%s: %ld %s signal %u code %d errno %d pid %d uid %d int %d ptr %d status %d trapno %u\n", what, got, got < 0 ? strerrorname_np(errno) : "",
         record.ssi_signo, record.ssi_code, record.ssi_errno, record.ssi_pid == (unsigned)getpid() ? 1 : record.ssi_pid ? 2 : 0,
         record.ssi_pid ? record.ssi_uid == getuid() : 0, record.ssi_int, (int)record.ssi_ptr, record.ssi_status, record.ssi_trapno);
}

static int is_readable(int descriptor) {
  struct pollfd wanted = {descriptor, POLLIN, 0};
  return poll(&wanted, 1, 0);
}

static void signalfds(void) {
  unsigned long set = 1ul << (SIGUSR1 - 1);
  int channel[2];
  char small[100];
  pipe(channel);
  SHOW(syscall(SYS_signalfd4, -1, &set, 4, ~0u));
  SHOW(syscall(SYS_signalfd4, -1, BAD, 8, ~0u));
  SHOW(syscall(SYS_signalfd4, -1, &set, 8, 1));
  SHOW(syscall(SYS_signalfd4, 999, &set, 8, 0));
  SHOW(syscall(SYS_signalfd4, -2, &set, 8, 0));
  SHOW(syscall(SYS_signalfd4, channel[0], &set, 8, 0));
  sigset_t wanted = set_of(SIGUSR1, SIGRTMIN), all;
  sigfillset(&all);
  sigdelset(&all, SIGINT);
  sigprocmask(SIG_BLOCK, &all, NULL);
  int descriptor = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
  printf("flags %#x %#x\n", fcntl(descriptor, F_GETFL) & O_NONBLOCK, fcntl(descriptor, F_GETFD));
  printf("readable %d\n", is_readable(descriptor));
  show_record("nothing there", descriptor);
  SHOW(read(descriptor, small, sizeof small));
  SHOW(write(descriptor, small, 8));
  SHOW(lseek(descriptor, 0, SEEK_SET));
  kill(getpid(), SIGUSR1), raise(SIGRTMIN), sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 12});
  printf("readable %d\n", is_readable(descriptor));
  struct signalfd_siginfo records[4];
  printf("three at once: %zd\n", read(descriptor, records, sizeof records) / (ssize_t)sizeof *records);
  for (int i = 0; i < 3; i++) printf("signal %d code %d\n", (int)records[i].ssi_signo - (int)(records[i].ssi_signo >= (unsigned)SIGRTMIN ? SIGRTMIN : 0), records[i].ssi_code);
  printf("readable %d\n", is_readable(descriptor));
  kill(getpid(), SIGUSR1), show_record("kill", descriptor);
  raise(SIGUSR1), show_record("raise", descriptor);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 12}), show_record("sigqueue", descriptor);
  wanted = set_of(SIGCHLD, SIGALRM);
  SHOW(signalfd(descriptor, &wanted, 0) == descriptor);
  raise(SIGUSR1);
  printf("another mask: readable %d\n", is_readable(descriptor));
  pid_t child = fork();
  if (child == 0) _exit(5);
  waitpid(child, NULL, 0);
  show_record("SIGCHLD", descriptor);
  alarm(1);
  struct pollfd wait_for = {descriptor, POLLIN, 0};
  printf("poll %d\n", poll(&wait_for, 1, 20000));
  show_record("SIGALRM", descriptor);
  struct epoll_event event = {.events = EPOLLIN};
  int epoll = epoll_create1(0);
  epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
  raise(SIGALRM);
  printf("epoll %d\n", epoll_wait(epoll, &event, 1, 20000));
  siginfo_t info;
  sigset_t one = set_of(SIGALRM, 0);
  sigtimedwait(&one, &info, &(struct timespec){0, 0});
  printf("taken by another: epoll %d, readable %d\n", epoll_wait(epoll, &event, 1, 0), is_readable(descriptor));
  int copy = dup(descriptor);
  raise(SIGALRM);
  printf("copy readable %d\n", is_readable(copy));
  close(descriptor);
  show_record("copy", copy);
}

// ---- threads ----

static volatile pid_t other_tid;
static volatile int other_saw, stop_other;
static __thread int mine;
static void note_thread(int number) {
  (void)number;
  mine++;
}
static void *other_thread(void *argument) {
  (void)argument;
  sigset_t none;
  sigemptyset(&none);
  other_tid = gettid();
  unblock(SIGUSR1, SIGUSR2);
  while (!stop_other) usleep(1000), other_saw = mine;
  return NULL;
}

static void threads(void) {
  pthread_t thread;
  struct sigaction action = {.sa_handler = note_thread};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGUSR2, &action, NULL);
  block(SIGUSR1, SIGUSR2);
  pthread_create(&thread, NULL, other_thread, NULL);
  UNTIL(other_tid);
  kill(getpid(), SIGUSR1);
  UNTIL(other_saw == 1);
  printf("blocked in one thread, the other takes it: %d %d\n", mine, other_saw);
  syscall(SYS_tgkill, getpid(), other_tid, SIGUSR2);
  UNTIL(other_saw == 2);
  printf("sent to the other: %d %d\n", mine, other_saw);
  syscall(SYS_tgkill, getpid(), gettid(), SIGUSR2);
  usleep(20000);
  printf("sent to one that blocks it: %d %d pending %d\n", mine, other_saw, pending(SIGUSR2));
  SHOW(syscall(SYS_tgkill, getpid(), NOBODY, SIGUSR2));
  kill(other_tid, SIGUSR1);
  UNTIL(other_saw == 3);
  printf("kill by the id of a thread: %d %d\n", mine, other_saw);
  stop_other = 1;
  pthread_join(thread, NULL);
  unblock(SIGUSR1, SIGUSR2);
  printf("unblocked: %d\n", mine);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  kill_errors();
  queue_errors();
  information();
  in_child("no room in the queue", queue_limit);
  in_child("signalfd", signalfds);
  in_child("threads", threads);
  return 0;
}
