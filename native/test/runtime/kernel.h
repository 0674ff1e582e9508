// A small kernel for tests of the runtime alone: it answers kernel calls by making them on the host. It trusts the guest.
#ifndef OCCLUM_TEST_KERNEL_H
#define OCCLUM_TEST_KERNEL_H

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "occlum/arena.h"

#define PROCESS_MAX 4096
#define TEST_FD_LIMIT 1024

struct process {
  bool used, zombie, has_status;
  int pid, parent, status;
  pid_t host_pid;
  int doorbell, control;          // our ends
  int guest_control, arena_file;  // the guest's, until handed over
  int base;                       // working directory of a fresh process
  bool stop_serving;
  char program[512];              // path of its image
  char *arena;
  struct process_page *page;
  uint64_t pending;               // of the process
  uint64_t thread_pending[ARENA_SLOT_COUNT];
  bool slot_used[ARENA_SLOT_COUNT];
  siginfo_t information[65];
  pthread_t server;
};

extern struct process processes[PROCESS_MAX];
extern pthread_mutex_t big_lock;      // over processes and signals
extern pthread_cond_t changed;        // a process or signal changed
extern int runtime_file, status_file;
extern struct status_page *status;

static inline struct thread_slot *slot_of(struct process *p, int i) {
  return (struct thread_slot *)(p->arena + ARENA_OFFSET_SLOTS + (size_t)i * ARENA_SLOT_SIZE);
}
static inline char *buffer_of(struct process *p, int i) {
  return p->arena + ARENA_OFFSET_BUFFERS + (size_t)i * ARENA_BUFFER_SIZE;
}
static inline struct signal_action *actions_of(struct process *p) {
  return (struct signal_action *)(p->arena + ARENA_OFFSET_ACTIONS);
}
static inline struct fd_entry *fds_of(struct process *p) { return (struct fd_entry *)(p->arena + ARENA_OFFSET_FDS); }

// process.c
struct process *process_new(int parent);
void process_close(struct process *p);
long process_fork(struct process *p, int slot);
void process_exit(struct process *p, int status);
long process_wait(struct process *p, int slot, int pid, int *status, int options);
long process_kill(struct process *from, int pid, int tid, int number);
long next_signal(struct process *p, int slot);
bool has_signal(struct process *p, int slot);
void *reap(void *unused);

// image.c
long prepare_image(struct process *p, const char *path, bool first, char *script, uint32_t *script_bytes);

bool traps_by_address(void);

// serve.c
void *serve(void *process);
void send_record(struct process *p, const void *record, size_t bytes, const int *files, int count);
int receive_up(struct process *p);
uint32_t kind_of(int file, int flags);

#endif
