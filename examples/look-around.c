// Tries to see and touch what is around it, and says what it could not: `look-around [HOST_PID]`.
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static void tell(int could, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int error = errno;
  printf("  %-10s ", could ? "could" : "could not");
  vprintf(format, arguments);
  if (!could) printf(": %s", strerror(error));
  puts("");
  va_end(arguments);
}

static void count_processes(void) {
  int count = 0;
  struct dirent *entry;
  DIR *processes = opendir("/proc");
  while (processes != NULL && (entry = readdir(processes)) != NULL) count += isdigit((unsigned char)entry->d_name[0]) != 0;
  if (processes != NULL) closedir(processes);
  printf("  sees %d process%s, itself among them as %d\n", count, count == 1 ? "" : "es", getpid());
}

static void count_variables(void) {
  extern char **environ;
  int count = 0;
  while (environ[count] != NULL) count++;
  printf("  sees %d environment variables\n", count);
}

static void try_unix_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  tell(connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0, "connect to %s", path);
  close(descriptor);
}

int main(int argc, char **argv) {
  long host_pid = argc > 1 ? atol(argv[1]) : 1 << 20;
  count_processes();
  count_variables();
  int file = open("/etc/passwd", O_RDONLY);
  tell(file >= 0, "read /etc/passwd");
  file = open("/tmp/note", O_WRONLY | O_CREAT, 0600);
  tell(file >= 0, "write a file in /tmp (gone when the LibOS ends)");
  tell(kill((pid_t)host_pid, 0) == 0, "send a signal to process %ld of the host", host_pid);
  tell(ptrace(PTRACE_ATTACH, (pid_t)host_pid, NULL, NULL) == 0, "trace process %ld of the host", host_pid);
  tell(mount("none", "/mnt", "tmpfs", 0, NULL) == 0, "mount a file system");
  tell(syscall(SYS_init_module, "", 0, "") == 0, "load a kernel module");
  char ring[128] = {0};
  tell(syscall(SYS_io_uring_setup, 4, ring) >= 0, "make an io_uring, which goes round every filter");
  try_unix_socket("/var/run/docker.sock");
  try_unix_socket("/run/dbus/system_bus_socket");
  return 0;
}
