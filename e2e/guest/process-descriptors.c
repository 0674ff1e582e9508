// Descriptors of processes: pidfd_open(2), pidfd_send_signal(2), waitid(2) with P_PIDFD, and what poll and epoll say of one.
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>

#include "show.h"

#define NOBODY 4194303  // no process has this id
#define BAD ((void *)1)
#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static long open_process(pid_t pid, unsigned flags) { return syscall(SYS_pidfd_open, pid, flags); }

static long send_signal(int descriptor, int signal, const siginfo_t *info, unsigned flags) {
  return syscall(SYS_pidfd_send_signal, descriptor, signal, info, flags);
}

static pid_t start(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    alarm(30);
    for (;;) pause();
  }
  return child;
}

static void *be_thread(void *tid) {
  *(volatile pid_t *)tid = gettid();
  pause();
  return NULL;
}

static void open_errors(void) {
  SHOW(open_process(0, 0));
  SHOW(open_process(-1, 0));
  SHOW(open_process(INT_MIN, 0));
  SHOW(open_process(NOBODY, 0));
  SHOW(open_process(NOBODY, 1));
  SHOW(open_process(getpid(), O_CLOEXEC));
  volatile pid_t tid = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, be_thread, (void *)&tid);
  UNTIL(tid != 0);
  long result = open_process(tid, 0);
  // A later kernel says ENOENT where earlier ones say EINVAL.
  printf("a thread's id: %d\n", result == -1 && (errno == EINVAL || errno == ENOENT));
}

static void what_it_is(void) {
  int descriptor = (int)open_process(getpid(), 0);
  char byte;
  printf("opened: %d, closed on exec: %d\n", descriptor >= 0, fcntl(descriptor, F_GETFD) == FD_CLOEXEC);
  SHOW(read(descriptor, &byte, 1));
  SHOW(write(descriptor, "x", 1));
  SHOW(fcntl(descriptor, F_GETFL));
  char path[64], target[64] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(path, target, sizeof target - 1);
  printf("%s\n", length > 0 && strcmp(target, "anon_inode:[pidfd]") != 0 ? "pidfs" : target);
  close(descriptor);
  int waiting = (int)open_process(getpid(), O_NONBLOCK);
  SHOW(fcntl(waiting, F_GETFL));
  close(waiting);
}

static short readiness(int descriptor, int timeout) {
  struct pollfd watched = {descriptor, POLLIN, 0};
  poll(&watched, 1, timeout);
  return watched.revents & POLLIN;
}

static void ready_at_the_end(void) {
  pid_t child = start();
  int descriptor = (int)open_process(child, 0), copy = dup(descriptor), set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 7}, got = {0};
  epoll_ctl(set, EPOLL_CTL_ADD, copy, &event);
  printf("while it runs: %d %d\n", readiness(descriptor, 0), epoll_wait(set, &got, 1, 0));
  SHOW(send_signal(descriptor, 0, NULL, 0));
  SHOW(send_signal(descriptor, SIGTERM, NULL, 0));
  printf("at its end: %d", readiness(descriptor, 20000));
  int count = epoll_wait(set, &got, 1, 20000);
  printf(" %d %u\n", count, got.data.u32);
  SHOW(send_signal(descriptor, 0, NULL, 0));
  long again = open_process(child, 0);
  printf("a zombie can be opened: %d, ready: %d\n", again >= 0, readiness((int)again, 0));
  siginfo_t info = {0};
  SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED | WNOWAIT));
  printf("waited for: %d %d %d %d\n", info.si_pid == child, info.si_signo, info.si_code, info.si_status);
  SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED));
  SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED));
  SHOW(send_signal(descriptor, 0, NULL, 0));
  SHOW(send_signal(descriptor, SIGTERM, NULL, 0));
  SHOW(open_process(child, 0));
  printf("still ready: %d\n", readiness(descriptor, 0));
}

static void wait_errors(void) {
  siginfo_t info;
  pid_t child = start();
  int own = (int)open_process(getpid(), 0), waiting = (int)open_process(child, O_NONBLOCK);
  SHOW(waitid(P_PIDFD, (id_t)-1, &info, WEXITED));
  SHOW(waitid(P_PIDFD, 99, &info, WEXITED));
  SHOW(waitid(P_PIDFD, 1, &info, WEXITED));
  SHOW(waitid(P_PIDFD, (id_t)own, &info, WEXITED));
  SHOW(waitid(P_PIDFD, (id_t)own, &info, 0));
  SHOW(waitid(P_PIDFD, (id_t)waiting, &info, WEXITED));
  SHOW(waitid(P_PIDFD, (id_t)waiting, &info, WEXITED | WNOHANG));
  kill(child, SIGKILL);
  readiness(waiting, 20000);
  SHOW(waitid(P_PIDFD, (id_t)waiting, &info, WEXITED));
}

static void send_errors(void) {
  pid_t child = start();
  int own = (int)open_process(getpid(), 0), other = (int)open_process(child, 0);
  siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
  info.si_value.sival_int = 42;
  SHOW(send_signal(own, SIGUSR1, NULL, 64));
  SHOW(send_signal(99, SIGUSR1, NULL, 64));
  SHOW(send_signal(99, SIGUSR1, NULL, 0));
  SHOW(send_signal(1, SIGUSR1, NULL, 0));
  SHOW(send_signal(own, 65, NULL, 0));
  SHOW(send_signal(own, -1, NULL, 0));
  SHOW(send_signal(own, SIGUSR1, BAD, 0));
  SHOW(send_signal(own, SIGUSR2, &info, 0));
  handle(SIGUSR1, 0);
  SHOW(send_signal(own, SIGUSR1, &info, 0));
  printf("handled %d code %d value %d\n", handled, last.si_code, last.si_value.sival_int);
  SHOW(send_signal(own, SIGUSR1, NULL, 0));
  printf("handled %d code %d from itself %d\n", handled, last.si_code, last.si_pid == getpid());
  info.si_code = SI_USER;
  SHOW(send_signal(own, SIGUSR1, &info, 0));
  SHOW(send_signal(other, SIGUSR1, &info, 0));
  info.si_code = SI_TKILL;
  SHOW(send_signal(other, SIGUSR1, &info, 0));
  info.si_code = SI_QUEUE;
  SHOW(send_signal(other, SIGUSR1, &info, 0));
  int status = 0;
  waitpid(child, &status, 0);
  show_status("the other", status);
}

static void wait_for_what_ends_later(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    usleep(50000);
    _exit(3);
  }
  int descriptor = (int)open_process(child, 0);
  siginfo_t info = {0};
  SHOW(waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED));
  printf("status %d\n", info.si_status);
}

int main(void) {
  in_child("open", open_errors);
  in_child("what it is", what_it_is);
  in_child("ready", ready_at_the_end);
  in_child("wait", wait_errors);
  in_child("send", send_errors);
  in_child("later", wait_for_what_ends_later);
}
