// signalfd: whose signals it is read for after fork, exec and SCM_RIGHTS, and how its reads wait.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "show.h"

static int ready(int fd) {
  struct pollfd wanted = {fd, POLLIN | POLLOUT, 0};
  poll(&wanted, 1, 0);
  return wanted.revents;
}

// Whether a descriptor becomes readable, for as long as a slow machine may need.
static int wait_ready(int fd) {
  struct pollfd wanted = {fd, POLLIN, 0};
  return poll(&wanted, 1, 20000) == 1 && wanted.revents == POLLIN;
}

static void take(const char *what, int fd) {
  struct signalfd_siginfo record[4] = {0};
  errno = 0;
  long size = read(fd, record, sizeof record);
  printf("%s: %ld%s%s", what, size, size < 0 ? " " : "", size < 0 ? strerrorname_np(errno) : "");
  for (long i = 0; i < size / (long)sizeof *record; i++)
    printf(", signal %d code %d from %s", (int)record[i].ssi_signo, record[i].ssi_code, (pid_t)record[i].ssi_pid == getpid() ? "itself" : (pid_t)record[i].ssi_pid == getppid() ? "its parent" : "another");
  printf("\n");
}

// Steps of two processes after one another.
static int turns[2][2];

static void pass(int to) {
  char byte = 0;
  fflush(stdout);
  if (write(turns[to][1], &byte, 1) != 1) _exit(9);
}

static void turn(int of) {
  char byte;
  if (read(turns[of][0], &byte, 1) != 1) _exit(8);
}

static void make_turns(void) {
  if (pipe(turns[0]) != 0 || pipe(turns[1]) != 0) exit(1);
}

static void no_turns(void) {
  for (int i = 0; i < 4; i++) close(turns[i / 2][i % 2]);
}

static void leave(void) {
  fflush(stdout);
  _exit(0);
}

static int make(int flags) {
  sigset_t set = set_of(SIGUSR1, SIGRTMIN);
  return signalfd(-1, &set, flags);
}

// ---- fork ----

static void forked(void) {
  int fd = make(SFD_NONBLOCK);
  int copy = dup(fd);
  make_turns();
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    printf("child: ready at first %d\n", ready(fd));
    kill(getpid(), SIGUSR1);
    printf("child: ready by its own signal %d %d\n", ready(fd), ready(copy));
    pass(0), turn(1);
    take("child", copy);
    printf("child: ready after %d %d\n", ready(fd), ready(copy));
    take("child", fd);
    pass(0), turn(1);
    printf("child: ready by the parent's signal %d\n", ready(fd));
    take("child", fd);
    pass(0), turn(1);
    printf("child: ready by a signal of its parent: %d\n", wait_ready(fd));
    take("child", fd);
    leave();
  }
  turn(0);
  printf("parent: ready by the child's signal %d\n", ready(fd));
  take("parent", fd);
  pass(1), turn(0);
  kill(getpid(), SIGUSR1);
  printf("parent: ready by its own signal %d\n", ready(fd));
  pass(1), turn(0);
  printf("parent: still ready %d\n", ready(fd));
  take("parent", fd);
  kill(child, SIGRTMIN);
  pass(1);
  waitpid(child, NULL, 0);
  no_turns();
  close(fd), close(copy);
}

static void blocked_in_child(void) {
  int fd = make(0);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    take("child waited", fd);
    leave();
  }
  usleep(20000);
  kill(child, SIGUSR1);
  waitpid(child, NULL, 0);
  close(fd);
}

// The set belongs to the description, whoever changes it.
static void mask_is_shared(void) {
  int fd = make(SFD_NONBLOCK);
  make_turns();
  fflush(stdout);
  kill(getpid(), SIGUSR1);
  pid_t child = fork();
  if (child == 0) {
    kill(getpid(), SIGUSR2);
    printf("child: %d\n", ready(fd));
    sigset_t set = set_of(SIGUSR2, 0);
    SHOW(signalfd(fd, &set, 0) == fd);
    printf("child: ready for its new set %d\n", ready(fd));
    pass(0), turn(1);
    take("child", fd);
    leave();
  }
  turn(0);
  printf("parent: ready for what it has and the set has no more %d\n", ready(fd));
  take("parent", fd);
  sigset_t set = set_of(SIGUSR1, SIGUSR2);
  SHOW(signalfd(fd, &set, SFD_NONBLOCK | SFD_CLOEXEC) == fd);
  SHOW(fcntl(fd, F_GETFD));
  printf("parent: ready for its new set %d\n", ready(fd));
  take("parent", fd);
  pass(1);
  waitpid(child, NULL, 0);
  no_turns();
  close(fd);
}

// epoll(7) watches for the process that added it, whoever waits.
static void polled_by_child(void) {
  int fd = make(SFD_NONBLOCK), events = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, got;
  epoll_ctl(events, EPOLL_CTL_ADD, fd, &event);
  make_turns();
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    kill(getpid(), SIGUSR1);
    int own = epoll_create1(0);
    SHOW(epoll_ctl(own, EPOLL_CTL_ADD, fd, &event));
    printf("child: its own events %d\n", epoll_wait(own, &got, 1, 0));
    take("child", fd);
    printf("child: its own events %d\n", epoll_wait(own, &got, 1, 0));
    pass(0), turn(1);
    printf("child: its own events %d\n", epoll_wait(own, &got, 1, 0));
    leave();
  }
  turn(0);
  printf("parent: events %d\n", epoll_wait(events, &got, 1, 0));
  kill(getpid(), SIGUSR1);
  printf("parent: events %d\n", epoll_wait(events, &got, 1, 20000));
  pass(1);
  waitpid(child, NULL, 0);
  take("parent", fd);
  printf("parent: events %d\n", epoll_wait(events, &got, 1, 0));
  no_turns();
  close(fd), close(events);
}

// ---- exec and SCM_RIGHTS ----

static void after_exec(int fd) {
  printf("program: ready at first %d\n", ready(fd));
  kill(getpid(), SIGUSR1);
  printf("program: ready %d\n", wait_ready(fd));
  take("program", fd);
  take("program", fd);
}

static void executed(const char *self) {
  int fd = make(SFD_NONBLOCK);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    char number[12];
    snprintf(number, sizeof number, "%d", fd);
    execl(self, self, number, NULL);
    _exit(1);
  }
  waitpid(child, NULL, 0);
  close(fd);
}

static void send_fd(int to, int fd) {
  char byte = 0, control[CMSG_SPACE(sizeof fd)] = {0};
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS, header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (sendmsg(to, &message, 0) != 1) exit(1);
}

static int receive_fd(int from) {
  char byte, control[CMSG_SPACE(sizeof(int))];
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1) exit(1);
  int fd;
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

static void sent(void) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) exit(1);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    int fd = receive_fd(pair[1]);
    SHOW(fcntl(fd, F_GETFD));
    SHOW(fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK));
    printf("receiver: ready at first %d\n", ready(fd));
    kill(getpid(), SIGUSR1);
    printf("receiver: ready %d\n", wait_ready(fd));
    take("receiver", fd);
    take("receiver", fd);
    leave();
  }
  int fd = make(SFD_NONBLOCK);
  kill(getpid(), SIGUSR1);
  send_fd(pair[0], fd);
  waitpid(child, NULL, 0);
  printf("sender: ready %d\n", ready(fd));
  take("sender", fd);
  close(fd), close(pair[0]), close(pair[1]);
}

// ---- waiting, flags ----

static void flags(void) {
  int fd = make(0), on = 1, off = 0;
  SHOW(fcntl(fd, F_GETFL) == O_RDWR);
  SHOW(ioctl(fd, FIONBIO, &on));
  SHOW(fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK));
  take("nothing there", fd);
  SHOW(ioctl(fd, FIONBIO, &off));
  SHOW(fcntl(fd, F_GETFL) == O_RDWR);
  SHOW(fcntl(fd, F_SETFL, O_NONBLOCK));
  take("nothing there", fd);
  SHOW(ioctl(fd, FIONREAD, &on));
  SHOW(write(fd, &on, sizeof on));
  SHOW(pread(fd, &on, sizeof on, 0));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(ftruncate(fd, 0));
  SHOW(readahead(fd, 0, 1));
  SHOW(sync_file_range(fd, 0, 1, 0));
  SHOW(fallocate(fd, 0, 0, 1));
  SHOW(fsync(fd));
  SHOW(pwrite(fd, &on, sizeof on, 0));
  struct signalfd_siginfo record;
  SHOW(read(fd, &record, sizeof record - 1));
  kill(getpid(), SIGUSR1);
  SHOW(syscall(SYS_read, fd, 1, sizeof record));
  take("taken by the read that could not write it", fd);
  struct stat status;
  fstat(fd, &status);
  printf("type %o\n", status.st_mode & S_IFMT);
  kill(getpid(), SIGRTMIN), kill(getpid(), SIGRTMIN), kill(getpid(), SIGUSR1);
  take("several at once", fd);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  struct timeval no_time = {0, 0};
  SHOW(select(fd + 1, &set, NULL, NULL, &no_time));
  close(fd);
}

static void *interrupt(void *thread) {
  for (int i = 0; i < 200 && !handled; i++) {
    usleep(5000);
    pthread_kill(*(pthread_t *)thread, SIGALRM);
  }
  usleep(20000);
  kill(getpid(), SIGUSR1);
  return NULL;
}

static void interrupted(int flags) {
  static pthread_t thread;
  thread = pthread_self();
  pthread_t other;
  int fd = make(0);
  handle(SIGALRM, flags);
  handled = 0;
  pthread_create(&other, NULL, interrupt, &thread);
  take(flags ? "interrupted, to be restarted" : "interrupted", fd);
  printf("handled %d\n", handled > 0);
  pthread_join(other, NULL);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  take("what is left", fd);
  close(fd);
}

// A signal for one thread alone is read by that one.
static void *read_here(void *fd) {
  take("another thread", *(int *)fd);
  return NULL;
}

static void threads(void) {
  int fd = make(SFD_NONBLOCK);
  pthread_t other;
  raise(SIGUSR1);
  pthread_create(&other, NULL, read_here, &fd);
  pthread_join(other, NULL);
  take("the thread itself", fd);
  kill(getpid(), SIGUSR1);
  pthread_create(&other, NULL, read_here, &fd);
  pthread_join(other, NULL);
  take("the thread itself", fd);
  close(fd);
}

int main(int count, char **arguments) {
  if (count > 1) {
    after_exec(atoi(arguments[1]));
    return 0;
  }
  setvbuf(stdout, NULL, _IOFBF, 65536);
  sigset_t all = set_of(SIGUSR1, SIGUSR2);
  sigaddset(&all, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &all, NULL);
  forked();
  blocked_in_child();
  mask_is_shared();
  polled_by_child();
  executed(arguments[0]);
  sent();
  flags();
  interrupted(0);
  interrupted(SA_RESTART);
  threads();
  return 0;
}
