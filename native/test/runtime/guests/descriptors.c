// Numbers, the runtime's own ones, limits, passing, bad pointers, addresses of the runtime.
#include "check.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

// The guest's limit; the runtime's own numbers begin there, at the latest 16 below the host's.
static int limit;

static void numbers(void) {
  int a = open("/etc/passwd", O_RDONLY), b = dup(a);
  CHECK(a >= 0 && b == a + 1 && dup2(a, 50) == 50 && dup2(a, a) == a);
  CHECK(dup3(a, 51, O_CLOEXEC) == 51 && fcntl(51, F_GETFD) == FD_CLOEXEC && fcntl(50, F_GETFD) == 0);
  CHECK(fcntl(51, F_SETFD, 0) == 0 && fcntl(51, F_GETFD) == 0);
  CHECK(ioctl(51, FIOCLEX) == 0 && fcntl(51, F_GETFD) == FD_CLOEXEC);
  CHECK(fcntl(a, F_DUPFD, 60) == 60 && fcntl(a, F_DUPFD_CLOEXEC, 60) == 61);
  CHECK_ERROR(dup3(a, a, 0), EINVAL);
  CHECK_ERROR(dup3(a, 52, 1), EINVAL);
  CHECK_ERROR(dup2(999, 3), EBADF);
  CHECK_ERROR(fcntl(a, F_DUPFD, 100000), EINVAL);
  CHECK(close_range(50, 61, 0) == 0);
  CHECK_ERROR(close(50), EBADF);
  CHECK_ERROR(fcntl(61, F_GETFD), EBADF);
  CHECK(close(a) == 0 && close(b) == 0);
}

// The runtime's numbers do not exist for the guest, and nothing closes them.
static void reserved(void) {
  for (int fd = limit; fd < limit + 16; fd++) {
    char byte;
    CHECK_ERROR(close(fd), EBADF);
    CHECK_ERROR(dup(fd), EBADF);
    CHECK_ERROR(dup2(0, fd), EBADF);
    CHECK_ERROR(read(fd, &byte, 1), EBADF);
    CHECK_ERROR(fcntl(fd, F_GETFD), EBADF);
    CHECK_ERROR(ioctl(fd, FIONREAD, &byte), EBADF);
    CHECK_ERROR(lseek(fd, 0, SEEK_CUR), EBADF);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EBADF);
  }
  CHECK(syscall(SYS_close_range, 3, ~0u, 0) == 0);
  for (int fd = 3; fd < 70000; fd++) close(fd);
  int fd = open("/etc/passwd", O_RDONLY);
  CHECK(fd == 3 && close(fd) == 0);
}

static void limits(void) {
  int last = -1, fd;
  while ((fd = open("/etc/passwd", O_RDONLY)) >= 0) last = fd;
  CHECK(errno == EMFILE && last == limit - 1);
  int ends[2];
  CHECK_ERROR(dup(0), EMFILE);
  CHECK_ERROR(pipe(ends), EMFILE);
  CHECK_ERROR(eventfd(0, 0), EMFILE);
  CHECK_ERROR(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), EMFILE);
  close(last);
  CHECK_ERROR(pipe(ends), EMFILE);
  CHECK(open("/etc/passwd", O_RDONLY) == last);
  CHECK(syscall(SYS_close_range, 3, ~0u, 0) == 0);
}

static void passing(void) {
  int pair[2], ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && pipe(ends) == 0);
  char byte = 'x', control[CMSG_SPACE(sizeof(int))];
  struct iovec vector = {&byte, 1};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = SOL_SOCKET, message->cmsg_type = SCM_RIGHTS, message->cmsg_len = CMSG_LEN(sizeof(int));
  *(int *)CMSG_DATA(message) = ends[1];
  CHECK(sendmsg(pair[0], &header, 0) == 1);
  CHECK(close(ends[1]) == 0);
  memset(control, 0, sizeof control);
  CHECK(recvmsg(pair[1], &header, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&header)->cmsg_type == SCM_RIGHTS);
  int got = *(int *)CMSG_DATA(CMSG_FIRSTHDR(&header));
  CHECK(fcntl(got, F_GETFD) == FD_CLOEXEC && write(got, "y", 1) == 1 && close(got) == 0);
  CHECK(read(ends[0], &byte, 1) == 1 && byte == 'y' && read(ends[0], &byte, 1) == 0);
  *(int *)CMSG_DATA(message) = limit + 1;  // the control socket, on the test kernel
  CHECK_ERROR(sendmsg(pair[0], &header, 0), EBADF);
  char identity[CMSG_SPACE(sizeof(struct ucred))];
  header.msg_control = identity, header.msg_controllen = sizeof identity;
  message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = SOL_SOCKET, message->cmsg_type = SCM_CREDENTIALS, message->cmsg_len = CMSG_LEN(sizeof(struct ucred));
  *(struct ucred *)CMSG_DATA(message) = (struct ucred){getpid(), getuid(), getgid()};
  CHECK(sendmsg(pair[0], &header, 0) == 1 && read(pair[1], &byte, 1) == 1);
  message->cmsg_len = 3;
  CHECK_ERROR(sendmsg(pair[0], &header, 0), EINVAL);
  close(pair[0]), close(pair[1]), close(ends[0]);
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0 && send(pair[0], "one", 3, 0) == 3 && send(pair[0], "two", 3, 0) == 3);
  char text[16];
  CHECK(recv(pair[1], text, 16, 0) == 3 && recv(pair[1], text, 16, 0) == 3);
  close(pair[0]), close(pair[1]);
}

static void waiting(void) {
  int event = eventfd(0, EFD_NONBLOCK), poller = epoll_create1(EPOLL_CLOEXEC), timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = 7}, found;
  CHECK(fcntl(poller, F_GETFD) == FD_CLOEXEC && epoll_ctl(poller, EPOLL_CTL_ADD, event, &wanted) == 0);
  CHECK(epoll_wait(poller, &found, 1, 10) == 0);
  CHECK(eventfd_write(event, 1) == 0 && epoll_wait(poller, &found, 1, -1) == 1 && found.data.u32 == 7);
  struct itimerspec soon = {.it_value.tv_nsec = 5000000};
  CHECK(timerfd_settime(timer, 0, &soon, NULL) == 0);
  struct pollfd polled = {timer, POLLIN, 0};
  CHECK(poll(&polled, 1, 1000) == 1 && polled.revents == POLLIN);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(event, &set);
  struct timeval second = {1, 0};
  CHECK(select(event + 1, &set, NULL, NULL, &second) == 1 && FD_ISSET(event, &set));
  CHECK_ERROR(epoll_ctl(poller, EPOLL_CTL_ADD, limit + 1, &wanted), EBADF);
  CHECK_ERROR(timerfd_create(8, 0), EPERM);
  close(event), close(poller), close(timer);
}

static void directories(void) {
  int fd = open("/etc", O_RDONLY | O_DIRECTORY), path = open("/etc/passwd", O_PATH);
  char byte;
  struct iovec vector = {&byte, 1};
  CHECK(fd >= 0 && path >= 0);
  CHECK_ERROR(read(fd, &byte, 1), EISDIR);
  CHECK_ERROR(readv(fd, &vector, 1), EISDIR);
  CHECK_ERROR(pread(fd, &byte, 1, 0), EISDIR);
  CHECK_ERROR(write(fd, &byte, 1), EBADF);
  CHECK_ERROR(read(path, &byte, 1), EBADF);
  CHECK_ERROR(lseek(path, 0, SEEK_CUR), EBADF);
  CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == ENODEV);
  CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, path, 0) == MAP_FAILED && errno == EBADF);
  struct stat status;
  CHECK(fstat(fd, &status) == 0 && S_ISDIR(status.st_mode));
  close(fd), close(path);
}

static void bad_pointers(void) {
  void *volatile bad = (void *)8;
  int ends[2];
  CHECK_ERROR(open(bad, O_RDONLY), EFAULT);
  CHECK_ERROR(open("", O_RDONLY), ENOENT);
  char *path = malloc(5000);
  memset(path, 'a', 4999), path[4999] = 0;
  CHECK_ERROR(open(path, O_RDONLY), ENAMETOOLONG);
  CHECK_ERROR(stat("/etc/passwd", bad), EFAULT);
  CHECK_ERROR(syscall(SYS_pipe2, bad, 0), EFAULT);
  CHECK_ERROR(syscall(SYS_nanosleep, bad, NULL), EFAULT);
  CHECK_ERROR(syscall(SYS_getresuid, bad, bad, bad), EFAULT);
  CHECK_ERROR(syscall(SYS_sendmsg, 0, bad, 0), EFAULT);
  CHECK_ERROR(syscall(SYS_recvmsg, 0, bad, 0), EFAULT);
  CHECK(pipe(ends) == 0);
  CHECK_ERROR(write(ends[1], bad, 1), EFAULT);
  // A path that ends at the end of a mapping.
  char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(map + 4096, 4096);
  memcpy(map + 4096 - 12, "/etc/passwd", 12);
  int fd = open(map + 4096 - 12, O_RDONLY);
  CHECK(fd >= 0 && close(fd) == 0);
  map[4095] = 'x';
  CHECK_ERROR(open(map + 4096 - 12, O_RDONLY), EFAULT);
  close(ends[0]), close(ends[1]);
}

static void addresses(void) {
  char *runtime = (char *)0x600000000000, *arena = (char *)0x600100000000;
  CHECK(mmap(runtime, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED && errno == ENOMEM);
  CHECK(mmap(arena, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
  char *hint = mmap((char *)0x600900000000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(hint != MAP_FAILED && ((unsigned long)hint >> 32) != 0x6009);
  CHECK_ERROR(munmap(runtime, 4096), EINVAL);
  CHECK_ERROR(mprotect(arena, 4096, PROT_NONE), ENOMEM);
  CHECK_ERROR(madvise(arena, 4096, MADV_DONTNEED), ENOMEM);
  CHECK_ERROR(madvise(hint, 4096, 100), EINVAL);
  CHECK(mremap(arena, 4096, 8192, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
  char *start = sbrk(0);
  CHECK(sbrk(1 << 20) == start);
  start[(1 << 20) - 1] = 1;
  CHECK(sbrk(-(1 << 20)) == start + (1 << 20) && sbrk(0) == start);
  CHECK_ERROR(syscall(SYS_arch_prctl, 0x1001, 0), EPERM);
  CHECK_ERROR(syscall(SYS_arch_prctl, 0x1002, 0x800000000000ul), EPERM);
  CHECK_ERROR(syscall(SYS_futex, start, 6, 0, NULL), ENOSYS);
  CHECK_ERROR(syscall(5000), ENOSYS);
  CHECK_ERROR(syscall(SYS_getpid | 0x40000000), ENOSYS);
}

int main(void) {
  struct rlimit numbers_limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &numbers_limit) == 0);
  limit = (int)numbers_limit.rlim_cur;
  numbers();
  reserved();
  limits();
  passing();
  waiting();
  directories();
  bad_pointers();
  addresses();
  puts("descriptors ok");
}
