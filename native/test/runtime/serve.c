// Serves the kernel calls of one process: by the host, with the row's kinds.
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "syscall.h"
#undef LOCAL
#undef CUSTOM
#undef LOCAL_RUNNER
#undef DIRECT_RUNNER
#define LOCAL(name, ...) {ROW_LOCAL, 0, 0, 0, 0, {__VA_ARGS__}}
#define CUSTOM(name, ...) {ROW_CUSTOM, 0, 0, 0, 0, {__VA_ARGS__}}
#define LOCAL_RUNNER(name)
#define DIRECT_RUNNER(name)
#include "generated/syscall-table.h"

static uint32_t last_object = 100;

void send_record(struct process *p, const void *record, size_t bytes, const int *files, int count) {
  char control[CMSG_SPACE(4 * sizeof(int))] = {0};
  struct iovec vector = {(void *)record, bytes};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};
  if (count) {
    header.msg_control = control, header.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *message = CMSG_FIRSTHDR(&header);
    message->cmsg_level = SOL_SOCKET, message->cmsg_type = SCM_RIGHTS, message->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(message), files, count * sizeof(int));
  }
  if (sendmsg(p->control, &header, MSG_NOSIGNAL) < 0) perror("test kernel: sendmsg");
}

// Receives records until one has a descriptor; remembers the host pid of the sender of the first.
int receive_up(struct process *p) {
  for (;;) {
    struct control_header record;
    char control[256];
    struct iovec vector = {&record, sizeof record};
    struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(p->control, &header, MSG_CMSG_CLOEXEC) <= 0) return -1;
    int file = -1;
    for (struct cmsghdr *m = CMSG_FIRSTHDR(&header); m; m = CMSG_NXTHDR(&header, m)) {
      if (m->cmsg_type == SCM_CREDENTIALS && record.type == CONTROL_HELLO) p->host_pid = ((struct ucred *)CMSG_DATA(m))->pid;
      if (m->cmsg_type == SCM_RIGHTS) file = *(int *)CMSG_DATA(m);
    }
    if (record.type == CONTROL_HELLO || file >= 0) return file;
  }
}

uint32_t kind_of(int file, int flags) {
  struct stat status_of;
  fstat(file, &status_of);
  if (flags & O_PATH) return FD_PATH;
  if (S_ISDIR(status_of.st_mode)) return FD_DIRECTORY;
  if (S_ISFIFO(status_of.st_mode)) return FD_PIPE;
  if (isatty(file)) return FD_TERMINAL;
  if (S_ISSOCK(status_of.st_mode)) {
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    getsockname(file, (struct sockaddr *)&name, &length);
    return name.ss_family == AF_UNIX ? FD_UNIX : FD_INET;
  }
  return FD_FILE;
}

static void reply(struct process *p, int i, long result) {
  struct thread_slot *slot = slot_of(p, i);
  slot->result = result;
  if (__atomic_exchange_n(&slot->state, SLOT_DONE, __ATOMIC_SEQ_CST) == SLOT_WAITING)
    syscall(SYS_futex, &slot->state, FUTEX_WAKE, 1);
}

static void reply_file(struct process *p, int i, int file, bool close_on_exec, int flags) {
  struct thread_slot *slot = slot_of(p, i);
  struct control_header header = {CONTROL_FD, (uint32_t)i, slot->sequence, 0};
  send_record(p, &header, sizeof header, &file, 1);
  slot->new_object = __atomic_add_fetch(&last_object, 1, __ATOMIC_RELAXED);
  slot->new_kind = kind_of(file, flags), slot->new_flags = 0;
  slot->reply_flags = REPLY_FD | (close_on_exec ? REPLY_FD_CLOEXEC : 0);
  close(file);
  reply(p, i, 0);
}

// A call with its arguments turned into the host's. False when the runtime must first send a descriptor.
static bool host_arguments(struct process *p, int i, long *a, int *sent, long *error) {
  struct thread_slot *slot = slot_of(p, i);
  const struct syscall_row *row = slot->number < SYSCALL_COUNT ? &syscall_table[slot->number] : NULL;
  static const struct syscall_row no_row;
  bool known = row && (memcmp(row, &no_row, sizeof no_row) || slot->number == SYS_umask);
  *error = known ? 0 : -ENOSYS;
  *sent = -1;
  for (int k = 0; k < 6 && row; k++) {
    int kind = row->arguments[k].kind;
    a[k] = (long)slot->arguments[k];
    if (kind == KIND_FD || kind == KIND_FD_SENT) {
      a[k] = (int)a[k];
      if (a[k] == AT_FDCWD) continue;
      if (slot->object_kind[k] == FD_NONE) {
        bool absolute = slot->data_length[k + 1 < 6 ? k + 1 : 5] > 0 && buffer_of(p, i)[slot->data_offset[k + 1 < 6 ? k + 1 : 5]] == '/';
        a[k] = -1;
        if (!absolute && slot->number != 9) *error = -EBADF;
        continue;
      }
      if (!(slot->call_flags & CALL_FLAG_FD_SENT)) {
        slot->fd_wanted = (uint32_t)k;
        slot->reply_flags = REPLY_RETRY_WITH_FD;
        return false;
      }
      a[k] = *sent = receive_up(p);
    } else if (kind != KIND_INTEGER) {
      int32_t length = slot->data_length[k];
      if (length == ARGUMENT_FAULT) *error = -EFAULT;
      if (length == ARGUMENT_LONG) *error = -ENAMETOOLONG;
      a[k] = length < 0 ? 0 : (long)(buffer_of(p, i) + slot->data_offset[k]);
      if (kind == KIND_OUT_BUFFER) a[row->arguments[k].length_argument] = length < 0 ? 0 : length;
    }
  }
  return true;
}

static void set_out_lengths(struct process *p, int i, long result) {
  struct thread_slot *slot = slot_of(p, i);
  for (int k = 0; k < 6; k++) {
    const struct argument *kind = &syscall_table[slot->number].arguments[k];
    if (kind->kind == KIND_OUT || kind->kind == KIND_INOUT) slot->out_length[k] = kind->bytes;
    if (kind->kind == KIND_OUT_BUFFER) slot->out_length[k] = (uint32_t)result;
  }
}

static void serve_by_host(struct process *p, int i) {
  struct thread_slot *slot = slot_of(p, i);
  long a[6], error;
  int sent;
  if (!host_arguments(p, i, a, &sent, &error)) return reply(p, i, 0);
  long result = error ? error : syscall(slot->number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (!error && result < 0) result = -errno;
  if (sent >= 0) close(sent);
  switch (slot->number) {
    case SYS_open:
    case SYS_creat:
    case SYS_openat:
    case SYS_socket:
    case SYS_accept4:
      if (result < 0) break;
      int flags = slot->number == SYS_open ? (int)a[1] : slot->number == SYS_openat ? (int)a[2] : slot->number == SYS_creat ? 0 : (int)a[slot->number == SYS_socket ? 1 : 3];
      return reply_file(p, i, (int)result, (flags & O_CLOEXEC) != 0, flags);
  }
  if (result >= 0) set_out_lengths(p, i, result);
  reply(p, i, result);
}

struct blocked_call {
  struct process *process;
  int slot;
};

static void *wait_call(void *argument) {
  struct blocked_call call = *(struct blocked_call *)argument;
  free(argument);
  struct thread_slot *slot = slot_of(call.process, call.slot);
  int child_status = 0;
  long result = process_wait(call.process, call.slot, (int)slot->arguments[0], &child_status, (int)slot->arguments[2]);
  if (result > 0 && slot->data_length[1] >= 0) {
    memcpy(buffer_of(call.process, call.slot) + slot->data_offset[1], &child_status, sizeof child_status);
    slot->out_length[1] = sizeof child_status;
  }
  reply(call.process, call.slot, result);
  return NULL;
}

static void start_wait(struct process *p, int i) {
  struct blocked_call *call = malloc(sizeof *call);
  *call = (struct blocked_call){p, i};
  pthread_t thread;
  pthread_create(&thread, NULL, wait_call, call);
  pthread_detach(thread);
}

static void exec_call(struct process *p, int i) {
  struct thread_slot *slot = slot_of(p, i);
  char script[8192];
  uint32_t bytes = 0;
  bool at = slot->number == SYS_execveat;
  if (slot->data_length[at] < 0) return reply(p, i, slot->data_length[at] == ARGUMENT_LONG ? -ENAMETOOLONG : -EFAULT);
  const char *path = buffer_of(p, i) + slot->data_offset[at];
  if (!strcmp(path, "/proc/self/exe")) path = p->program;
  long result = prepare_image(p, path, false, script, &bytes);
  if (result == 0) {
    memcpy(buffer_of(p, i), script, bytes);
    slot->out_length[0] = bytes;
    slot->reply_flags = REPLY_EXEC;
  }
  reply(p, i, result);
}

static void thread_call(struct process *p, int i) {
  static int tid = 100000;
  pthread_mutex_lock(&big_lock);
  int free_slot = 0;
  while (free_slot < ARENA_SLOT_COUNT && p->slot_used[free_slot]) free_slot++;
  if (free_slot < ARENA_SLOT_COUNT) p->slot_used[free_slot] = true;
  pthread_mutex_unlock(&big_lock);
  if (free_slot == ARENA_SLOT_COUNT) return reply(p, i, -EAGAIN);
  struct thread_slot *fresh = slot_of(p, free_slot);
  fresh->pending = 0, fresh->pending_signals = 0, p->thread_pending[free_slot] = 0;
  fresh->tid = (uint32_t)__atomic_add_fetch(&tid, 1, __ATOMIC_RELAXED);
  slot_of(p, i)->new_object = (uint32_t)free_slot;
  reply(p, i, (long)fresh->tid);
}

static void thread_exit_call(struct process *p, int i) {
  int left = 0, exit_status = (int)slot_of(p, i)->arguments[0];
  pthread_mutex_lock(&big_lock);
  p->slot_used[i] = false;
  for (int k = 0; k < ARENA_SLOT_COUNT; k++) left += p->slot_used[k];
  pthread_mutex_unlock(&big_lock);
  if (!left) process_exit(p, exit_status << 8);
}

static void serve_call(struct process *p, int i) {
  struct thread_slot *slot = slot_of(p, i);
  if (getenv("TEST_KERNEL_LOG"))
    fprintf(stderr, "[%d.%d] %u(%lx, %lx, %lx)\n", p->pid, i, slot->number, slot->arguments[0], slot->arguments[1], slot->arguments[2]);
  switch (slot->number) {
    case CALL_HELLO:
      if (slot->arguments[1]) receive_up(p);
      else receive_up(p);
      return reply(p, i, slot->arguments[0] == ARENA_VERSION ? 0 : -EINVAL);
    case CALL_FORK: return reply(p, i, process_fork(p, i));
    case CALL_THREAD: return thread_call(p, i);
    case CALL_THREAD_EXIT: return thread_exit_call(p, i);
    case CALL_NEXT_SIGNAL: return reply(p, i, next_signal(p, i));
    case CALL_FATAL_SIGNAL:
      fprintf(stderr, "[%d] fatal signal %ld code %ld at %lx\n", p->pid, slot->arguments[0], slot->arguments[1], slot->arguments[2]);
      process_exit(p, (int)slot->arguments[0]);
      return reply(p, i, 0);
    case CALL_RECEIVED_FD: {
      int file = receive_up(p);
      slot->new_object = 0, slot->new_kind = kind_of(file, 0), slot->new_flags = 0;
      close(file);
      return reply(p, i, 0);
    }
    case CALL_DRAIN:
      p->page->release_tail = p->page->release_head;
      return reply(p, i, 0);
    case SYS_exit_group:
      process_exit(p, (int)(slot->arguments[0] & 0xff) << 8);
      return reply(p, i, 0);
    case SYS_wait4: return start_wait(p, i);
    case SYS_execve:
    case SYS_execveat: return exec_call(p, i);
    case SYS_kill: return reply(p, i, process_kill(p, (int)slot->arguments[0], 0, (int)slot->arguments[1]));
    case SYS_tgkill: return reply(p, i, process_kill(p, (int)slot->arguments[0], (int)slot->arguments[1], (int)slot->arguments[2]));
    case SYS_rt_tgsigqueueinfo: return reply(p, i, process_kill(p, (int)slot->arguments[0], (int)slot->arguments[1], (int)slot->arguments[2]));
    case SYS_tkill: return reply(p, i, process_kill(p, p->pid, (int)slot->arguments[0], (int)slot->arguments[1]));
    case SYS_setpgid:
    case SYS_setsid: return reply(p, i, p->pid);
    case SYS_getpgrp: return reply(p, i, p->pid);
    case SYS_setitimer:
    case SYS_alarm:
    case SYS_prctl:
    case SYS_ioctl:
    case SYS_fcntl: return reply(p, i, -EINVAL);
    case SYS_prlimit64: {
      struct rlimit limit = {p->page->fd_soft_limit, p->page->fd_soft_limit};
      if (slot->arguments[1] != RLIMIT_NOFILE || slot->data_length[3] < 0) break;
      memcpy(buffer_of(p, i) + slot->data_offset[3], &limit, sizeof limit);
      slot->out_length[3] = sizeof limit;
      return reply(p, i, 0);
    }
    case SYS_sched_getaffinity: slot->arguments[0] = 0; break;
  }
  if (slot->number >= CALL_FIRST) return reply(p, i, 0);
  serve_by_host(p, i);
}

void *serve(void *argument) {
  struct process *p = argument;
  unshare(CLONE_FS);  // a working directory of its own
  if (p->base > 0) fchdir(p->base), close(p->base);
  while (!p->stop_serving) {
    uint64_t rings;
    if (read(p->doorbell, &rings, sizeof rings) < 0) break;
    for (int word = 0; word < ARENA_SLOT_COUNT / 64; word++) {
      uint64_t calls = __atomic_exchange_n(&p->page->calls[word], 0, __ATOMIC_SEQ_CST);
      for (; calls; calls &= calls - 1) serve_call(p, word * 64 + __builtin_ctzl(calls));
    }
  }
  return NULL;
}
