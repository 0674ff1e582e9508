// Calls that wait for time, descriptors, children, locks, other threads or signals, interrupted.
#include <linux/futex.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "interruption.h"

#define SHORT_NS (SHORT_MS * 1000000)
#define LONG_S 300

static void quiet_pipe(struct scene *scene) { require(pipe(scene->descriptor) == 0, "pipe"); }
static void put(struct scene *scene) { scene->word = (int)write(scene->descriptor[1], "abcde", 5); }

// A time that is left is told as it must be: not more than was asked for, and not nothing.
static void note_left(struct scene *scene, const struct timespec *left) {
  int is_part = left->tv_sec > LONG_S - 60 || (left->tv_sec == 0 && left->tv_nsec < SHORT_NS);
  const char *text = left->tv_sec == LONG_S ? "all left" : !left->tv_sec && !left->tv_nsec ? "none left" : is_part ? "some left" : "wrong";
  snprintf(scene->note, sizeof scene->note, "%s", text);
}

// ---- for descriptors ----

static long do_poll(struct scene *scene, int milliseconds) {
  struct pollfd wanted = {scene->descriptor[0], POLLIN, 0};
  return poll(&wanted, 1, milliseconds);
}
static long poll_forever(struct scene *scene) { return do_poll(scene, -1); }
static long poll_long(struct scene *scene) { return do_poll(scene, LONG_S * 1000); }
static long poll_short(struct scene *scene) { return do_poll(scene, SHORT_MS); }

static long do_ppoll(struct scene *scene, struct timespec *time) {
  struct pollfd wanted = {scene->descriptor[0], POLLIN, 0};
  long result = syscall(SYS_ppoll, &wanted, 1, time, NULL, 8);
  int error = errno;
  if (time) note_left(scene, time);
  errno = error;
  return result;
}
static long ppoll_forever(struct scene *scene) { return do_ppoll(scene, NULL); }
static long ppoll_long(struct scene *scene) { return do_ppoll(scene, &(struct timespec){LONG_S, 0}); }
static long ppoll_short(struct scene *scene) { return do_ppoll(scene, &(struct timespec){0, SHORT_NS}); }

static long do_select(struct scene *scene, struct timeval *time) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(scene->descriptor[0], &set);
  long result = syscall(SYS_select, scene->descriptor[0] + 1, &set, NULL, NULL, time);
  int error = errno;
  if (time) note_left(scene, &(struct timespec){time->tv_sec, time->tv_usec * 1000});
  errno = error;
  return result;
}
static long select_forever(struct scene *scene) { return do_select(scene, NULL); }
static long select_long(struct scene *scene) { return do_select(scene, &(struct timeval){LONG_S, 0}); }
static long select_short(struct scene *scene) { return do_select(scene, &(struct timeval){0, SHORT_NS / 1000}); }

static long do_pselect(struct scene *scene, struct timespec *time) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(scene->descriptor[0], &set);
  long result = syscall(SYS_pselect6, scene->descriptor[0] + 1, &set, NULL, NULL, time, NULL);
  int error = errno;
  if (time) note_left(scene, time);
  errno = error;
  return result;
}
static long pselect_forever(struct scene *scene) { return do_pselect(scene, NULL); }
static long pselect_long(struct scene *scene) { return do_pselect(scene, &(struct timespec){LONG_S, 0}); }
static long pselect_short(struct scene *scene) { return do_pselect(scene, &(struct timespec){0, SHORT_NS}); }

static void epoll_of_pipe(struct scene *scene) {
  struct epoll_event wanted = {.events = EPOLLIN};
  quiet_pipe(scene);
  scene->descriptor[2] = epoll_create1(0);
  require(epoll_ctl(scene->descriptor[2], EPOLL_CTL_ADD, scene->descriptor[0], &wanted) == 0, "epoll_ctl");
}
static long do_epoll_wait(struct scene *scene, int milliseconds) {
  struct epoll_event found;
  return syscall(SYS_epoll_wait, scene->descriptor[2], &found, 1, milliseconds);
}
static long epoll_wait_forever(struct scene *scene) { return do_epoll_wait(scene, -1); }
static long epoll_wait_long(struct scene *scene) { return do_epoll_wait(scene, LONG_S * 1000); }
static long epoll_wait_short(struct scene *scene) { return do_epoll_wait(scene, SHORT_MS); }
static long do_epoll_pwait(struct scene *scene) {
  struct epoll_event found;
  return syscall(SYS_epoll_pwait, scene->descriptor[2], &found, 1, -1, NULL, 8);
}
static long do_epoll_pwait2(struct scene *scene, const struct timespec *time) {
  struct epoll_event found;
  return syscall(SYS_epoll_pwait2, scene->descriptor[2], &found, 1, time, NULL, 8);
}
static long epoll_pwait2_forever(struct scene *scene) { return do_epoll_pwait2(scene, NULL); }
static long epoll_pwait2_long(struct scene *scene) { return do_epoll_pwait2(scene, &(struct timespec){LONG_S, 0}); }
static long epoll_pwait2_short(struct scene *scene) { return do_epoll_pwait2(scene, &(struct timespec){0, SHORT_NS}); }

// ---- for time ----

static long do_sleep(struct scene *scene, clockid_t clock, time_t seconds, long nanoseconds) {
  struct timespec wanted = {seconds, nanoseconds}, left = {0, 0};
  long result = clock < 0 ? syscall(SYS_nanosleep, &wanted, &left) : syscall(SYS_clock_nanosleep, clock, 0, &wanted, &left);
  int error = errno;
  // No CPU time may pass in a sleep at all.
  if (clock == CLOCK_PROCESS_CPUTIME_ID && left.tv_sec == seconds && left.tv_nsec == nanoseconds) left.tv_sec--;
  note_left(scene, &left);
  errno = error;
  return result;
}
static long nanosleep_long(struct scene *scene) { return do_sleep(scene, -1, LONG_S, 0); }
static long nanosleep_short(struct scene *scene) { return do_sleep(scene, -1, 0, SHORT_NS); }
static long monotonic_long(struct scene *scene) { return do_sleep(scene, CLOCK_MONOTONIC, LONG_S, 0); }
static long monotonic_short(struct scene *scene) { return do_sleep(scene, CLOCK_MONOTONIC, 0, SHORT_NS); }
static long realtime_long(struct scene *scene) { return do_sleep(scene, CLOCK_REALTIME, LONG_S, 0); }
static long cpu_long(struct scene *scene) { return do_sleep(scene, CLOCK_PROCESS_CPUTIME_ID, LONG_S, 0); }

static long sleep_until(clockid_t clock, time_t seconds, long nanoseconds) {
  struct timespec end, untouched = {5, 5};
  clock_gettime(clock, &end);
  end.tv_sec += seconds + (end.tv_nsec + nanoseconds) / 1000000000;
  end.tv_nsec = (end.tv_nsec + nanoseconds) % 1000000000;
  long result = syscall(SYS_clock_nanosleep, clock, TIMER_ABSTIME, &end, &untouched);
  return untouched.tv_sec == 5 && untouched.tv_nsec == 5 ? result : -2;
}
static long until_monotonic_long(struct scene *scene) { return (void)scene, sleep_until(CLOCK_MONOTONIC, LONG_S, 0); }
static long until_monotonic_short(struct scene *scene) { return (void)scene, sleep_until(CLOCK_MONOTONIC, 0, SHORT_NS); }
static long until_realtime_long(struct scene *scene) { return (void)scene, sleep_until(CLOCK_REALTIME, LONG_S, 0); }
static long until_realtime_short(struct scene *scene) { return (void)scene, sleep_until(CLOCK_REALTIME, 0, SHORT_NS); }
static long until_cpu_long(struct scene *scene) { return (void)scene, sleep_until(CLOCK_PROCESS_CPUTIME_ID, LONG_S, 0); }

// ---- for a futex ----

static void wake(struct scene *scene) {
  scene->word = 1;
  long end = now_ms() + PATIENCE_MS;
  while (!scene->is_over && now_ms() < end) {
    syscall(SYS_futex, &scene->word, FUTEX_WAKE, 1, NULL, NULL, 0);
    usleep(2000);
  }
}
static long futex(struct scene *scene, int operation, const struct timespec *time) {
  long result = syscall(SYS_futex, &scene->word, operation, 0, time, NULL, ~0u);
  // Woken while its handler ran: the call that is made again finds another word.
  return result < 0 && errno == EAGAIN && scene->word ? 0 : result;
}
static long futex_bitset_after(struct scene *scene, int option, time_t seconds, long nanoseconds) {
  struct timespec end;
  clock_gettime(option ? CLOCK_REALTIME : CLOCK_MONOTONIC, &end);
  end.tv_sec += seconds + (end.tv_nsec + nanoseconds) / 1000000000;
  end.tv_nsec = (end.tv_nsec + nanoseconds) % 1000000000;
  return futex(scene, FUTEX_WAIT_BITSET | option, &end);
}
static long futex_forever(struct scene *scene) { return futex(scene, FUTEX_WAIT, NULL); }
static long futex_long(struct scene *scene) { return futex(scene, FUTEX_WAIT, &(struct timespec){LONG_S, 0}); }
static long futex_short(struct scene *scene) { return futex(scene, FUTEX_WAIT, &(struct timespec){0, SHORT_NS}); }
static long bitset_forever(struct scene *scene) { return futex(scene, FUTEX_WAIT_BITSET, NULL); }
static long bitset_long(struct scene *scene) { return futex_bitset_after(scene, 0, LONG_S, 0); }
static long bitset_short(struct scene *scene) { return futex_bitset_after(scene, 0, 0, SHORT_NS); }
static long bitset_realtime(struct scene *scene) { return futex_bitset_after(scene, FUTEX_CLOCK_REALTIME, LONG_S, 0); }

// ---- for children ----

static void have_child(struct scene *scene) {
  char byte;
  pid_t child = fork();
  require(child >= 0, "fork");
  if (child > 0) {
    scene->child = child;
    return;
  }
  signal(PROBE, SIG_IGN);
  close(scene->descriptor[1]);
  _exit(read(scene->descriptor[0], &byte, 1) == 1 ? 7 : 1);
}
static long do_wait4(struct scene *scene) {
  int status = 0;
  long result = wait4(scene->child, &status, 0, NULL);
  snprintf(scene->note, sizeof scene->note, "status %d", WEXITSTATUS(status));
  return result > 0 ? result == scene->child : result;
}
static long do_wait4_any(struct scene *scene) {
  struct rusage usage;
  int status = 0;
  long result = wait4(-1, &status, WUNTRACED, &usage);
  snprintf(scene->note, sizeof scene->note, "status %d", WEXITSTATUS(status));
  return result > 0 ? result == scene->child : result;
}
static long do_waitid(struct scene *scene) {
  siginfo_t info = {0};
  long result = waitid(P_PID, (id_t)scene->child, &info, WEXITED);
  snprintf(scene->note, sizeof scene->note, "code %d status %d", info.si_code, info.si_status);
  return result;
}
static void end_child(struct scene *scene) {
  if (scene->is_over) kill(scene->child, SIGKILL);
  else put(scene);
}

// ---- for locks ----

static void locked(struct scene *scene) {
  scene->descriptor[0] = open(scene->path, O_RDWR | O_CREAT, 0600);
  require(flock(scene->descriptor[0], LOCK_EX) == 0, "flock");
}
static void unlocked(struct scene *scene) { flock(scene->descriptor[0], LOCK_UN); }
static long do_flock(struct scene *scene) { return flock(open(scene->path, O_RDWR), LOCK_EX); }

static const struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET}, no_part = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

static void record_locked(struct scene *scene) {
  struct flock lock = whole_file;
  scene->descriptor[0] = open(scene->path, O_RDWR | O_CREAT, 0600);
  require(fcntl(scene->descriptor[0], F_SETLK, &lock) == 0, "F_SETLK");
}
static void record_unlocked(struct scene *scene) {
  struct flock lock = no_part;
  fcntl(scene->descriptor[0], F_SETLK, &lock);
}
static long do_setlkw(struct scene *scene) {
  struct flock lock = whole_file;
  return fcntl(open(scene->path, O_RDWR), F_SETLKW, &lock);
}
static void description_locked(struct scene *scene) {
  struct flock lock = whole_file;
  scene->descriptor[0] = open(scene->path, O_RDWR | O_CREAT, 0600);
  require(fcntl(scene->descriptor[0], F_OFD_SETLK, &lock) == 0, "F_OFD_SETLK");
}
static void description_unlocked(struct scene *scene) {
  struct flock lock = no_part;
  fcntl(scene->descriptor[0], F_OFD_SETLK, &lock);
}
static long do_ofd_setlkw(struct scene *scene) {
  struct flock lock = whole_file;
  return fcntl(open(scene->path, O_RDWR), F_OFD_SETLKW, &lock);
}

// ---- for signals ----

static void handle_second_signal(struct scene *scene) {
  (void)scene;
  struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR2, &action, NULL);
}
static void block_second_signal(struct scene *scene) {
  (void)scene;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, NULL);
}
static void send_second_signal(struct scene *scene) { kill(scene->caller, SIGUSR2); }
static long do_pause(struct scene *scene) { return (void)scene, pause(); }
static long do_suspend(struct scene *scene) {
  (void)scene;
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  return sigsuspend(&set);
}
static long do_timedwait(struct scene *scene, const struct timespec *time) {
  (void)scene;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  // The library's own function makes the call again.
  return syscall(SYS_rt_sigtimedwait, &set, NULL, time, 8);
}
static long sigwait_forever(struct scene *scene) { return do_timedwait(scene, NULL); }
static long sigwait_long(struct scene *scene) { return do_timedwait(scene, &(struct timespec){LONG_S, 0}); }
static long sigwait_short(struct scene *scene) { return do_timedwait(scene, &(struct timespec){0, SHORT_NS}); }

static const struct call calls[] = {
    {"poll", poll_forever, quiet_pipe, NULL, put, NULL},
    {"poll, long", poll_long, quiet_pipe, NULL, put, NULL},
    {"poll, short", poll_short, quiet_pipe, NULL, NULL, NULL},
    {"ppoll", ppoll_forever, quiet_pipe, NULL, put, NULL},
    {"ppoll, long", ppoll_long, quiet_pipe, NULL, put, NULL},
    {"ppoll, short", ppoll_short, quiet_pipe, NULL, NULL, NULL},
    {"select", select_forever, quiet_pipe, NULL, put, NULL},
    {"select, long", select_long, quiet_pipe, NULL, put, NULL},
    {"select, short", select_short, quiet_pipe, NULL, NULL, NULL},
    {"pselect6", pselect_forever, quiet_pipe, NULL, put, NULL},
    {"pselect6, long", pselect_long, quiet_pipe, NULL, put, NULL},
    {"pselect6, short", pselect_short, quiet_pipe, NULL, NULL, NULL},
    {"epoll_wait", epoll_wait_forever, epoll_of_pipe, NULL, put, NULL},
    {"epoll_wait, long", epoll_wait_long, epoll_of_pipe, NULL, put, NULL},
    {"epoll_wait, short", epoll_wait_short, epoll_of_pipe, NULL, NULL, NULL},
    {"epoll_pwait", do_epoll_pwait, epoll_of_pipe, NULL, put, NULL},
    {"epoll_pwait2", epoll_pwait2_forever, epoll_of_pipe, NULL, put, NULL},
    {"epoll_pwait2, long", epoll_pwait2_long, epoll_of_pipe, NULL, put, NULL},
    {"epoll_pwait2, short", epoll_pwait2_short, epoll_of_pipe, NULL, NULL, NULL},
    // Only another signal ends these.
    {"nanosleep, long", nanosleep_long, NULL, handle_second_signal, send_second_signal, NULL},
    {"clock_nanosleep, monotonic, long", monotonic_long, NULL, handle_second_signal, send_second_signal, NULL},
    {"clock_nanosleep, realtime, long", realtime_long, NULL, handle_second_signal, send_second_signal, NULL},
    {"clock_nanosleep, CPU time, long", cpu_long, NULL, handle_second_signal, send_second_signal, NULL},
    {"clock_nanosleep until, monotonic, long", until_monotonic_long, NULL, handle_second_signal, send_second_signal, NULL},
    {"clock_nanosleep until, realtime, long", until_realtime_long, NULL, handle_second_signal, send_second_signal, NULL},
    {"clock_nanosleep until, CPU time, long", until_cpu_long, NULL, handle_second_signal, send_second_signal, NULL},
    {"nanosleep, short", nanosleep_short, NULL, NULL, NULL, NULL},
    {"clock_nanosleep, monotonic, short", monotonic_short, NULL, NULL, NULL, NULL},
    {"clock_nanosleep until, monotonic, short", until_monotonic_short, NULL, NULL, NULL, NULL},
    {"clock_nanosleep until, realtime, short", until_realtime_short, NULL, NULL, NULL, NULL},
    {"futex wait", futex_forever, NULL, NULL, wake, NULL},
    {"futex wait, long", futex_long, NULL, NULL, wake, NULL},
    {"futex wait, short", futex_short, NULL, NULL, NULL, NULL},
    {"futex wait for bits", bitset_forever, NULL, NULL, wake, NULL},
    {"futex wait for bits, long", bitset_long, NULL, NULL, wake, NULL},
    {"futex wait for bits, short", bitset_short, NULL, NULL, NULL, NULL},
    {"futex wait for bits, realtime", bitset_realtime, NULL, NULL, wake, NULL},
    {"wait4", do_wait4, quiet_pipe, have_child, end_child, NULL},
    {"wait4 of any child", do_wait4_any, quiet_pipe, have_child, end_child, NULL},
    {"waitid", do_waitid, quiet_pipe, have_child, end_child, NULL},
    {"flock", do_flock, locked, NULL, unlocked, NULL},
    {"F_SETLKW", do_setlkw, record_locked, NULL, record_unlocked, NULL},
    {"F_OFD_SETLKW", do_ofd_setlkw, description_locked, NULL, description_unlocked, NULL},
    {"pause", do_pause, NULL, handle_second_signal, send_second_signal, NULL},
    {"rt_sigsuspend", do_suspend, NULL, handle_second_signal, send_second_signal, NULL},
    {"rt_sigtimedwait", sigwait_forever, NULL, block_second_signal, send_second_signal, NULL},
    {"rt_sigtimedwait, long", sigwait_long, NULL, block_second_signal, send_second_signal, NULL},
    {"rt_sigtimedwait, short", sigwait_short, NULL, block_second_signal, NULL, NULL},
};

int main(int count, char **words) {
  (void)count;
  return interruption_main(calls, sizeof calls / sizeof *calls, words);
}
