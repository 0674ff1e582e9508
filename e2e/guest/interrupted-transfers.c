// Reading and writing of all that can block, interrupted.
#include <poll.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

#include "interruption.h"

#define BIG (1 << 20)

static char buffer[BIG];

// ---- what is waited for ----

static void empty_pipe(struct scene *scene) { require(pipe(scene->descriptor) == 0, "pipe"); }

static void fill(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
  for (size_t size = 65536; size > 0; size /= 2)
    while (write(descriptor, buffer, size) > 0) continue;
  fcntl(descriptor, F_SETFL, flags);
}

static void full_pipe(struct scene *scene) {
  empty_pipe(scene);
  fill(scene->descriptor[1]);
}

static void quiet_socket(struct scene *scene) { require(socketpair(AF_UNIX, SOCK_STREAM, 0, scene->descriptor) == 0, "socketpair"); }

static void full_socket(struct scene *scene) {
  quiet_socket(scene);
  fill(scene->descriptor[1]);
}

static void event(struct scene *scene) { require((scene->descriptor[0] = scene->descriptor[1] = eventfd(0, 0)) >= 0, "eventfd"); }

static void event_at_end(struct scene *scene) {
  require((scene->descriptor[0] = scene->descriptor[1] = eventfd(0, 0)) >= 0, "eventfd");
  uint64_t most = UINT64_MAX - 1;
  require(write(scene->descriptor[0], &most, sizeof most) == sizeof most, "write");
}

static void timer(struct scene *scene) { require((scene->descriptor[0] = timerfd_create(CLOCK_MONOTONIC, 0)) >= 0, "timerfd_create"); }

static void block_second_signal(struct scene *scene) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, NULL);
  scene->descriptor[0] = signalfd(-1, &set, 0);
  require(scene->descriptor[0] >= 0, "signalfd");
}

static void watch(struct scene *scene) {
  require(mkdir(scene->path, 0700) == 0, "mkdir");
  scene->descriptor[0] = inotify_init();
  require(inotify_add_watch(scene->descriptor[0], scene->path, IN_CREATE) >= 0, "inotify_add_watch");
}

static void terminal(struct scene *scene) {
  struct termios raw;
  require(openpty(&scene->descriptor[0], &scene->descriptor[1], NULL, NULL, NULL) == 0, "openpty");
  tcgetattr(scene->descriptor[1], &raw);
  cfmakeraw(&raw);
  tcsetattr(scene->descriptor[1], TCSANOW, &raw);
}

static void terminal_of_slave(struct scene *scene) {
  terminal(scene);
  int master = scene->descriptor[0];
  scene->descriptor[0] = scene->descriptor[1];
  scene->descriptor[1] = master;
}

static void fifo(struct scene *scene) { require(mkfifo(scene->path, 0600) == 0, "mkfifo"); }

static void file_and_full_pipe(struct scene *scene) {
  full_pipe(scene);
  scene->descriptor[2] = open(scene->path, O_RDWR | O_CREAT, 0600);
  require(write(scene->descriptor[2], buffer, 100) == 100, "write");
  lseek(scene->descriptor[2], 0, SEEK_SET);
}

static void file_and_full_socket(struct scene *scene) {
  full_socket(scene);
  scene->descriptor[2] = open(scene->path, O_RDWR | O_CREAT, 0600);
  require(write(scene->descriptor[2], buffer, 100) == 100, "write");
  lseek(scene->descriptor[2], 0, SEEK_SET);
}

static void two_pipes(struct scene *scene) {
  empty_pipe(scene);
  require(pipe(scene->descriptor + 2) == 0, "pipe");
}

// ---- what ends the wait ----

static void put(struct scene *scene) { scene->word = (int)write(scene->descriptor[1], "abcde", 5); }

static void drain(struct scene *scene) {
  fcntl(scene->descriptor[0], F_SETFL, O_NONBLOCK);
  long end = now_ms() + PATIENCE_MS;
  while (!scene->is_over && now_ms() < end)
    if (read(scene->descriptor[0], buffer, sizeof buffer) < 0) usleep(1000);
}

static void signal_event(struct scene *scene) { eventfd_write(scene->descriptor[1], 7); }

static void take_event(struct scene *scene) {
  eventfd_t count;
  eventfd_read(scene->descriptor[0], &count);
}

static void expire(struct scene *scene) {
  struct itimerspec soon = {{0, 0}, {0, 1000000}};
  timerfd_settime(scene->descriptor[0], 0, &soon, NULL);
}

static void send_second_signal(struct scene *scene) { kill(scene->caller, SIGUSR2); }

static void create_file(struct scene *scene) {
  char name[80];
  snprintf(name, sizeof name, "%s/file", scene->path);
  close(open(name, O_CREAT | O_WRONLY, 0600));
  is_over_within(scene, PATIENCE_MS);
  unlink(name);
  rmdir(scene->path);
}

static void open_other_end(struct scene *scene) {
  int other = open(scene->path, O_RDWR);
  is_over_within(scene, PATIENCE_MS);
  close(other);
}

// ---- the calls ----

static long make_read(struct scene *scene) { return read(scene->descriptor[0], buffer, 200); }

static long make_readv(struct scene *scene) {
  const struct iovec parts[2] = {{buffer, 128}, {buffer + 128, 128}};
  return readv(scene->descriptor[0], parts, 2);
}

static long make_preadv2(struct scene *scene) {
  const struct iovec parts[2] = {{buffer, 2}, {buffer + 2, 98}};
  return preadv2(scene->descriptor[0], parts, 2, -1, 0);
}

static long make_write(struct scene *scene) { return write(scene->descriptor[1], buffer, 100); }

static long make_writev(struct scene *scene) {
  const struct iovec parts[2] = {{buffer, 2}, {buffer + 2, 98}};
  return writev(scene->descriptor[1], parts, 2);
}

static long make_event_write(struct scene *scene) {
  uint64_t one = 1;
  return write(scene->descriptor[1], &one, sizeof one);
}

// How much of a big write is done before it is interrupted depends on what the other side has room for.
static long make_big_write(struct scene *scene) {
  long written = write(scene->descriptor[1], buffer, sizeof buffer);
  snprintf(scene->note, sizeof scene->note, "%s", written == sizeof buffer ? "all of it" : written > 0 ? "a part" : "nothing");
  return written > 0 ? 1 : written;
}

static long make_exact_write(struct scene *scene) { return write(scene->descriptor[1], buffer, 200000); }

static long open_to_read(struct scene *scene) { return open(scene->path, O_RDONLY) >= 0 ? 0 : -1; }
static long open_to_write(struct scene *scene) { return open(scene->path, O_WRONLY) >= 0 ? 0 : -1; }

static long make_sendfile(struct scene *scene) {
  off_t offset = 10;
  long sent = sendfile(scene->descriptor[1], scene->descriptor[2], &offset, 50);
  snprintf(scene->note, sizeof scene->note, "offset %ld", (long)offset);
  return sent;
}

static long splice_in(struct scene *scene) { return splice(scene->descriptor[2], NULL, scene->descriptor[1], NULL, 50, 0); }
static long splice_across(struct scene *scene) { return splice(scene->descriptor[0], NULL, scene->descriptor[3], NULL, 50, 0); }
static long make_tee(struct scene *scene) { return tee(scene->descriptor[0], scene->descriptor[3], 50, 0); }

static const struct call calls[] = {
    {"read of a pipe", make_read, empty_pipe, NULL, put, NULL},
    {"readv of a pipe", make_readv, empty_pipe, NULL, put, NULL},
    {"preadv2 of a pipe", make_preadv2, empty_pipe, NULL, put, NULL},
    {"read of a socket", make_read, quiet_socket, NULL, put, NULL},
    {"readv of a socket", make_readv, quiet_socket, NULL, put, NULL},
    {"read of an eventfd", make_read, event, NULL, signal_event, NULL},
    {"read of a timerfd", make_read, timer, NULL, expire, NULL},
    {"read of a signalfd", make_read, NULL, block_second_signal, send_second_signal, NULL},
    {"readv of a signalfd", make_readv, NULL, block_second_signal, send_second_signal, NULL},
    {"read of inotify", make_read, watch, NULL, create_file, NULL},
    {"read of a terminal's master", make_read, terminal, NULL, put, NULL},
    {"read of a terminal", make_read, terminal_of_slave, NULL, put, NULL},
    {"open of a FIFO to read", open_to_read, fifo, NULL, open_other_end, NULL},
    {"open of a FIFO to write", open_to_write, fifo, NULL, open_other_end, NULL},
    {"write to a full pipe", make_write, full_pipe, NULL, drain, NULL},
    {"writev to a full pipe", make_writev, full_pipe, NULL, drain, NULL},
    {"write of more than a pipe holds", make_exact_write, empty_pipe, NULL, drain, NULL},
    {"write to a full socket", make_write, full_socket, NULL, drain, NULL},
    {"writev to a full socket", make_writev, full_socket, NULL, drain, NULL},
    {"write of more than a socket holds", make_big_write, quiet_socket, NULL, drain, NULL},
    {"write to an eventfd at its end", make_event_write, event_at_end, NULL, take_event, NULL},
    {"sendfile to a full pipe", make_sendfile, file_and_full_pipe, NULL, drain, NULL},
    {"sendfile to a full socket", make_sendfile, file_and_full_socket, NULL, drain, NULL},
    {"splice to a full pipe", splice_in, file_and_full_pipe, NULL, drain, NULL},
    {"splice between pipes", splice_across, two_pipes, NULL, put, NULL},
    {"tee between pipes", make_tee, two_pipes, NULL, put, NULL},
};

int main(int count, char **words) {
  (void)count;
  return interruption_main(calls, sizeof calls / sizeof *calls, words);
}
