// What inotify reports of what is done with open descriptors. One line an observation, the same natively and here.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/xattr.h>

#include "show.h"

static int inotify;

static const struct {
  uint32_t bit;
  const char *name;
} names[] = {
    {IN_ACCESS, "ACCESS"}, {IN_MODIFY, "MODIFY"}, {IN_ATTRIB, "ATTRIB"}, {IN_CLOSE_WRITE, "CLOSE_WRITE"}, {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"},
    {IN_OPEN, "OPEN"}, {IN_MOVED_FROM, "MOVED_FROM"}, {IN_MOVED_TO, "MOVED_TO"}, {IN_CREATE, "CREATE"}, {IN_DELETE, "DELETE"},
    {IN_DELETE_SELF, "DELETE_SELF"}, {IN_MOVE_SELF, "MOVE_SELF"}, {IN_IGNORED, "IGNORED"}, {IN_Q_OVERFLOW, "Q_OVERFLOW"}, {IN_ISDIR, "ISDIR"},
};

static void print_event(const struct inotify_event *event) {
  printf(" [%d", event->wd);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (event->mask & names[i].bit) printf(" %s", names[i].name);
  printf("%s%s%s]", event->len ? " " : "", event->len == 0 ? "" : event->name[0] == '#' ? "#" : event->name, event->cookie ? " +" : "");
}

// Shows what came since the last time.
static void events(const char *after) {
  static char buffer[65536] __attribute__((aligned(8)));
  printf("%s:", after);
  ssize_t length;
  while ((length = read(inotify, buffer, sizeof buffer)) > 0)
    for (char *at = buffer; at < buffer + length; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len)
      print_event((struct inotify_event *)at);
  printf("\n");
}

#define DO(call) ((void)!(call), events(#call))

static void watch(const char *path, uint32_t mask) { printf("watch %s: %d\n", path, inotify_add_watch(inotify, path, mask)); }

// Everything that can be done with one descriptor of a file.
static void use(int fd, int other) {
  struct iovec vector = {"vector", 6};
  char bytes[16];
  loff_t zero = 0, four = 4;
  int ends[2];
  DO(write(fd, "written", 7));
  DO(write(fd, "", 0));
  DO((write(fd, "a", 1), write(fd, "b", 1)));
  DO(pwrite(fd, "x", 1, 3));
  DO(writev(fd, &vector, 1));
  DO(pwritev(fd, &vector, 1, 0));
  DO(read(fd, bytes, sizeof bytes));
  DO(pread(fd, bytes, 4, 0));
  DO(pread(fd, bytes, 4, 1 << 20));
  DO(ftruncate(fd, 5));
  DO(ftruncate(fd, 5));
  DO(fallocate(fd, 0, 0, 100));
  DO(lseek(fd, 0, SEEK_SET));
  DO(sendfile(other, fd, NULL, 5));
  DO(sendfile(fd, other, &zero, 5));
  zero = 0;
  DO(copy_file_range(fd, &zero, other, &four, 4, 0));
  if (pipe(ends) != 0) return;
  zero = 0;
  DO(splice(fd, &zero, ends[1], NULL, 4, 0));
  DO(splice(ends[0], NULL, fd, &zero, 4, 0));
  close(ends[0]), close(ends[1]);
  DO(fsync(fd));
}

static void change(int fd) {
  struct timespec both[2] = {{1, 0}, {2, 0}}, access_only[2] = {{1, 0}, {0, UTIME_OMIT}}, modify_only[2] = {{0, UTIME_OMIT}, {2, 0}};
  DO(fchmod(fd, 0640));
  DO(fchown(fd, -1, getgid()));
  DO(futimens(fd, NULL));
  DO(futimens(fd, both));
  DO(futimens(fd, access_only));
  DO(futimens(fd, modify_only));
  DO(fsetxattr(fd, "user.note", "1", 1, 0));
}

static void one_file(void) {
  int other = open("other", O_RDWR | O_CREAT, 0600);
  int before = open("file", O_RDWR | O_CREAT, 0600);
  watch("file", IN_ALL_EVENTS);
  events("nothing yet");
  use(before, other);
  change(before);
  int after;
  DO(after = open("file", O_RDONLY));
  char bytes[16];
  DO(read(after, bytes, 4));
  DO(close(after));
  // Linux 6.10 tells of the open first, those before it of the truncation.
  watch("file", IN_ALL_EVENTS & ~IN_OPEN);
  DO(after = open("file", O_WRONLY | O_TRUNC));
  DO(write(after, "more", 4));
  DO(close(after));
  DO(truncate("file", 2));
  DO(chmod("file", 0600));
  DO(link("file", "second"));
  DO(rename("file", "third"));
  DO(unlink("second"));
  DO(unlink("third"));
  DO(write(before, "last", 4));
  DO(close(before));
  close(other);
  unlink("other");
}

static void directory(void) {
  mkdir("folder", 0700);
  mkdir("folder/inner", 0700);
  int other = open("other", O_RDWR | O_CREAT, 0600);
  int before = open("folder/before", O_RDWR | O_CREAT, 0600);
  watch("folder", IN_ALL_EVENTS);
  use(before, other);
  change(before);
  DO(rename("folder/before", "folder/renamed"));
  DO(write(before, "x", 1));
  DO(close(before));
  DO(unlink("folder/renamed"));
  int fd;
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/folder/new", getcwd((char[PATH_MAX]){0}, PATH_MAX));
  fd = open(path, O_RDWR | O_CREAT, 0600);
  events("open a new one by its whole path");
  use(fd, other);
  DO(unlink("folder/new"));
  DO(write(fd, "x", 1));
  DO(close(fd));
  DO(fd = open("folder/inner/deep", O_RDWR | O_CREAT, 0600));
  DO(write(fd, "x", 1));
  DO(close(fd));
  DO(unlink("folder/inner/deep"));
  DIR *listed;
  DO(listed = opendir("folder"));
  DO(readdir(listed));
  DO(closedir(listed));
  DO(fd = open("folder", O_TMPFILE | O_RDWR, 0600));
  close(fd);
  events("closed");
  DO(rmdir("folder/inner"));
  DO(rmdir("folder"));
  close(other);
  unlink("other");
}

// A file with two names, moved away while it is open, replaced while it is open.
static void names_of_one(void) {
  mkdir("folder", 0700), mkdir("away", 0700);
  int fd = open("folder/one", O_RDWR | O_CREAT, 0600);
  watch("folder", IN_MODIFY | IN_CLOSE | IN_EXCL_UNLINK);
  watch("away", IN_MODIFY | IN_CLOSE);
  events("both made");
  DO(link("folder/one", "away/two"));
  DO(write(fd, "x", 1));
  int second = open("away/two", O_WRONLY);
  DO(rename("folder/one", "away/one"));
  close(second);
  events("the second closed");
  DO(write(fd, "x", 1));
  int third = open("folder/one", O_WRONLY | O_CREAT, 0600);
  DO(rename("away/one", "folder/one"));
  DO(write(third, "x", 1));
  DO(write(fd, "x", 1));
  DO(close(third));
  DO(unlink("folder/one"));
  DO(write(fd, "x", 1));
  DO(close(fd));
  unlink("away/two"), rmdir("folder"), rmdir("away");
}

// What a child does with what it inherited, and with what it opened.
static void other_processes(void) {
  int fd = open("shared", O_RDWR | O_CREAT, 0600);
  watch("shared", IN_MODIFY | IN_CLOSE | IN_OPEN);
  fflush(stdout);
  if (fork() == 0) {
    (void)!write(fd, "child", 5);
    close(fd);
    close(open("shared", O_WRONLY | O_APPEND));
    _exit(0);
  }
  wait(NULL);
  events("a child wrote, closed, opened");
  DO(close(fd));
  unlink("shared");
}

// How the descriptor itself behaves.
static void reading(void) {
  int size = -1;
  char small[16], room[4096];
  struct pollfd wanted = {.fd = inotify, .events = POLLIN};
  int fd = open("counted", O_WRONLY | O_CREAT, 0600);
  mkdir("dir", 0700);
  events("before");
  int wd = inotify_add_watch(inotify, "dir", IN_CREATE | IN_DELETE), other = inotify_add_watch(inotify, "counted", IN_MODIFY | IN_ATTRIB);
  SHOW(poll(&wanted, 1, 0));
  SHOW(read(inotify, room, sizeof room));
  SHOW(ioctl(inotify, FIONREAD, &size)), show("size", size);
  mkdir("dir/a-name-of-more-than-16-bytes", 0700);
  (void)!write(fd, "x", 1);
  SHOW(poll(&wanted, 1, 10000));
  SHOW(ioctl(inotify, FIONREAD, &size)), show("size", size);
  SHOW(read(inotify, small, sizeof small));
  SHOW(read(inotify, room, 48 + 15)), show("event of the directory", ((struct inotify_event *)room)->wd == wd);
  SHOW(read(inotify, room, sizeof room)), show("event of the file", ((struct inotify_event *)room)->wd == other);
  SHOW(write(inotify, "x", 1));
  SHOW(lseek(inotify, 0, SEEK_SET));
  SHOW(fcntl(inotify, F_GETFL));
  SHOW(fcntl(inotify, F_SETFL, 0)), SHOW(fcntl(inotify, F_GETFL));
  fflush(stdout);
  if (fork() == 0) {
    usleep(20000);
    (void)!write(fd, "x", 1);
    _exit(0);
  }
  SHOW(read(inotify, room, sizeof room));
  wait(NULL);
  int on = 1;
  SHOW(ioctl(inotify, FIONBIO, &on)), SHOW(fcntl(inotify, F_GETFL)), SHOW(read(inotify, room, sizeof room));
  SHOW(inotify_add_watch(inotify, "counted", IN_ATTRIB) == other);
  DO(write(fd, "x", 1));
  SHOW(inotify_add_watch(inotify, "counted", IN_MODIFY | IN_MASK_ADD) == other);
  DO(write(fd, "x", 1));
  SHOW(inotify_add_watch(inotify, "counted", IN_MODIFY | IN_MASK_CREATE));
  SHOW(inotify_add_watch(inotify, "counted", IN_MODIFY | IN_ONESHOT) == other);
  DO(write(fd, "x", 1));
  DO(write(fd, "x", 1));
  SHOW(inotify_rm_watch(inotify, wd));
  events("removed");
  close(fd), unlink("counted"), rmdir("dir/a-name-of-more-than-16-bytes"), rmdir("dir");
}

static void many_instances(void) {
  int count = 0, descriptors[200];
  while (count < 200 && (descriptors[count] = inotify_init1(0)) >= 0) count++;
  show("as many instances as are allowed", count > 100 ? count < 200 && errno == EMFILE : -1);
  while (count > 0) close(descriptors[--count]);
}

int main(int count, char **arguments) {
  if (count > 1 && chdir(arguments[1]) != 0) return 1;
  if (count > 2) {
    many_instances();
    return 0;
  }
  inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  one_file();
  directory();
  names_of_one();
  other_processes();
  reading();
  return 0;
}
