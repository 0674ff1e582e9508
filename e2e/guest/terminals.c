// Terminals and job control: each line says what a call or a key did. The host and the LibOS must give the same lines.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;
static char name[64];

static const char *outcome(long result) {
  static char text[4][32];
  static int at;
  char *line = text[at++ % 4];
  if (result < 0) snprintf(line, sizeof text[0], "%s", strerrorname_np(errno));
  else snprintf(line, sizeof text[0], "%ld", result);
  return line;
}
#define SHOW(title, call) (errno = 0, printf("%s: %s\n", title, outcome(call)))

static void open_pair(void) {
  master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) perror("openpt"), exit(1);
  snprintf(name, sizeof name, "%s", ptsname(master));
  slave = open(name, O_RDWR | O_NOCTTY);
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_lflag &= ~(tcflag_t)ECHO;
  settings.c_oflag = 0;
  tcsetattr(slave, TCSANOW, &settings);
}

static void close_pair(void) {
  close(master);
  close(slave);
}

// What was printed so far is printed once.
static pid_t start(void) {
  fflush(stdout);
  return fork();
}

// Runs a function as the leader of a new session whose terminal is `slave`, and shows how it ended.
static int in_session(void (*run)(void)) {
  pid_t child = start();
  if (child == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    run();
    fflush(stdout);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  return status;
}

// A child that runs a function in a group of its own, in the background.
static pid_t in_background(void (*run)(void)) {
  pid_t child = start();
  if (child == 0) {
    setpgid(0, 0);
    run();
    fflush(stdout);
    _exit(0);
  }
  setpgid(child, child);
  return child;
}

static void show_wait(const char *title, pid_t child) {
  int status = 0;
  waitpid(child, &status, WUNTRACED);
  if (WIFSTOPPED(status)) printf("%s: stopped by %s\n", title, sigabbrev_np(WSTOPSIG(status)));
  else if (WIFSIGNALED(status)) printf("%s: ended by %s\n", title, sigabbrev_np(WTERMSIG(status)));
  else printf("%s: status %d\n", title, WEXITSTATUS(status));
  fflush(stdout);
  if (WIFSTOPPED(status)) kill(child, SIGKILL), waitpid(child, &status, 0);
}

static void pause_a_little(void) { usleep(150000); }

// ---- who may have a terminal ----

static void take_and_give(void) {
  int pgid = -1;
  printf("leader: group %d, session %d\n", tcgetpgrp(slave) == getpid(), tcgetsid(slave) == getpid());
  SHOW("TIOCSCTTY again", ioctl(slave, TIOCSCTTY, 0));
  SHOW("TIOCGPGRP by the master", ioctl(master, TIOCGPGRP, &pgid));
  printf("the same: %d\n", pgid == getpid());
  int other_master = posix_openpt(O_RDWR | O_NOCTTY);
  unlockpt(other_master);
  int other = open(ptsname(other_master), O_RDWR);
  SHOW("a second terminal is not taken by open", ioctl(other, TIOCGPGRP, &pgid));
  SHOW("TIOCSCTTY of a second", ioctl(other, TIOCSCTTY, 0));
  SHOW("TIOCNOTTY of a second", ioctl(other, TIOCNOTTY));
  SHOW("TIOCNOTTY by the master", ioctl(master, TIOCNOTTY));
  SHOW("tcsetpgrp of a second", tcsetpgrp(other, getpid()));
  SHOW("TIOCGSID of a second", ioctl(other, TIOCGSID, &pgid));
  SHOW("TIOCGPGRP EFAULT", ioctl(slave, TIOCGPGRP, (int *)1));
  SHOW("TIOCSPGRP EFAULT", ioctl(slave, TIOCSPGRP, (int *)1));
  SHOW("TIOCSPGRP EFAULT, no terminal of ours", ioctl(other, TIOCSPGRP, (int *)1));
  SHOW("tcsetpgrp -1", tcsetpgrp(slave, -1));
  SHOW("tcsetpgrp -1, no terminal of ours", tcsetpgrp(other, -1));
  SHOW("tcsetpgrp nobody", tcsetpgrp(slave, 4000000));
  SHOW("tcsetpgrp another session", tcsetpgrp(slave, getppid()));
  pid_t child = start();
  if (child == 0) pause();
  SHOW("tcsetpgrp a process that leads no group", tcsetpgrp(slave, child));
  printf("it is: %d\n", tcgetpgrp(slave) == child);
  kill(child, SIGKILL);
  waitpid(child, 0, 0);
  signal(SIGTTOU, SIG_IGN);
  SHOW("tcsetpgrp back", tcsetpgrp(slave, getpid()));
  int own = open("/dev/tty", O_RDWR);
  printf("/dev/tty: %d\n", own >= 0 && tcgetpgrp(own) == getpid());
  child = start();
  if (child == 0) {
    SHOW("TIOCNOTTY of a child", ioctl(own, TIOCNOTTY));
    SHOW("its /dev/tty", open("/dev/tty", O_RDWR));
    SHOW("its TIOCGPGRP", ioctl(slave, TIOCGPGRP, &pgid));
    SHOW("its TIOCSCTTY", ioctl(slave, TIOCSCTTY, 0));
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, 0, 0);
  printf("still ours: %d\n", tcgetpgrp(slave) == getpid());
  child = start();
  if (child == 0) {
    setpgid(0, 0);
    setsid();
    SHOW("setsid of a group leader", setsid());
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, 0, 0);
  child = start();
  if (child == 0) {
    printf("setsid: %d\n", setsid() == getpid());
    SHOW("/dev/tty without a terminal", open("/dev/tty", O_RDWR));
    SHOW("open does not take what is taken", open(name, O_RDWR) < 0 ? -1 : 0);
    SHOW("TIOCGPGRP", ioctl(slave, TIOCGPGRP, &pgid));
    SHOW("TIOCSCTTY of another session's", ioctl(slave, TIOCSCTTY, 0));
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, 0, 0);
  fflush(stdout);
}

static void open_to_take(void) {
  int pgid;
  signal(SIGHUP, SIG_IGN);
  SHOW("TIOCNOTTY", ioctl(slave, TIOCNOTTY));
  int writer = open(name, O_WRONLY);
  SHOW("an open for writing takes none", ioctl(writer, TIOCGPGRP, &pgid));
  int quiet = open(name, O_RDWR | O_NOCTTY);
  SHOW("nor one with O_NOCTTY", ioctl(quiet, TIOCGPGRP, &pgid));
  int taken = open(name, O_RDONLY);
  SHOW("one for reading does", ioctl(taken, TIOCGPGRP, &pgid));
  FILE *stat = fopen("/proc/self/stat", "r");
  int device = 0, foreground = 0;
  if (stat && fscanf(stat, "%*d %*s %*c %*d %*d %*d %d %d", &device, &foreground) == 2) printf("stat: %d %d\n", device != 0, foreground == getpid());
}

static void without_a_session(void) {
  int value = -1;
  SHOW("TIOCGPGRP", ioctl(slave, TIOCGPGRP, &value));
  SHOW("TIOCGPGRP of the master", ioctl(master, TIOCGPGRP, &value));
  printf("value %d\n", value);
  SHOW("TIOCGSID", ioctl(slave, TIOCGSID, &value));
  SHOW("TIOCGSID of the master", ioctl(master, TIOCGSID, &value));
  SHOW("TIOCSPGRP", ioctl(slave, TIOCSPGRP, &value));
  SHOW("TIOCNOTTY", ioctl(slave, TIOCNOTTY));
  SHOW("TIOCSIG of none", ioctl(master, TIOCSIG, SIGINT));
  SHOW("TIOCSIG of another signal", ioctl(master, TIOCSIG, SIGTERM));
  SHOW("TIOCSIG of the slave", ioctl(slave, TIOCSIG, SIGINT));
  SHOW("an unknown request", ioctl(slave, 0x54ff, 0));
  pid_t child = start();
  if (child == 0) {
    SHOW("TIOCSCTTY by none that leads", ioctl(slave, TIOCSCTTY, 0));
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, 0, 0);
}

// ---- the background ----

static void nothing(int number) { (void)number; }
static void handle(int number, int flags) {
  struct sigaction action = {.sa_handler = nothing, .sa_flags = flags};
  sigaction(number, &action, 0);
}
static void block(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, 0);
}

static void reads(void) {
  char byte;
  SHOW("read", read(slave, &byte, 1));
}
static void reads_ignoring(void) { signal(SIGTTIN, SIG_IGN), reads(); }
static void reads_blocking(void) { block(SIGTTIN), reads(); }
static void reads_handling(void) { handle(SIGTTIN, 0), reads(); }
static void writes(void) { SHOW("write", write(slave, "x", 1)); }
static void writes_ignoring(void) { signal(SIGTTOU, SIG_IGN), writes(); }
static void writes_blocking(void) { block(SIGTTOU), writes(); }
static void writes_handling(void) { handle(SIGTTOU, 0), writes(); }
static void changes(void) {
  struct termios settings;
  SHOW("tcgetattr", tcgetattr(slave, &settings));
  fflush(stdout);
  SHOW("tcsetattr", tcsetattr(slave, TCSADRAIN, &settings));
}
static void changes_ignoring(void) { signal(SIGTTOU, SIG_IGN), changes(); }
static void changes_blocking(void) { block(SIGTTOU), changes(); }
static void flushes(void) { SHOW("tcflush", tcflush(slave, TCIFLUSH)); }
static void drains(void) { SHOW("tcdrain", tcdrain(slave)); }
static void sizes(void) {
  struct winsize size = {7, 9, 0, 0};
  SHOW("TIOCSWINSZ", ioctl(slave, TIOCSWINSZ, &size));
}
static void sets_foreground(void) { SHOW("tcsetpgrp", tcsetpgrp(slave, getpgrp())); }
static void sets_foreground_blocking(void) { block(SIGTTOU), sets_foreground(), SHOW("back", tcsetpgrp(slave, getppid())); }
static void polls(void) {
  struct pollfd wanted = {slave, POLLOUT, 0};
  SHOW("poll", poll(&wanted, 1, 0));
}

// Its parent ends, so that nobody in the session could continue it.
static void orphan(void (*run)(void)) {
  int ends[2];
  if (pipe(ends) < 0) exit(1);
  pid_t parent = start();
  if (parent == 0) {
    if (start() == 0) {
      setpgid(0, 0);
      pause_a_little();
      run();
      fflush(stdout);
      _exit(0);
    }
    _exit(0);
  }
  waitpid(parent, 0, 0);
  close(ends[1]);
  char byte;
  if (read(ends[0], &byte, 1) != 0) exit(1);  // the orphan has ended
  close(ends[0]);
}

static void set_local_flag(tcflag_t flag, int on) {
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_lflag = on ? settings.c_lflag | flag : settings.c_lflag & ~flag;
  tcsetattr(slave, TCSANOW, &settings);
}

static void background(void) {
  show_wait("read", in_background(reads));
  show_wait("read, ignored", in_background(reads_ignoring));
  show_wait("read, blocked", in_background(reads_blocking));
  show_wait("read, handled", in_background(reads_handling));
  orphan(reads);
  show_wait("write", in_background(writes));
  set_local_flag(TOSTOP, 1);
  show_wait("write, TOSTOP", in_background(writes));
  show_wait("write, ignored", in_background(writes_ignoring));
  show_wait("write, blocked", in_background(writes_blocking));
  show_wait("write, handled", in_background(writes_handling));
  orphan(writes);
  set_local_flag(TOSTOP, 0);
  show_wait("change", in_background(changes));
  show_wait("change, ignored", in_background(changes_ignoring));
  show_wait("change, blocked", in_background(changes_blocking));
  orphan(changes);
  show_wait("flush", in_background(flushes));
  show_wait("drain", in_background(drains));
  show_wait("size", in_background(sizes));
  show_wait("tcsetpgrp", in_background(sets_foreground));
  show_wait("tcsetpgrp, blocked", in_background(sets_foreground_blocking));
  orphan(sets_foreground);
  show_wait("poll", in_background(polls));
}

static void reads_later(void) { pause_a_little(), reads(); }

// One that reads in the foreground is stopped, and goes on in the background: the read is one from there then.
static void background_later(void) {
  pid_t child = in_background(reads_later);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(slave, child);
  pause_a_little();
  pause_a_little();
  int status;
  SHOW("Ctrl-Z", write(master, "\032", 1));
  waitpid(child, &status, WUNTRACED);
  printf("stopped by %s\n", sigabbrev_np(WSTOPSIG(status)));
  tcsetpgrp(slave, getpid());
  kill(child, SIGCONT);
  waitpid(child, &status, WUNTRACED);
  printf("stopped by %s\n", sigabbrev_np(WSTOPSIG(status)));
  tcsetpgrp(slave, child);
  kill(child, SIGCONT);
  SHOW("input", write(master, "a\n", 2));
  show_wait("reader", child);
  tcsetpgrp(slave, getpid());
}

// ---- keys ----

static int ready;
static void waits(void) {
  close(ready);
  for (;;) pause();
}

// Types at a program in the foreground that does nothing.
static void type_at(const char *title, const char *keys, size_t size) {
  int ends[2];
  char byte;
  if (pipe(ends) < 0) exit(1);
  ready = ends[1];
  signal(SIGTTOU, SIG_IGN);
  pid_t child = start();
  if (child == 0) {
    signal(SIGINT, SIG_DFL);
    setpgid(0, 0);
    tcsetpgrp(slave, getpid());
    close(ends[0]);
    signal(SIGTTOU, SIG_DFL);
    waits();
  }
  close(ends[1]);
  if (read(ends[0], &byte, 1) != 0) exit(1);
  close(ends[0]);
  if (write(master, keys, size) < 0) exit(1);
  pause_a_little();
  kill(child, SIGTERM);
  show_wait(title, child);
  tcsetpgrp(slave, getpid());
}

static void show_input(const char *title) {
  char input[64];
  int waiting = 0;
  pause_a_little();
  ioctl(slave, FIONREAD, &waiting);
  long size = waiting > 0 ? read(slave, input, sizeof input) : 0;
  printf("%s: %d bytes", title, waiting);
  for (long i = 0; i < size; i++) printf(" %02x", (unsigned char)input[i]);
  printf("\n");
}

static void keys(void) {
  type_at("Ctrl-C", "\003", 1);
  type_at("Ctrl-\\", "\034", 1);
  type_at("Ctrl-Z", "\032", 1);
  type_at("quoted Ctrl-C", "\026\003\n", 3);
  show_input("it was input");
  set_local_flag(ISIG, 0);
  type_at("Ctrl-C without ISIG", "\003\n", 2);
  show_input("it was input");
  set_local_flag(ISIG, 1);
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_cc[VINTR] = 'q';
  tcsetattr(slave, TCSANOW, &settings);
  type_at("Ctrl-C, which is another key now", "\003\n", 2);
  show_input("it was input");
  type_at("that key", "q", 1);
  settings.c_cc[VINTR] = _POSIX_VDISABLE;
  tcsetattr(slave, TCSANOW, &settings);
  type_at("no key", "\0\003q\n", 4);
  show_input("it was input");
  settings.c_cc[VINTR] = 3;
  tcsetattr(slave, TCSANOW, &settings);
  signal(SIGINT, SIG_IGN);
  SHOW("input before", write(master, "abc\n", 4));
  SHOW("Ctrl-C", write(master, "\003", 1));
  show_input("thrown away");
  set_local_flag(NOFLSH, 1);
  SHOW("input before", write(master, "abc\n", 4));
  SHOW("Ctrl-C with NOFLSH", write(master, "\003", 1));
  show_input("kept");
  set_local_flag(NOFLSH, 0);
  set_local_flag(ICANON, 0);
  type_at("Ctrl-C without ICANON", "\003", 1);
  type_at("quoted without ICANON", "\026\003", 2);
  show_input("left");
  set_local_flag(ICANON, 1);
  type_at("Ctrl-S Ctrl-C", "\023\003", 2);
  SHOW("TIOCSIG", ioctl(master, TIOCSIG, SIGQUIT));
  pause_a_little();
}

// ---- size ----

static volatile sig_atomic_t resized;
static void resize(int number) { (void)number, resized++; }

static void sizes_changed(void) {
  struct winsize size = {20, 70, 0, 0};
  signal(SIGWINCH, resize);
  SHOW("by the master", ioctl(master, TIOCSWINSZ, &size));
  pause_a_little();
  printf("signals %d\n", resized);
  SHOW("the same", ioctl(master, TIOCSWINSZ, &size));
  pause_a_little();
  printf("signals %d\n", resized);
  size.ws_row = 21;
  SHOW("by the slave", ioctl(slave, TIOCSWINSZ, &size));
  pause_a_little();
  printf("signals %d\n", resized);
  SHOW("read", ioctl(master, TIOCGWINSZ, &size));
  printf("%d x %d\n", size.ws_row, size.ws_col);
  pid_t child = start();
  if (child == 0) {
    resized = 0;
    setpgid(0, 0);
    while (getppid() != 1 && !resized) usleep(1000);
    _exit(resized);
  }
  setpgid(child, child);
  size.ws_row = 22;
  ioctl(slave, TIOCSWINSZ, &size);
  pause_a_little();
  printf("signals %d\n", resized);
  kill(child, SIGTERM);
  show_wait("not the background", child);
}

// ---- hang-up ----

static int report[2];
static volatile sig_atomic_t hung_up, continued;
static void count(int number) {
  if (number == SIGHUP) hung_up++;
  else continued++;
}

static void tell(const char *who) {
  dprintf(report[1], "%s: hung up %d, continued %d\n", who, hung_up, continued);
}

static pid_t member(const char *who) {
  pid_t child = start();
  if (child == 0) {
    setpgid(0, 0);
    for (int i = 0; i < 100 && !hung_up; i++) usleep(10000);
    pause_a_little();
    tell(who);
    _exit(0);
  }
  setpgid(child, child);
  return child;
}

static void counts(void) {
  hung_up = continued = 0;
  signal(SIGHUP, count);
  signal(SIGCONT, count);
}

static void master_closes(void) {
  char byte;
  struct termios settings;
  int pgid;
  counts();
  signal(SIGTTOU, SIG_IGN);
  pid_t foreground = member("foreground");
  member("background");
  tcsetpgrp(slave, foreground);
  pause_a_little();
  close(master);
  for (int i = 0; i < 300 && !continued; i++) usleep(10000);
  tell("leader");
  SHOW("read", read(slave, &byte, 1));
  SHOW("write", write(slave, "x", 1));
  SHOW("tcgetattr", tcgetattr(slave, &settings));
  SHOW("TIOCGPGRP", ioctl(slave, TIOCGPGRP, &pgid));
  SHOW("TIOCSPGRP", ioctl(slave, TIOCSPGRP, &pgid));
  SHOW("TIOCSCTTY", ioctl(slave, TIOCSCTTY, 0));
  SHOW("/dev/tty", open("/dev/tty", O_RDWR));
  SHOW("open", open(name, O_RDWR | O_NOCTTY));
}

static void leader_ends(void) {
  counts();
  signal(SIGTTOU, SIG_IGN);
  pid_t foreground = member("foreground");
  member("background");
  tcsetpgrp(slave, foreground);
  pause_a_little();
}

static void leader_gives_up(void) {
  counts();
  signal(SIGTTOU, SIG_IGN);
  pid_t foreground = member("foreground");
  tcsetpgrp(slave, foreground);
  pause_a_little();
  SHOW("TIOCNOTTY", ioctl(slave, TIOCNOTTY));
  pause_a_little();
  tell("leader");
}

static void with_report(const char *title, void (*run)(void)) {
  char text[4096];
  printf("-- %s\n", title);
  fflush(stdout);
  open_pair();
  if (pipe(report) < 0) exit(1);
  pid_t child = start();
  if (child == 0) {
    close(report[0]);
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    run();
    fflush(stdout);
    _exit(0);
  }
  close(report[1]);
  close_pair();
  waitpid(child, 0, 0);
  size_t size = 0;
  for (long got; (got = read(report[0], text + size, sizeof text - 1 - size)) > 0;) size += (size_t)got;
  text[size] = 0;
  // Lines in alphabetical order: who is first is nobody's promise.
  char *lines[16];
  int lines_count = 0;
  for (char *line = strtok(text, "\n"); line && lines_count < 16; line = strtok(0, "\n")) lines[lines_count++] = line;
  for (int i = 0; i < lines_count; i++)
    for (int j = i + 1; j < lines_count; j++)
      if (strcmp(lines[i], lines[j]) > 0) {
        char *swapped = lines[i];
        lines[i] = lines[j], lines[j] = swapped;
      }
  for (int i = 0; i < lines_count; i++) printf("%s\n", lines[i]);
  close(report[0]);
}

static void session(const char *title, void (*run)(void)) {
  printf("-- %s\n", title);
  open_pair();
  int status = in_session(run);
  if (status != 0) printf("ended with %d\n", status);
  close_pair();
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  printf("-- without a session\n");
  open_pair();
  without_a_session();
  close_pair();
  session("take and give", take_and_give);
  session("open to take", open_to_take);
  session("background", background);
  session("background, later", background_later);
  session("keys", keys);
  session("sizes", sizes_changed);
  with_report("the master closes", master_closes);
  with_report("the leader ends", leader_ends);
  with_report("the leader gives up", leader_gives_up);
  fflush(stdout);
  return 0;
}
