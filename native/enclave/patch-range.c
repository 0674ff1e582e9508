// Which code may be rewritten: private, read-only mappings of files. Code that a program makes at run time is its own.
#include "memory-map.h"
#include "patch.h"

#define RANGE_COUNT 256

static struct {
  uint64_t begin, end;
} ranges[RANGE_COUNT];
static unsigned range_count;

static uint64_t page_up(uint64_t address) { return (address + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1); }

void patch_add_range(uint64_t address, uint64_t length) {
  if (!sites_are_rewritten) return;
  lock_take(&patch_lock);
  if (range_count < RANGE_COUNT) {
    ranges[range_count].begin = address;
    ranges[range_count].end = page_up(address + length);
    __atomic_store_n(&range_count, range_count + 1, __ATOMIC_RELEASE);
  }
  lock_release(&patch_lock);
}

bool patch_range_of(uint64_t address, uint64_t *begin, uint64_t *end) {
  for (unsigned i = 0; i < range_count; i++) {
    if (address < ranges[i].begin || address >= ranges[i].end) continue;
    *begin = ranges[i].begin, *end = ranges[i].end;
    return true;
  }
  return false;
}

bool patch_in_range(uint64_t address) {
  uint64_t begin, end;
  return patch_range_of(address, &begin, &end);
}

static bool touches_any(uint64_t begin, uint64_t end) {
  unsigned count = __atomic_load_n(&range_count, __ATOMIC_ACQUIRE);
  for (unsigned i = 0; i < count; i++)
    if (begin < ranges[i].end && end > ranges[i].begin) return true;
  return false;
}

void patch_drop_range(uint64_t address, uint64_t length) {
  uint64_t end = page_up(address + length);
  if (!touches_any(address, end)) return;
  lock_take(&patch_lock);
  for (unsigned i = 0; i < range_count; i++) {
    if (address >= ranges[i].end || end <= ranges[i].begin) continue;
    uint64_t rest_begin = end, rest_end = ranges[i].end;
    if (ranges[i].begin < address) {
      ranges[i].end = address;
      if (rest_begin < rest_end && range_count < RANGE_COUNT) {
        ranges[range_count].begin = rest_begin;
        ranges[range_count++].end = rest_end;
      }
    } else if (rest_begin < rest_end) {
      ranges[i].begin = rest_begin;
    } else {
      ranges[i--] = ranges[--range_count];
    }
  }
  patch_forget_sites(address, end - address);
  lock_release(&patch_lock);
}
