// Tries to get out of the LibOS by system calls that no libc makes.
//
//   raw-syscalls WAY attacks DIRECTORY HOST_PID PORT   what an attacker would do to the canaries of the test
//   raw-syscalls WAY numbers FIRST LAST DIRECTORY      every number in a range, with hostile arguments
//
// WAY is own, fresh, x32, int80 or jump (into each syscall instruction of the runtime's image). Each call is made in a
// child of its own. One line per attack, or one line in all for numbers; exit status 0 when the program got to its end.
// `numbers` refuses to run outside a LibOS: as root on a host it would do harm.
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "attempt.h"
#include "raw-call.h"

#define SITE_MAX 64
#define JUMP_DEADLINE_MS 400
#define DEADLINE_MS 400

static const char *way;
static uintptr_t sites[SITE_MAX];
static unsigned site_count;

// Whether the page at `address` is mapped readable: a pipe takes a byte from it, or gives EFAULT.
static bool is_readable(uintptr_t address) {
  int channel[2];
  if (pipe(channel) != 0) return false;
  bool readable = write(channel[1], (const void *)address, 1) == 1;
  close(channel[0]);
  close(channel[1]);
  return readable;
}

static void find_sites(void) {
  for (uintptr_t page = RUNTIME_ADDRESS; page < RUNTIME_ADDRESS + RUNTIME_SEARCH_BYTES && site_count < SITE_MAX; page += 4096) {
    if (!is_readable(page)) continue;
    const unsigned char *bytes = (const unsigned char *)page;
    for (unsigned i = 0; i + 1 < 4096 && site_count < SITE_MAX; i++) {
      if (bytes[i] == 0x0f && bytes[i + 1] == 0x05) sites[site_count++] = page + i;
    }
  }
}

struct task {
  struct call call;
  uintptr_t site;
};

static long make_call(void *argument) {
  const struct task *task = argument;
  const struct call *call = &task->call;
  pid_t before = getpid();
  long result;
  if (strcmp(way, "own") == 0) result = call_own(call);
  else if (strcmp(way, "x32") == 0) result = call_x32(call);
  else if (strcmp(way, "int80") == 0) result = call_int80(call);
  else if (strcmp(way, "fresh") == 0) result = call_fresh(call);
  else result = call_at(task->site, call);
  // A clone that worked: the copy must not go on with the test.
  if (getpid() != before) _exit(0);
  return result;
}

static void describe(const char *name, struct attempt seen) {
  static const char *const words[] = {"returned", "killed by", "ended with", "blocked"};
  printf("%s: %s %ld\n", name, words[seen.outcome], seen.outcome == BLOCKED ? 0 : seen.result);
}

static void try_attack(const char *name, struct call call) {
  if (strcmp(way, "jump") != 0) {
    struct task task = {call, 0};
    describe(name, attempt(make_call, &task, DEADLINE_MS));
    return;
  }
  for (unsigned i = 0; i < site_count; i++) {
    struct task task = {call, sites[i]};
    describe(name, attempt(make_call, &task, JUMP_DEADLINE_MS));
  }
}

#define TRY(name, number, ...) try_attack(name, (struct call){(number), {__VA_ARGS__}})
#define AS_LONG(pointer) ((long)(uintptr_t)(pointer))

static void attack_files(const char *directory) {
  char file[512], other[512], socket_path[512];
  snprintf(file, sizeof file, "%s/file", directory);
  snprintf(other, sizeof other, "%s/made-by-guest", directory);
  snprintf(socket_path, sizeof socket_path, "%s/docker.sock", directory);
  static const struct timespec times[2] = {{1, 0}, {1, 0}};
  struct { uint64_t flags, mode, resolve; } how = {O_WRONLY | O_TRUNC, 0, 0};
  static char *arguments[] = {"/bin/touch", NULL, NULL};
  arguments[1] = other;
  TRY("open", SYS_open, AS_LONG(file), O_WRONLY | O_TRUNC);
  TRY("openat", SYS_openat, AT_FDCWD, AS_LONG(file), O_WRONLY | O_TRUNC);
  TRY("openat2", SYS_openat2, AT_FDCWD, AS_LONG(file), AS_LONG(&how), sizeof how);
  TRY("creat", SYS_creat, AS_LONG(other), 0644);
  TRY("truncate", SYS_truncate, AS_LONG(file), 0);
  TRY("chmod", SYS_chmod, AS_LONG(file), 0);
  TRY("fchmodat", SYS_fchmodat, AT_FDCWD, AS_LONG(file), 0);
  TRY("utimensat", SYS_utimensat, AT_FDCWD, AS_LONG(file), AS_LONG(times), 0);
  TRY("setxattr", SYS_setxattr, AS_LONG(file), AS_LONG("user.guest"), AS_LONG("x"), 1, 0);
  TRY("link", SYS_link, AS_LONG(file), AS_LONG(other));
  TRY("symlink", SYS_symlink, AS_LONG(file), AS_LONG(other));
  TRY("mkdir", SYS_mkdir, AS_LONG(other), 0755);
  TRY("mknod", SYS_mknod, AS_LONG(other), S_IFIFO | 0644, 0);
  TRY("mount", SYS_mount, AS_LONG("none"), AS_LONG(directory), AS_LONG("tmpfs"), 0, 0);
  TRY("chroot", SYS_chroot, AS_LONG(directory));
  TRY("execve", SYS_execve, AS_LONG(arguments[0]), AS_LONG(arguments), 0);
  TRY("execveat", SYS_execveat, AT_FDCWD, AS_LONG(arguments[0]), AS_LONG(arguments), 0, 0);
  TRY("rename", SYS_rename, AS_LONG(file), AS_LONG(other));
  TRY("renameat2", SYS_renameat2, AT_FDCWD, AS_LONG(file), AT_FDCWD, AS_LONG(other), 0);
  TRY("unlink", SYS_unlink, AS_LONG(file));
  TRY("unlinkat", SYS_unlinkat, AT_FDCWD, AS_LONG(socket_path), 0);
}

static void attack_process(long pid) {
  char byte = 0;
  struct iovec local = {&byte, 1}, remote = {(void *)0x400000, 1};
  TRY("kill", SYS_kill, pid, SIGKILL);
  TRY("tkill", SYS_tkill, pid, SIGKILL);
  TRY("tgkill", SYS_tgkill, pid, pid, SIGKILL);
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_code = SI_QUEUE;
  TRY("rt_sigqueueinfo", SYS_rt_sigqueueinfo, pid, SIGKILL, AS_LONG(&info));
  TRY("rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, pid, pid, SIGKILL, AS_LONG(&info));
  TRY("pidfd_open", SYS_pidfd_open, pid, 0);
  TRY("ptrace", SYS_ptrace, PTRACE_ATTACH, pid, 0, 0);
  TRY("process_vm_readv", SYS_process_vm_readv, pid, AS_LONG(&local), 1, AS_LONG(&remote), 1, 0);
  TRY("process_vm_writev", SYS_process_vm_writev, pid, AS_LONG(&local), 1, AS_LONG(&remote), 1, 0);
  TRY("setpriority", SYS_setpriority, 0, pid, 19);
  TRY("move_pages", SYS_move_pages, pid, 0, 0, 0, 0, 0);
}

// Sockets need two calls: the descriptor comes from libc, in the child, and the call that names something from `way`.
static long connect_or_send(void *argument) {
  struct task *task = argument;
  int type = task->call.number == SYS_sendto ? SOCK_DGRAM : SOCK_STREAM;
  int family = *(const unsigned short *)(task->call.number == SYS_sendto ? task->call.arguments[4] : task->call.arguments[1]);
  struct call make_socket = {SYS_socket, {family, type, 0}};
  struct task first = {make_socket, task->site};
  long descriptor = make_call(&first);
  if (descriptor < 0) descriptor = socket(family, type, 0);
  task->call.arguments[0] = descriptor;
  return make_call(task);
}

static void try_socket(const char *name, struct call call) {
  unsigned count = strcmp(way, "jump") == 0 ? site_count : 1;
  for (unsigned i = 0; i < count; i++) {
    struct task task = {call, sites[i]};
    describe(name, attempt(connect_or_send, &task, DEADLINE_MS));
  }
}

static void attack_sockets(const char *directory, int port) {
  struct sockaddr_un by_path = {.sun_family = AF_UNIX}, by_name = {.sun_family = AF_UNIX};
  snprintf(by_path.sun_path, sizeof by_path.sun_path, "%s/docker.sock", directory);
  snprintf(by_name.sun_path + 1, sizeof by_name.sun_path - 1, "%s/abstract", directory);
  // Node 20, which listens there, fills an abstract name with zeros up to its largest size.
  const long name_size = sizeof by_name;
  struct sockaddr_in host = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  try_socket("connect unix path", (struct call){SYS_connect, {0, AS_LONG(&by_path), sizeof by_path}});
  try_socket("connect unix abstract", (struct call){SYS_connect, {0, AS_LONG(&by_name), name_size}});
  try_socket("connect tcp", (struct call){SYS_connect, {0, AS_LONG(&host), sizeof host}});
  try_socket("sendto udp", (struct call){SYS_sendto, {0, AS_LONG("x"), 1, 0, AS_LONG(&host), sizeof host}});
  try_socket("bind tcp", (struct call){SYS_bind, {0, AS_LONG(&host), sizeof host}});
}

static void attack_kernel(void) {
  char ring[256] = {0}, attributes[128] = {0};
  TRY("io_uring_setup", SYS_io_uring_setup, 4, AS_LONG(ring));
  TRY("bpf", SYS_bpf, 0, AS_LONG(attributes), sizeof attributes);
  TRY("perf_event_open", SYS_perf_event_open, AS_LONG(attributes), 0, -1, -1, 0);
  TRY("userfaultfd", SYS_userfaultfd, 0);
  TRY("unshare", SYS_unshare, CLONE_NEWUSER);
  TRY("setns", SYS_setns, 0, CLONE_NEWNET);
  TRY("memfd_create", SYS_memfd_create, AS_LONG("x"), 0);
  TRY("shmget", SYS_shmget, 4242, 4096, 0600);
  TRY("keyctl", SYS_keyctl, 0, -3, 1);
  TRY("open_by_handle_at", SYS_open_by_handle_at, -100, AS_LONG(attributes), 0);
  TRY("prctl", SYS_prctl, 4 /* PR_SET_DUMPABLE */, 0);
  TRY("futex on a host thread", SYS_futex, AS_LONG(attributes), FUTEX_LOCK_PI, 0, 0, 0, 0);
  TRY("clone", SYS_clone, SIGCHLD, 0, 0, 0, 0);
  TRY("clone with parent's group", SYS_clone, SIGCHLD | CLONE_PARENT, 0, 0, 0, 0);
  TRY("clone of a user namespace", SYS_clone, SIGCHLD | CLONE_NEWUSER, 0, 0, 0, 0);
  TRY("fork", SYS_fork, 0);
  TRY("vfork", SYS_vfork, 0);
  TRY("clone3", SYS_clone3, AS_LONG(ring), 64);
}

// Arguments that a call never gets from an honest program; `path` names a canary.
static void hostile_arguments(unsigned set, const char *path, long arguments[6]) {
  static char buffer[4096];
  const long kernel_address = (long)0xffff800000000000ul, huge = 0x7fffffffffffffff;
  const long sets[5][6] = {
      {-1, -1, -1, -1, -1, -1},
      {0, 0, 0, 0, 0, 0},
      {AS_LONG(path), AS_LONG(path), huge, AS_LONG(path), kernel_address, 1},
      {kernel_address, kernel_address, kernel_address, kernel_address, kernel_address, kernel_address},
      {3, AS_LONG(buffer), huge, -1, AS_LONG(buffer) + 1, huge},
  };
  memcpy(arguments, sets[set], sizeof sets[set]);
}
#define HOSTILE_SETS 5

static long hostile_calls(void *argument) {
  struct task *task = argument;
  const char *path = (const char *)task->call.arguments[0];
  long last = 0;
  for (unsigned set = 0; set < HOSTILE_SETS; set++) {
    struct task one = *task;
    hostile_arguments(set, path, one.call.arguments);
    last = make_call(&one);
  }
  return last;
}

static int try_numbers(long first, long last, const char *path) {
  unsigned counts[4] = {0};
  unsigned round = 0;
  for (long number = first; number <= last; number++, round++) {
    // With many instructions to jump to, each number tries one of them.
    struct task task = {{number, {AS_LONG(path)}}, site_count > 0 ? sites[round % site_count] : 0};
    struct attempt seen = attempt(hostile_calls, &task, strcmp(way, "jump") == 0 ? JUMP_DEADLINE_MS : DEADLINE_MS);
    counts[seen.outcome]++;
  }
  printf("numbers %ld to %ld: %u returned, %u killed, %u ended, %u blocked\n", first, last, counts[0], counts[1], counts[2], counts[3]);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: raw-syscalls WAY attacks DIRECTORY HOST_PID PORT\n       raw-syscalls WAY numbers FIRST LAST DIRECTORY\n");
    return 2;
  }
  way = argv[1];
  bool in_libos = is_readable(RUNTIME_ADDRESS);
  if (strcmp(way, "jump") == 0) {
    find_sites();
    printf("%u syscall instructions in the runtime\n", site_count);
    if (site_count == 0) return 3;
  }
  if (strcmp(argv[2], "numbers") == 0) {
    if (!in_libos) {
      fprintf(stderr, "raw-syscalls: no LibOS around this process, so `numbers` is refused\n");
      return 3;
    }
    char path[512];
    snprintf(path, sizeof path, "%s/file", argv[5]);
    return try_numbers(atol(argv[3]), atol(argv[4]), path);
  }
  attack_process(atol(argv[4]));
  attack_sockets(argv[3], atoi(argv[5]));
  attack_kernel();
  attack_files(argv[3]);
  return 0;
}
