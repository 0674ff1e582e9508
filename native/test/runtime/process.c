// Processes and signals of the test kernel.
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct process processes[PROCESS_MAX];
pthread_mutex_t big_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int last_id;

struct process *process_new(int parent) {
  struct process *p = NULL;
  for (int i = 1; i < PROCESS_MAX && !p; i++)
    if (!processes[i].used) p = &processes[i];
  if (!p) return NULL;
  memset(p, 0, sizeof *p);
  p->used = true;
  p->pid = ++last_id;
  p->parent = parent;
  p->arena_file = memfd_create("arena", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ftruncate(p->arena_file, ARENA_SIZE);
  fcntl(p->arena_file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  p->arena = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, p->arena_file, 0);
  p->page = (struct process_page *)p->arena;
  p->doorbell = eventfd(0, EFD_CLOEXEC);
  int pair[2];
  socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
  p->control = pair[0], p->guest_control = pair[1];
  int on = 1;
  setsockopt(p->control, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  p->slot_used[0] = true;
  p->page->version = ARENA_VERSION;
  slot_of(p, 0)->tid = p->page->pid = (uint32_t)p->pid;
  p->page->ppid = (uint32_t)parent;
  p->page->uid = p->page->euid = p->page->suid = p->page->fsuid = getuid();
  p->page->gid = p->page->egid = p->page->sgid = p->page->fsgid = getgid();
  p->page->fd_soft_limit = TEST_FD_LIMIT - RESERVED_FD_COUNT;
  p->page->stack_limit = 8 << 20;
  p->page->data_limit = ~0ul;
  return p;
}

void process_close(struct process *p) {
  munmap(p->arena, ARENA_SIZE);
  close(p->arena_file), close(p->doorbell), close(p->control);
  if (p->guest_control >= 0) close(p->guest_control);
  p->used = false;
}

long process_fork(struct process *p, int slot) {
  pthread_mutex_lock(&big_lock);
  struct process *child = process_new(p->pid);
  pthread_mutex_unlock(&big_lock);
  if (!child) return -EAGAIN;
  uint32_t pid = child->page->pid;
  memcpy(child->program, p->program, sizeof p->program);
  *child->page = *p->page;
  memset(child->page->calls, 0, sizeof child->page->calls);
  child->page->pid = pid, child->page->ppid = (uint32_t)p->pid;
  child->page->pending_signals = 0, child->page->release_head = child->page->release_tail = 0;
  child->base = open(".", O_PATH | O_CLOEXEC);
  struct control_header header = {CONTROL_FORK, (uint32_t)slot, slot_of(p, slot)->sequence, 0};
  int files[3] = {child->arena_file, child->doorbell, child->guest_control};
  send_record(p, &header, sizeof header, files, 3);
  close(child->guest_control);
  child->guest_control = -1;
  pthread_create(&child->server, NULL, serve, child);
  return child->pid;
}

static struct process *find(int pid) {
  for (int i = 1; i < PROCESS_MAX; i++)
    if (processes[i].used && processes[i].pid == pid) return &processes[i];
  return NULL;
}

void process_exit(struct process *p, int status) {
  pthread_mutex_lock(&big_lock);
  if (!p->has_status) p->status = status;
  p->has_status = true;
  pthread_mutex_unlock(&big_lock);
}

static void post(struct process *p, int tid, int number, const siginfo_t *information);

// A process may have ended before the thread that serves it has taken its hello.
static void await_hello(pid_t host) {
  for (int tries = 0; tries < 5000; tries++) {
    for (int i = 1; i < PROCESS_MAX; i++)
      if (processes[i].used && __atomic_load_n(&processes[i].host_pid, __ATOMIC_ACQUIRE) == host) return;
    usleep(1000);
  }
}

// Host children are the guest processes: their real end is what wait4 sees.
void *reap(void *unused) {
  (void)unused;
  for (;;) {
    int status;
    pid_t host = waitpid(-1, &status, 0);
    if (host < 0) {
      usleep(1000);
      continue;
    }
    await_hello(host);
    pthread_mutex_lock(&big_lock);
    for (int i = 1; i < PROCESS_MAX; i++) {
      struct process *p = &processes[i];
      if (!p->used || p->host_pid != host) continue;
      if (!p->has_status) p->status = status;
      if (p->pid == 1) {
        fflush(stdout);
        _exit(WIFSIGNALED(p->status) ? 128 + WTERMSIG(p->status) : WEXITSTATUS(p->status));
      }
      p->zombie = p->stop_serving = true;
      uint64_t one = 1;
      write(p->doorbell, &one, sizeof one);
      struct process *parent = find(p->parent);
      siginfo_t information = {.si_signo = SIGCHLD, .si_code = CLD_EXITED};
      information.si_pid = p->pid;
      if (parent) post(parent, 0, SIGCHLD, &information);
      for (int k = 1; k < PROCESS_MAX; k++)
        if (processes[k].used && processes[k].parent == p->pid) processes[k].parent = 1;
    }
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&big_lock);
  }
}

long process_wait(struct process *p, int slot, int pid, int *wait_status, int options) {
  pthread_mutex_lock(&big_lock);
  for (;;) {
    bool any = false;
    for (int i = 1; i < PROCESS_MAX; i++) {
      struct process *c = &processes[i];
      if (!c->used || c->parent != p->pid || (pid > 0 && c->pid != pid)) continue;
      any = true;
      if (!c->zombie) continue;
      int found = c->pid;
      *wait_status = c->status;
      pthread_t server = c->server;
      pthread_mutex_unlock(&big_lock);
      pthread_join(server, NULL);
      pthread_mutex_lock(&big_lock);
      process_close(c);
      pthread_mutex_unlock(&big_lock);
      return found;
    }
    long result = !any ? -ECHILD : options & WNOHANG ? 0 : has_signal(p, slot) ? -512 : 1;
    if (result <= 0) {
      pthread_mutex_unlock(&big_lock);
      return result;
    }
    pthread_cond_wait(&changed, &big_lock);
  }
}

// ---- signals; big_lock is held unless said otherwise ----

static int signal_of(uint64_t set) { return set ? __builtin_ctzl(set) + 1 : 0; }

bool has_signal(struct process *p, int slot) {
  return ((p->pending | p->thread_pending[slot]) & ~slot_of(p, slot)->signal_mask) != 0;
}

static void kick(struct process *p, int slot) {
  __atomic_fetch_or(&slot_of(p, slot)->pending, PENDING_SIGNAL, __ATOMIC_SEQ_CST);
  syscall(SYS_tgkill, p->host_pid, slot_of(p, slot)->host_tid, 64);
}

static void post(struct process *p, int tid, int number, const siginfo_t *information) {
  uint64_t bit = 1ul << (number - 1), handler = actions_of(p)[number].handler;
  bool ignored = number == SIGCHLD || number == SIGCONT || number == SIGURG || number == SIGWINCH;
  if (p->zombie || handler == 1 || (handler == 0 && ignored)) return;
  if (handler == 0) {
    if (!p->has_status) p->status = number, p->has_status = true;
    kill(p->host_pid, SIGKILL);
    return;
  }
  p->information[number] = *information;
  for (int i = 0; i < ARENA_SLOT_COUNT; i++) {
    if (!p->slot_used[i] || (tid && (int)slot_of(p, i)->tid != tid)) continue;
    if (tid) {
      p->thread_pending[i] |= bit;
      __atomic_store_n(&slot_of(p, i)->pending_signals, p->thread_pending[i], __ATOMIC_SEQ_CST);
    } else {
      p->pending |= bit;
      __atomic_store_n(&p->page->pending_signals, p->pending, __ATOMIC_SEQ_CST);
    }
    if (__atomic_load_n(&slot_of(p, i)->signal_mask, __ATOMIC_SEQ_CST) & bit) continue;
    kick(p, i);
    break;
  }
  pthread_cond_broadcast(&changed);
}

// Takes the lock itself.
long process_kill(struct process *from, int pid, int tid, int number) {
  siginfo_t information = {.si_signo = number, .si_code = tid ? SI_TKILL : SI_USER};
  information.si_pid = from->pid;
  pthread_mutex_lock(&big_lock);
  struct process *p = find(pid);
  long result = p ? 0 : -ESRCH;
  if (p && number) post(p, tid, number, &information);
  pthread_mutex_unlock(&big_lock);
  return result;
}

// Takes the lock itself.
long next_signal(struct process *p, int slot) {
  struct thread_slot *s = slot_of(p, slot);
  pthread_mutex_lock(&big_lock);
  int number = signal_of(p->thread_pending[slot] & ~s->signal_mask);
  if (!number) number = signal_of(p->pending & ~s->signal_mask);
  if (number) {
    uint64_t bit = 1ul << (number - 1);
    if (p->thread_pending[slot] & bit) p->thread_pending[slot] &= ~bit;
    else p->pending &= ~bit;
    s->pending_signals = p->thread_pending[slot], p->page->pending_signals = p->pending;
    memcpy(buffer_of(p, slot) + s->data_offset[1], &p->information[number], sizeof(siginfo_t));
    s->out_length[1] = sizeof(siginfo_t);
  }
  pthread_mutex_unlock(&big_lock);
  return number;
}
