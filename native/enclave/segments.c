#include "segments.h"

#include <linux/mman.h>

#include "kernel-call.h"
#include "memory-map.h"

// Mappings that a process can have of segments: as many as an enclave can have segments, and pieces of them.
#define PIECE_MAX 1024

struct piece {
  uint64_t start, end;
  uint64_t base;  // where the segment's first byte would be
  uint32_t segment;
};

struct lock segments_lock;
static struct piece pieces[PIECE_MAX];
static uint32_t piece_count;  // read without the lock too: no call of a process without segments takes it

static uint64_t page_up(uint64_t bytes) { return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1); }

static void set_count(uint32_t count) { __atomic_store_n(&piece_count, count, __ATOMIC_RELEASE); }

static bool add(struct piece piece) {
  if (piece_count == PIECE_MAX) return false;
  pieces[piece_count] = piece;
  set_count(piece_count + 1);
  return true;
}

static bool overlaps(const struct piece *piece, uint64_t address, uint64_t end) { return piece->start < end && address < piece->end; }

bool segments_add(uint32_t segment, uint64_t address, uint64_t bytes) {
  return add((struct piece){address, address + bytes, address, segment});
}

bool segments_find(uint64_t address, uint64_t *start, uint64_t *bytes) {
  const struct piece *found = 0;
  for (uint32_t i = 0; i < piece_count; i++)
    if (pieces[i].base == address && (!found || pieces[i].start < found->start)) found = &pieces[i];
  if (!found) return false;
  *start = found->start;
  *bytes = found->end - found->start;
  return true;
}

bool segments_begin(uint64_t address, uint64_t bytes) {
  if (__atomic_load_n(&piece_count, __ATOMIC_ACQUIRE) == 0) return false;
  lock_take(&segments_lock);
  uint64_t end = address + page_up(bytes);
  for (uint32_t i = 0; i < piece_count; i++)
    if (overlaps(&pieces[i], address, end)) return true;
  lock_release(&segments_lock);
  return false;
}

static void tell(struct thread *thread, uint32_t segment, int change) {
  kernel_call_plain(thread, CALL_SEGMENT_COUNT, segment, (uint64_t)(int64_t)change, 0);
}

void segments_take_out(struct thread *thread, uint64_t address, uint64_t bytes) {
  uint64_t end = address + page_up(bytes);
  for (uint32_t i = piece_count; bytes && i-- > 0;) {
    struct piece piece = pieces[i];
    if (!overlaps(&piece, address, end)) continue;
    bool has_head = piece.start < address, has_tail = piece.end > end;
    if (has_head) pieces[i].end = address;
    else if (has_tail) pieces[i].start = end;
    else pieces[i] = pieces[piece_count - 1], set_count(piece_count - 1);
    // Without room for it the rest behind is unknown from here on: the kernel counts it until the process ends.
    if (has_head && has_tail) piece.start = end, add(piece);
    if (has_head == has_tail) tell(thread, piece.segment, has_head ? 1 : -1);
  }
}

void segments_end(struct thread *thread, uint64_t address, uint64_t bytes) {
  segments_take_out(thread, address, bytes);
  lock_release(&segments_lock);
}

static const struct piece *piece_at(uint64_t address) {
  for (uint32_t i = 0; i < piece_count; i++)
    if (pieces[i].start <= address && address < pieces[i].end) return &pieces[i];
  return 0;
}

void segments_moved(struct thread *thread, const uint64_t *arguments, long result) {
  uint64_t from = arguments[0], old_bytes = page_up(arguments[1]), new_bytes = page_up(arguments[2]), flags = arguments[3];
  if (!host_failed(result)) {
    const struct piece *source = piece_at(from);
    struct piece moved = source ? *source : (struct piece){0};
    uint64_t to = (uint64_t)result;
    // First, so that a segment that is to go with its last mapping does not go now.
    if (source) tell(thread, moved.segment, 1);
    if (flags & MREMAP_FIXED) segments_take_out(thread, to, new_bytes);
    // With no old length Linux makes a second mapping of what is shared.
    if (source && old_bytes && !(flags & MREMAP_DONTUNMAP)) segments_take_out(thread, from, old_bytes);
    // Without room for it the kernel counts it until the process ends.
    if (source) add((struct piece){to, to + new_bytes, to - (from - moved.base), moved.segment});
  }
  lock_release(&segments_lock);
}
