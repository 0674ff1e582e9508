// The program break.
#include <linux/mman.h>

#include "kernel-call.h"
#include "memory-map.h"

struct lock program_break_lock;
// Of the address space: a vfork child moves its parent's break too.
static uint64_t break_start, break_now;

static uint64_t page_up(uint64_t address) { return (address + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1); }

void program_break_set(struct process *process, uint64_t start) {
  break_start = break_now = start;
  process->page->brk_start = process->page->brk = start;
}

void program_break_publish(struct process *process) {
  process->page->brk_start = break_start;
  process->page->brk = break_now;
}

static bool grow(uint64_t from, uint64_t to) {
  if (from == to) return true;
  if (touches_runtime(from, to - from)) return false;
  long mapped = host_call6(__NR_mmap, from, to - from, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (mapped == (long)from) return true;
  if (!host_failed(mapped)) host_call2(__NR_munmap, mapped, to - from);
  return false;
}

// Gives the break after the call, also where it could not be moved.
long local_brk(struct thread *thread, const uint64_t *arguments) {
  uint64_t wanted = arguments[0];
  lock_take(&program_break_lock);
  uint64_t limit = thread->process->page->data_limit;
  if (wanted >= break_start && wanted < USER_ADDRESS_END && break_start != 0 && wanted - break_start <= limit) {
    uint64_t from = page_up(break_now), to = page_up(wanted);
    bool moved = to >= from ? grow(from, to) : host_call2(__NR_munmap, to, from - to) == 0;
    if (moved) break_now = wanted;
  }
  uint64_t result = break_now;
  thread->process->page->brk = result;
  lock_release(&program_break_lock);
  return (long)result;
}
