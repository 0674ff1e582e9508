// What fork and vfork have in common: the child's arena, its descriptors, its copy of the process's own state.
#include <linux/mman.h>

#include "boot.h"
#include "clone.h"
#include "control.h"
#include "kernel-call.h"
#include "memory.h"

#define PLACE_COUNT 64  // place 0 is ARENA_ADDRESS itself
#define SCRATCH_PAIRS ((RESERVED_FD_COUNT - RESERVED_FD_SCRATCH) / 2)

static struct lock place_lock;
static uint64_t places_taken;  // bit per place of this address space

static uint64_t place_address(unsigned place) { return ARENA_ADDRESS + place * VFORK_ARENA_STRIDE; }

static unsigned take_place(void) {
  unsigned found = 0;
  lock_take(&place_lock);
  for (unsigned place = 1; place < PLACE_COUNT && !found; place++)
    if (!(places_taken & 1ul << place)) found = place;
  if (found) places_taken |= 1ul << found;
  lock_release(&place_lock);
  return found;
}

static void give_place(unsigned place) {
  host_call2(__NR_munmap, place_address(place), ARENA_SIZE);
  __atomic_fetch_and(&places_taken, ~(1ul << place), __ATOMIC_RELEASE);
}

// Takes a pair of scratch numbers; waits while other threads' children hold all.
static unsigned take_scratch(struct process *process) {
  for (;;) {
    uint32_t taken = __atomic_load_n(&process->scratch_taken, __ATOMIC_ACQUIRE);
    unsigned pair = 0;
    while (pair < SCRATCH_PAIRS && (taken & 1u << pair)) pair++;
    if (pair == SCRATCH_PAIRS)
      host_call4(__NR_futex, &process->scratch_taken, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, taken, 0);
    else if (__atomic_compare_exchange_n(&process->scratch_taken, &taken, taken | 1u << pair, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
      return pair;
  }
}

static void give_scratch(struct process *process, unsigned pair) {
  for (int i = 0; i < 2; i++) host_call1(__NR_close, reserved_fd(process, RESERVED_FD_SCRATCH + (int)pair * 2 + i));
  __atomic_fetch_and(&process->scratch_taken, ~(1u << pair), __ATOMIC_RELEASE);
  host_call3(__NR_futex, &process->scratch_taken, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
}

// Receives arena, doorbell and socket; none of their low numbers is left when the locks are let go.
static bool receive_child(struct thread *thread, uint32_t sequence, struct prepared_child *child) {
  struct process *process = thread->process;
  int descriptors[3];
  lock_take(&process->control_lock);
  lock_take(&process->fd_lock);
  bool good = control_receive_fork(thread, sequence, descriptors);
  if (good) {
    int scratch = reserved_fd(process, RESERVED_FD_SCRATCH + (int)child->scratch * 2);
    child->arena = map_arena(descriptors[0], place_address(child->place));
    good = child->arena != 0 && host_call3(__NR_dup3, descriptors[1], scratch, 0) >= 0 &&
           host_call3(__NR_dup3, descriptors[2], scratch + 1, 0) >= 0;
    for (int i = 0; i < 3; i++) host_call1(__NR_close, descriptors[i]);
  }
  lock_release(&process->fd_lock);
  lock_release(&process->control_lock);
  return good;
}

long child_prepare(struct thread *thread, const struct clone_request *request, struct prepared_child *child) {
  child->pid = kernel_call_plain(thread, CALL_FORK, request->flags & ~0xfful, request->flags & 0xff, 0);
  if (child->pid < 0) return child->pid;
  uint32_t sequence = thread->slot->sequence;
  child->scratch = take_scratch(thread->process);
  child->place = take_place();
  child->arena = 0;
  if (receive_child(thread, sequence, child) && child->place) return 0;
  child_forget(thread, child, -EAGAIN);
  return -EAGAIN;
}

void child_copy_state(const struct process *process, char *arena) {
  struct process_page *page = (struct process_page *)(arena + ARENA_OFFSET_PROCESS);
  uint32_t high = process->page->fd_high < ARENA_FD_MAX ? process->page->fd_high : ARENA_FD_MAX;
  memcpy(arena + ARENA_OFFSET_FDS, process->fds, high * sizeof(struct fd_entry));
  page->fd_high = high;
  memcpy(arena + ARENA_OFFSET_ACTIONS, process->actions, ARENA_SIGNAL_COUNT * sizeof(struct signal_action));
  uint32_t line = process->page->command_line_size;
  if (line > ARENA_COMMAND_LINE_SIZE) line = ARENA_COMMAND_LINE_SIZE;
  memcpy(arena + ARENA_OFFSET_COMMAND_LINE, process->arena + ARENA_OFFSET_COMMAND_LINE, line);
  page->command_line_size = line;
}

void child_take_descriptors(const struct process *process, const struct prepared_child *child) {
  int scratch = reserved_fd(process, RESERVED_FD_SCRATCH + (int)child->scratch * 2);
  host_call3(__NR_dup3, scratch, reserved_fd(process, RESERVED_FD_DOORBELL), 0);
  host_call3(__NR_dup3, scratch + 1, reserved_fd(process, RESERVED_FD_CONTROL), 0);
  // Other threads' children may have theirs there as well.
  int first = reserved_fd(process, RESERVED_FD_SCRATCH), last = reserved_fd(process, RESERVED_FD_COUNT - 1);
  if (host_call3(__NR_close_range, first, last, 0) == 0) return;
  for (int i = first; i <= last; i++) host_call1(__NR_close, i);
}

void child_close_kept(const struct process *parent) {
  for (int i = 0; i < KEPT_RECORD_COUNT; i++)
    for (unsigned k = 0; parent->kept[i].used && k < parent->kept[i].descriptor_count; k++)
      host_call1(__NR_close, parent->kept[i].descriptors[k]);
}

void child_forget(struct thread *thread, const struct prepared_child *child, long error) {
  give_scratch(thread->process, child->scratch);
  if (child->place) give_place(child->place);
  if (error) kernel_call_plain(thread, CALL_FORK_FAILED, (uint64_t)child->pid, (uint64_t)-error, 0);
}

char *child_settle_arena(const struct prepared_child *child) {
  host_call5(__NR_mremap, child->arena, ARENA_SIZE, ARENA_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, ARENA_ADDRESS);
  host_call2(__NR_munmap, place_address(1), (PLACE_COUNT - 1) * VFORK_ARENA_STRIDE);
  places_taken = 0;
  place_lock.word = LOCK_FREE;
  return (char *)ARENA_ADDRESS;
}
