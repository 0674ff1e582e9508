// Signal-driven input and output: F_SETOWN, F_SETSIG, O_ASYNC, SIGIO and SIGURG, for each kind of descriptor.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#include "show.h"

#define BAD ((void *)1)
#define FIRST (SIGRTMIN + 1)
#define SECOND (SIGRTMIN + 2)
#define FENCE (SIGRTMIN + 9)

// Every signal that is looked for; they are blocked and taken in order.
static sigset_t taken;
static int fence[2];

static void make_pipe(int *pair) {
  if (pipe(pair) != 0) exit(1);
}

static void own(int fd, int signal) {
  fcntl(fd, F_SETOWN, getpid());
  fcntl(fd, F_SETSIG, signal);
}

static int async(int fd, int on) {
  int flags = fcntl(fd, F_GETFL);
  return fcntl(fd, F_SETFL, on ? flags | O_ASYNC : flags & ~O_ASYNC);
}

static void show_signal(const siginfo_t *info, int fd) {
  if (info->si_signo >= SIGRTMIN) printf("  RT+%d", info->si_signo - SIGRTMIN);
  else printf("  %s", sigabbrev_np(info->si_signo));
  // Where the kernel says only that something happened there is nothing else to compare.
  if (info->si_code == SI_KERNEL) printf(" from the kernel\n");
  else printf(" code %d band %#lx %s\n", info->si_code, info->si_band, info->si_fd == fd ? "this descriptor" : "another descriptor");
}

// Shows every signal that came so far. What comes after the fence was raised after it.
static void show_signals(const char *what, int fd) {
  printf("%s\n", what);
  char byte = 0;
  if (write(fence[1], &byte, 1) != 1) printf("no fence\n");
  UNTIL(pending(FENCE));
  const struct timespec no_time = {0, 0};
  for (siginfo_t info; sigtimedwait(&taken, &info, &no_time) > 0 && info.si_signo != FENCE;) show_signal(&info, fd);
  if (read(fence[0], &byte, 1) != 1) printf("no byte\n");
}

static void await(int fd) {
  struct pollfd wanted = {fd, POLLIN, 0};
  poll(&wanted, 1, 20000);
}

static void put(int fd, const char *text) {
  if (write(fd, text, strlen(text)) < 0) printf("put: %s\n", strerrorname_np(errno));
}

static void get(int fd) {
  char bytes[4096];
  if (read(fd, bytes, sizeof bytes) < 0) printf("get: %s\n", strerrorname_np(errno));
}

static void set_up(void) {
  sigemptyset(&taken);
  const int all[] = {SIGIO, SIGURG, SIGUSR1, SIGTRAP, FIRST, SECOND, FENCE};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(&taken, all[i]);
  sigprocmask(SIG_BLOCK, &taken, NULL);
  make_pipe(fence);
  own(fence[0], FENCE);
  async(fence[0], 1);
}

// ---- what is asked for and answered ----

static void show_owner(int fd) {
  struct f_owner_ex owner = {77, 77};
  int result = fcntl(fd, F_GETOWN_EX, &owner);
  bool is_itself = owner.pid == (owner.type == F_OWNER_PGRP ? getpgrp() : getpid());
  printf("owner: %d, type %d, %s\n", result, owner.type, owner.pid == 0 ? "nobody" : is_itself ? "itself" : "another");
}

static void owners(int fd) {
  SHOW(fcntl(fd, F_GETOWN));
  show_owner(fd);
  SHOW(fcntl(fd, F_SETOWN, 4000000));
  SHOW(fcntl(fd, F_SETOWN, -4000000));
  SHOW(fcntl(fd, F_SETOWN, (long)INT32_MIN));
  SHOW(fcntl(fd, F_SETOWN, getpid()));
  SHOW(fcntl(fd, F_GETOWN) == getpid());
  show_owner(fd);
  SHOW(fcntl(fd, F_SETOWN, -getpgrp()));
  SHOW(syscall(SYS_fcntl, fd, F_GETOWN, 0) == -getpgrp() || errno == getpgrp());
  show_owner(fd);
  struct f_owner_ex owner = {F_OWNER_TID, getpid()};
  SHOW(fcntl(fd, F_SETOWN_EX, &owner));
  SHOW(fcntl(fd, F_GETOWN) == getpid());
  show_owner(fd);
  owner.type = F_OWNER_PGRP, owner.pid = getpgrp();
  SHOW(fcntl(fd, F_SETOWN_EX, &owner));
  show_owner(fd);
  owner.type = 7;
  SHOW(fcntl(fd, F_SETOWN_EX, &owner));
  owner.type = F_OWNER_PID, owner.pid = 4000000;
  SHOW(fcntl(fd, F_SETOWN_EX, &owner));
  owner.pid = -1;
  SHOW(fcntl(fd, F_SETOWN_EX, &owner));
  SHOW(fcntl(fd, F_SETOWN_EX, BAD));
  SHOW(fcntl(fd, F_GETOWN_EX, BAD));
  SHOW(fcntl(fd, F_SETOWN, 0));
  show_owner(fd);
  SHOW(fcntl(fd, F_GETSIG));
  SHOW(fcntl(fd, F_SETSIG, 65));
  SHOW(fcntl(fd, F_SETSIG, -1));
  SHOW(fcntl(fd, F_SETSIG, FIRST));
  SHOW(fcntl(fd, F_GETSIG) == FIRST);
  SHOW(fcntl(fd, F_SETSIG, SIGKILL));
  SHOW(fcntl(fd, F_GETSIG));
  SHOW(fcntl(fd, F_SETSIG, 0));
}

static void *stay(void *tid) {
  *(pid_t *)tid = gettid();
  pause();
  return NULL;
}

static void other_owners(int fd) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  SHOW(fcntl(fd, F_SETOWN, child));
  SHOW(fcntl(fd, F_GETOWN) == child);
  waitpid(child, NULL, 0);
  SHOW(fcntl(fd, F_GETOWN));
  show_owner(fd);
  SHOW(fcntl(fd, F_SETOWN, child));

  static volatile pid_t tid;
  pthread_t thread;
  pthread_create(&thread, NULL, stay, (void *)&tid);
  UNTIL(tid);
  SHOW(fcntl(fd, F_SETOWN, tid));
  SHOW(fcntl(fd, F_GETOWN));
  struct f_owner_ex owner = {F_OWNER_TID, tid};
  SHOW(fcntl(fd, F_SETOWN_EX, &owner));
  SHOW(fcntl(fd, F_GETOWN) == tid);
  SHOW(fcntl(fd, F_SETOWN, 0));
  SHOW(ioctl(fd, FIOASYNC, BAD));
}

static void kinds(void) {
  int pair[2], on = 1;
  make_pipe(pair);
  int regular = open("/tmp", O_TMPFILE | O_RDWR, 0600), directory = open("/", O_DIRECTORY | O_RDONLY), path = open("/", O_PATH);
  sigset_t set = set_of(SIGUSR2, 0);
  const struct {
    const char *name;
    int fd;
  } all[] = {
      {"pipe", pair[0]},
      {"writer", pair[1]},
      {"stream", socket(AF_UNIX, SOCK_STREAM, 0)},
      {"datagram", socket(AF_UNIX, SOCK_DGRAM, 0)},
      {"inet", socket(AF_INET, SOCK_STREAM, 0)},
      {"inotify", inotify_init()},
      {"eventfd", eventfd(0, 0)},
      {"timerfd", timerfd_create(CLOCK_MONOTONIC, 0)},
      {"epoll", epoll_create1(0)},
      {"signalfd", signalfd(-1, &set, 0)},
      {"regular", regular},
      {"directory", directory},
      {"path", path},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    int fd = all[i].fd;
    printf("-- %s\n", all[i].name);
    SHOW(ioctl(fd, FIOASYNC, &on));
    SHOW((fcntl(fd, F_GETFL) & O_ASYNC) != 0);
    SHOW(async(fd, 0));
    SHOW((fcntl(fd, F_GETFL) & O_ASYNC) != 0);
    SHOW(async(fd, 1));
    SHOW((fcntl(fd, F_GETFL) & O_ASYNC) != 0);
    // What never signals and has no name keeps no owner inside.
    bool is_mute = i >= 6 && i <= 8;
    if (!is_mute) {
      SHOW(fcntl(fd, F_SETSIG, FIRST));
      SHOW(fcntl(fd, F_GETSIG) == FIRST);
      SHOW(fcntl(fd, F_SETOWN, getpid()));
      SHOW(fcntl(fd, F_GETOWN) == getpid());
    }
    close(fd);
  }
  SHOW(fcntl(-1, F_SETSIG, 1));
  SHOW(fcntl(-1, F_GETOWN));
}

// ---- what is signalled ----

static void pipes(void) {
  int pair[2];
  make_pipe(pair);
  fcntl(pair[1], F_SETPIPE_SZ, 4096);
  put(pair[1], "before");
  own(pair[0], FIRST);
  async(pair[0], 1);
  show_signals("what was there before is not told", pair[0]);
  put(pair[1], "one");
  show_signals("a byte more", pair[0]);
  put(pair[1], "one"), put(pair[1], "two"), put(pair[1], "three");
  show_signals("three writes", pair[0]);
  int copy = dup(pair[0]);
  close(pair[0]);
  put(pair[1], "four");
  show_signals("a copy of a closed descriptor", pair[0]);
  fcntl(copy, F_SETSIG, 0);
  put(pair[1], "five"), put(pair[1], "six");
  show_signals("without a chosen signal", copy);
  fcntl(copy, F_SETSIG, SIGIO);
  put(pair[1], "seven");
  show_signals("SIGIO by choice", copy);
  fcntl(copy, F_SETSIG, SIGUSR1);
  put(pair[1], "eight");
  show_signals("SIGUSR1", copy);
  fcntl(copy, F_SETSIG, SIGTRAP);
  put(pair[1], "nine");
  show_signals("a signal with codes of its own", copy);
  fcntl(copy, F_SETSIG, FIRST);
  async(copy, 0);
  put(pair[1], "ten");
  show_signals("off", copy);
  async(copy, 1);
  put(pair[1], "eleven");
  show_signals("on again", copy);
  fcntl(copy, F_SETOWN, 0);
  put(pair[1], "twelve");
  show_signals("nobody's", copy);
  own(copy, FIRST);

  own(pair[1], SECOND);
  async(pair[1], 1);
  get(copy);
  show_signals("the writer, when there is room", pair[1]);
  put(pair[1], "thirteen");
  show_signals("only the reader", copy);
  close(copy);
  show_signals("no reader any more", pair[1]);
  close(pair[1]);
}

static void fifo(void) {
  char name[] = "/tmp/signal-driven-XXXXXX";
  if (!mkdtemp(name)) exit(1);
  char path[64];
  snprintf(path, sizeof path, "%s/fifo", name);
  mkfifo(path, 0600);
  int reader = open(path, O_RDONLY | O_NONBLOCK), other = open(path, O_RDONLY | O_NONBLOCK), writer = open(path, O_WRONLY);
  own(reader, FIRST), own(other, SECOND);
  SHOW(fcntl(other, F_GETSIG) == SECOND && fcntl(reader, F_GETSIG) == FIRST);
  async(reader, 1);
  SHOW((fcntl(other, F_GETFL) & O_ASYNC) != 0);
  put(writer, "one");
  show_signals("one of two readers", reader);
  async(other, 1);
  put(writer, "two");
  show_signals("both", reader);
  close(writer);
  show_signals("no writer any more", reader);
  close(reader), close(other);
  unlink(path), rmdir(name);
}

static void streams(void) {
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  own(pair[0], FIRST);
  async(pair[0], 1);
  put(pair[1], "one"), put(pair[1], "two");
  show_signals("two writes", pair[0]);
  get(pair[0]);
  show_signals("read", pair[0]);
  put(pair[0], "there"), get(pair[1]);
  show_signals("there was room all the time", pair[0]);
  char much[4096] = {0};
  fcntl(pair[0], F_SETFL, fcntl(pair[0], F_GETFL) | O_NONBLOCK);
  while (write(pair[0], much, sizeof much) > 0) continue;
  SHOW((fcntl(pair[0], F_GETFL) & (O_ASYNC | O_NONBLOCK)) == (O_ASYNC | O_NONBLOCK));
  fcntl(pair[1], F_SETFL, O_NONBLOCK);
  while (read(pair[1], much, sizeof much) > 0) continue;
  show_signals("room again", pair[0]);
  send(pair[1], "!", 1, MSG_OOB);
  show_signals("urgent", pair[0]);
  recv(pair[0], much, 1, MSG_OOB);
  fcntl(pair[0], F_SETSIG, 0);
  send(pair[1], "!", 1, MSG_OOB);
  show_signals("urgent, without a chosen signal", pair[0]);
  recv(pair[0], much, 1, MSG_OOB);
  async(pair[0], 0);
  send(pair[1], "!", 1, MSG_OOB);
  show_signals("urgent needs no O_ASYNC", pair[0]);
  recv(pair[0], much, 1, MSG_OOB);
  own(pair[0], FIRST);
  async(pair[0], 1);
  shutdown(pair[1], SHUT_WR);
  show_signals("half closed", pair[0]);
  close(pair[1]);
  show_signals("closed", pair[0]);
  close(pair[0]);
}

static void datagrams(void) {
  int pair[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  own(pair[0], FIRST);
  async(pair[0], 1);
  put(pair[1], "one"), put(pair[1], "two");
  show_signals("two datagrams", pair[0]);
  close(pair[0]), close(pair[1]);
}

static void named(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "signal-driven-%d", getpid());
  int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(server, (void *)&name, sizeof name), listen(server, 5);
  own(server, FIRST);
  async(server, 1);
  SHOW(connect(client, (void *)&name, sizeof name));
  show_signals("a connection", server);
  int accepted = accept(server, NULL, NULL);
  SHOW((fcntl(accepted, F_GETFL) & O_ASYNC) != 0);
  SHOW(fcntl(accepted, F_GETOWN));
  put(client, "one");
  show_signals("an accepted socket has not what its server had", accepted);
  int pid = getpid(), back = 0;
  SHOW(ioctl(accepted, FIOSETOWN, &pid));
  SHOW(ioctl(accepted, SIOCGPGRP, &back));
  SHOW(back == pid);
  pid = 4000000;
  SHOW(ioctl(accepted, SIOCSPGRP, &pid));
  SHOW(ioctl(accepted, SIOCSPGRP, BAD));
  SHOW(ioctl(accepted, FIOGETOWN, BAD));
  close(server), close(client), close(accepted);
}

static void internet(void) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof name;
  int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  bind(server, (void *)&name, sizeof name), listen(server, 5), getsockname(server, (void *)&name, &size);
  connect(client, (void *)&name, sizeof name);
  int accepted = accept(server, NULL, NULL);
  own(client, FIRST);
  async(client, 1);
  put(accepted, "one");
  show_signals("a segment", client);
  close(accepted);
  show_signals("closed", client);
  close(client), close(server);
}

static void terminals(void) {
  int master, slave;
  if (openpty(&master, &slave, NULL, NULL, NULL) != 0) exit(1);
  SHOW(async(slave, 1));
  show_owner(slave);
  SHOW(async(slave, 0));
  own(slave, FIRST);
  async(slave, 1);
  put(master, "line\n");
  await(slave);
  show_signals("a line of a terminal", slave);
  own(master, SECOND);
  get(slave), get(master);
  async(slave, 0), async(master, 1);
  put(slave, "out");
  await(master);
  show_signals("output of a terminal", master);
  close(slave), close(master);
}

static void watches(void) {
  char name[] = "/tmp/signal-driven-XXXXXX";
  if (!mkdtemp(name)) exit(1);
  int fd = inotify_init1(IN_NONBLOCK);
  inotify_add_watch(fd, name, IN_CREATE | IN_DELETE);
  own(fd, FIRST);
  async(fd, 1);
  char path[64];
  snprintf(path, sizeof path, "%s/file", name);
  close(open(path, O_CREAT | O_WRONLY, 0600));
  show_signals("a file is made", fd);
  unlink(path);
  show_signals("and removed", fd);
  close(fd);
  rmdir(name);
}

// ---- to whom ----

static volatile pid_t by_thread;

static void *take_one(void *stage) {
  by_thread = gettid();
  siginfo_t info;
  sigset_t set = set_of(FIRST, 0);
  sigwaitinfo(&set, &info);
  *(volatile int *)stage = info.si_signo == FIRST && info.si_code == POLL_IN;
  return NULL;
}

static void threads(void) {
  static volatile int got;
  int pair[2];
  make_pipe(pair);
  pthread_t thread;
  pthread_create(&thread, NULL, take_one, (void *)&got);
  UNTIL(by_thread);
  struct f_owner_ex owner = {F_OWNER_TID, by_thread};
  SHOW(fcntl(pair[0], F_SETOWN_EX, &owner));
  fcntl(pair[0], F_SETSIG, FIRST);
  async(pair[0], 1);
  put(pair[1], "one");
  show_signals("to another thread", pair[0]);
  pthread_join(thread, NULL);
  printf("it got it: %d\n", got);
  UNTIL(fcntl(pair[0], F_GETOWN) == 0);  // the host joins a thread a little before it is gone
  SHOW(fcntl(pair[0], F_GETOWN));
  put(pair[1], "two");
  show_signals("to a thread that is gone", pair[0]);
  close(pair[0]), close(pair[1]);
}

static void groups(void) {
  int pair[2], started[2];
  char byte;
  make_pipe(pair), make_pipe(started);
  fflush(stdout);
  pid_t children[2];
  for (int i = 0; i < 2; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      put(started[1], "x");
      siginfo_t info;
      sigset_t set = set_of(FIRST, 0);
      sigwaitinfo(&set, &info);
      _exit(info.si_code == POLL_IN && info.si_fd == pair[0] ? 7 : 8);
    }
    setpgid(children[i], children[0]);
  }
  for (int i = 0; i < 2; i++)
    if (read(started[0], &byte, 1) != 1) exit(1);
  SHOW(fcntl(pair[0], F_SETOWN, -children[0]));
  fcntl(pair[0], F_SETSIG, FIRST);
  async(pair[0], 1);
  put(pair[1], "one");
  for (int i = 0; i < 2; i++) {
    int status;
    waitpid(children[i], &status, 0);
    show_status("a member of the group", status);
  }
  show_signals("not its maker", pair[0]);
  close(pair[0]), close(pair[1]), close(started[0]), close(started[1]);
}

// The owner is asked for by who it was when it was set, and the receiver by who it is now.
static void permissions(void) {
  if (getuid() != 0) return;
  int pair[2];
  make_pipe(pair);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    if (setresuid(12345, 12345, 12345) != 0) _exit(1);
    fcntl(pair[0], F_SETOWN, getppid());
    fcntl(pair[0], F_SETSIG, FIRST);
    async(pair[0], 1);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  put(pair[1], "one");
  show_signals("set by one who may not signal it", pair[0]);
  fcntl(pair[0], F_SETOWN, getpid());
  put(pair[1], "two");
  show_signals("set by itself", pair[0]);
}

static void overflow(void) {
  int pair[2];
  make_pipe(pair);
  own(pair[0], FIRST);
  async(pair[0], 1);
  struct rlimit none = {0, 0}, old;
  getrlimit(RLIMIT_SIGPENDING, &old);
  none.rlim_max = old.rlim_max;
  setrlimit(RLIMIT_SIGPENDING, &none);
  put(pair[1], "one");
  siginfo_t info;
  const struct timespec most = {20, 0};
  printf("no room in the queue\n");
  if (sigtimedwait(&taken, &info, &most) > 0) show_signal(&info, pair[0]);
  setrlimit(RLIMIT_SIGPENDING, &old);
  show_signals("nothing more", pair[0]);
  put(pair[1], "two");
  show_signals("room again", pair[0]);
  close(pair[0]), close(pair[1]);
}

// A handler runs for what has come while the program computes.
static void handlers(void) {
  int pair[2];
  make_pipe(pair);
  handle(FIRST, 0);
  handled = 0;
  unblock(FIRST, 0);
  own(pair[0], FIRST);
  async(pair[0], 1);
  put(pair[1], "one");
  UNTIL(handled);
  printf("handler: %d code %d this descriptor %d\n", handled, last.si_code, last.si_fd == pair[0]);
  block(FIRST, 0);
  close(pair[0]), close(pair[1]);
}

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 65536);
  set_up();
  int pair[2];
  make_pipe(pair);
  owners(pair[0]);
  other_owners(pair[0]);
  int stream[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, stream);
  owners(stream[0]);
  kinds();
  pipes();
  fifo();
  streams();
  datagrams();
  named();
  internet();
  terminals();
  watches();
  threads();
  groups();
  permissions();
  overflow();
  handlers();
  return 0;
}
