#include "thread.h"

#include <linux/mman.h>

#include "boot.h"
#include "memory.h"

#define THREAD_BLOCKS_ADDRESS 0x600800000000ul  // free part of the runtime range

struct process first_process;
struct lock thread_block_lock;
static struct thread *blocks;
static unsigned running = 1;

unsigned threads_running(void) { return __atomic_load_n(&running, __ATOMIC_SEQ_CST); }
void thread_begins(void) { __atomic_fetch_add(&running, 1, __ATOMIC_SEQ_CST); }
void thread_ends(void) { __atomic_fetch_sub(&running, 1, __ATOMIC_SEQ_CST); }

void process_bind_arena(struct process *process, char *arena) {
  process->arena = arena;
  process->page = (struct process_page *)(arena + ARENA_OFFSET_PROCESS);
  process->actions = (struct signal_action *)(arena + ARENA_OFFSET_ACTIONS);
  process->fds = (struct fd_entry *)(arena + ARENA_OFFSET_FDS);
  process->slots = arena + ARENA_OFFSET_SLOTS;
}
_Static_assert(sizeof(struct thread_slot) <= ARENA_SLOT_SIZE, "slots would overlap");

// Maps a block aligned to its size, within the runtime's range so that no guest mapping comes near it.
static struct thread *map_block(void) {
  static uint64_t next = THREAD_BLOCKS_ADDRESS;
  for (int tries = 0; tries < 1024; tries++) {
    uint64_t address = next;
    next += BLOCK_SIZE;
    long mapped = host_call6(__NR_mmap, address, BLOCK_SIZE, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (mapped == (long)address) return (struct thread *)mapped;
    if (mapped != -EEXIST) return 0;
  }
  return 0;
}

static void reset_block(struct thread *thread) {
  struct thread *next = thread->next_block;
  memset(thread, 0, sizeof *thread);
  thread->self = thread;
  thread->next_block = next;
  thread->fast_stack = (uint64_t)thread + BLOCK_FAST_STACK_TOP;
  thread->in_use = true;
}

struct thread *thread_block_take(void) {
  lock_take(&thread_block_lock);
  struct thread *thread = blocks;
  // A block is free when its thread gave it up and the host has ended the thread.
  while (thread && (thread->in_use || __atomic_load_n(&thread->host_word, __ATOMIC_ACQUIRE) != 0)) thread = thread->next_block;
  if (!thread) {
    thread = map_block();
    if (thread) {
      thread->next_block = blocks;
      blocks = thread;
    }
  }
  if (thread) reset_block(thread);
  lock_release(&thread_block_lock);
  return thread;
}

void thread_block_give(struct thread *thread) { __atomic_store_n(&thread->in_use, false, __ATOMIC_RELEASE); }

void thread_blocks_forget_others(struct thread *thread) {
  running = 1;
  for (struct thread *other = blocks; other; other = other->next_block) {
    if (other == thread) continue;
    other->in_use = false;
    other->host_word = 0;
  }
}

void thread_bind(struct thread *thread) {
  const struct guest_stack stack = {(uint64_t)thread + BLOCK_ALTERNATE_STACK, 0, 0, BLOCK_SIZE - BLOCK_ALTERNATE_STACK};
  set_gs_base((uint64_t)thread);
  host_call2(__NR_sigaltstack, &stack, 0);
  thread->slot->host_tid = (uint32_t)host_call0(__NR_gettid);
}
