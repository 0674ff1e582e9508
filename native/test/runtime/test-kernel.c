// runtime-test-kernel RUNTIME PROGRAM [ARGUMENT...]: runs a program under the enclave runtime; exits as it does.
#include "kernel.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int runtime_file, status_file;
struct status_page *status;

// The supervisor's filter where the host has no Syscall User Dispatch: calls from outside the runtime raise SIGSYS.
static void trap_by_address(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 2, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RUNTIME_ADDRESS >> 32, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static void start(struct process *p, char **arguments) {
  extern char **environ;
  struct rlimit limit = {TEST_FD_LIMIT, TEST_FD_LIMIT};
  int first = TEST_FD_LIMIT - RESERVED_FD_COUNT;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(runtime_file, first + RESERVED_FD_RUNTIME);
  dup2(p->guest_control, first + RESERVED_FD_CONTROL);
  dup2(p->doorbell, first + RESERVED_FD_DOORBELL);
  setrlimit(RLIMIT_NOFILE, &limit);
  close_range(3, (unsigned)first - 1, 0);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  if (traps_by_address()) trap_by_address();
  syscall(SYS_execveat, first + RESERVED_FD_RUNTIME, "", arguments, environ, AT_EMPTY_PATH);
  _exit(126);
}

int main(int count, char **arguments) {
  if (count < 3) return fprintf(stderr, "usage: runtime-test-kernel RUNTIME PROGRAM [ARGUMENT...]\n"), 2;
  struct rlimit limit = {4096, 4096};
  setrlimit(RLIMIT_NOFILE, &limit);
  runtime_file = open(arguments[1], O_RDONLY | O_CLOEXEC);
  status_file = memfd_create("status", MFD_CLOEXEC);
  ftruncate(status_file, 4096);
  status = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, status_file, 0);
  status->version = ARENA_VERSION;
  status->sleeping = 1;
  status->trace = getenv("TEST_KERNEL_TRACE") != NULL;
  struct process *p = process_new(0);
  for (int i = 0; i < 3; i++)
    if (fcntl(i, F_GETFD) >= 0) fds_of(p)[i] = (struct fd_entry){.object = (uint32_t)i + 1, .kind = (uint8_t)kind_of(i, 0)};
  p->page->fd_high = 3;
  char script[8192];
  uint32_t script_bytes;
  long error = prepare_image(p, arguments[2], true, script, &script_bytes);
  if (error < 0 || script_bytes) return fprintf(stderr, "cannot load %s: %s\n", arguments[2], strerror((int)-error)), 127;
  p->host_pid = fork();
  if (p->host_pid == 0) start(p, arguments + 2);
  close(p->guest_control);
  p->guest_control = -1;
  pthread_t reaper;
  pthread_create(&p->server, NULL, serve, p);
  pthread_create(&reaper, NULL, reap, NULL);
  pthread_join(reaper, NULL);
}
