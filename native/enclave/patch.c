// How a site is rewritten:
//
//   A  mov $number, %eax; syscall      the mov becomes a jmp; the `syscall` stays, so a jump to it still works
//   B  syscall; cmp $-4095, %rax       the `syscall` and the start of the cmp become a jmp; the cmp is copied
//
// The jmp leads to a trampoline of the site: it puts the return address into %rcx and enters fast_entry. A page is
// replaced as a whole, by a private copy moved over it, so no thread ever sees half an instruction.
//
// In A one instruction is replaced: a thread is before it or behind it. In B a thread could be between the two. So the
// guest returns to the copy of the cmp from the first trap at such a site on; that begins (`compares`) while there is one
// thread, which is here; frames of signals from before are put right when they are returned from; and a site to whose cmp
// any jump of its mapping might lead is left alone.
#include "patch.h"

#include <linux/mman.h>

#include "fast-entry.h"
#include "guest-memory.h"
#include "memory-map.h"
#include "memory.h"
#include "thread.h"

#define SITE_COUNT 4096u  // a power of two
#define HOT_TRAPS 16            // A
#define HOT_TRAPS_COMPARE 1024  // B, whose mapping is searched for jumps first
#define COMPARE_AFTER_TRAPS 256 // a short program is spared the copies
#define REACH 0x70000000l
#define STEP 0x10000ul
#define STEPS_MAX 0x4000ul
#define TRAMPOLINE_BYTES 48
#define JUMP_BYTES 5
#define COMPARE_BYTES 6
// Where the copy of the cmp lies in a trampoline of kind B.
#define COPY_OFFSET 21

enum site_kind { SITE_NEW = 0, SITE_LEFT = 1, SITE_MOVE = 2, SITE_LONG_MOVE = 3, SITE_COMPARE = 4 };

struct site {
  uint64_t ip;          // address after the `syscall`; 0: free, 1: forgotten
  uint64_t resume;      // where the guest goes on
  uint64_t trampoline;
  uint32_t traps;
  uint8_t kind;
  bool done;
};

struct lock patch_lock;
bool sites_are_rewritten;
static struct site sites[SITE_COUNT];
static uint64_t pool, pool_used;  // page that has room for trampolines
static bool compares;             // sites of kind B are looked for
static uint32_t trap_count;

static struct site *find_site(uint64_t ip, bool make) {
  uint32_t start = (uint32_t)(ip * 0x9e3779b97f4a7c15ul >> 52);
  for (uint32_t i = 0; i < SITE_COUNT; i++) {
    struct site *site = &sites[(start + i) % SITE_COUNT];
    if (site->ip == ip) return site;
    if (site->ip == 0) {
      if (!make) return 0;
      site->ip = ip;
      return site;
    }
  }
  return 0;
}

void patch_forget_sites(uint64_t address, uint64_t length) {
  for (uint32_t i = 0; i < SITE_COUNT; i++)
    if (sites[i].ip > 1 && sites[i].ip - 2 - address < length) sites[i] = (struct site){.ip = 1};
}

// ---- replacing a page ----

// Puts bytes into a page of code by way of a copy that takes the page's place.
static bool replace(uint64_t address, const void *bytes, size_t count) {
  uint64_t page = address & ~(PAGE_BYTES - 1);
  long copy = host_call6(__NR_mmap, 0, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (host_failed(copy)) return false;
  bool good = copy_from_guest((void *)copy, page, PAGE_BYTES);
  memcpy((char *)copy + (address - page), bytes, count);
  good = good && host_call3(__NR_mprotect, copy, PAGE_BYTES, PROT_READ | PROT_EXEC) == 0 &&
         host_call5(__NR_mremap, copy, PAGE_BYTES, PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, page) == (long)page;
  if (!good) host_call2(__NR_munmap, copy, PAGE_BYTES);
  return good;
}

// ---- room for trampolines within reach of a jmp ----

static bool reaches(uint64_t from, uint64_t to) {
  int64_t distance = (int64_t)(to - from);
  return distance < REACH && distance > -REACH;
}

static bool map_pool(uint64_t address) {
  if (address < STEP || address >= USER_ADDRESS_END || touches_runtime(address, PAGE_BYTES)) return false;
  long mapped = host_call6(__NR_mmap, address, PAGE_BYTES, PROT_READ | PROT_EXEC,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (mapped == (long)address) return true;
  if (!host_failed(mapped)) host_call2(__NR_munmap, mapped, PAGE_BYTES);
  return false;
}

// Below first: above a program its break grows.
static uint64_t take_room(uint64_t near) {
  if (!pool || !reaches(near, pool) || pool_used + TRAMPOLINE_BYTES > PAGE_BYTES) {
    uint64_t base = near & ~(STEP - 1), found = 0;
    for (uint64_t k = 1; k < STEPS_MAX && !found; k++)
      if (base > k * STEP && map_pool(base - k * STEP)) found = base - k * STEP;
    for (uint64_t k = 1; k < STEPS_MAX && !found; k++)
      if (map_pool(base + k * STEP)) found = base + k * STEP;
    if (!found) return 0;
    pool = found, pool_used = 0;
  }
  uint64_t room = pool + pool_used;
  pool_used += TRAMPOLINE_BYTES;
  return room;
}

// ---- classification ----

static bool in_one_page(uint64_t first, uint64_t bytes) { return first / PAGE_BYTES == (first + bytes - 1) / PAGE_BYTES; }

// Whether a jump in a piece of code may lead to `target`. Every four bytes may be a distance, every two near it a short
// jump: rather one jump too many.
static bool has_jump(const uint8_t *code, uint64_t base, uint64_t bytes, uint64_t target) {
  for (uint64_t i = 0; i + 4 <= bytes; i++) {
    int32_t distance;
    __builtin_memcpy(&distance, code + i, sizeof distance);
    if (distance == (int32_t)(target - (base + i + 4)) && i > 0) {
      bool is_jump = code[i - 1] == 0xe9 || code[i - 1] == 0xe8 || (code[i - 1] & 0xf0) == 0x80;
      if (is_jump) return true;
    }
  }
  for (uint64_t i = 0; i + 2 <= bytes; i++) {
    if (base + i + 2 - target + 128 > 256) continue;
    bool is_jump = code[i] == 0xeb || (code[i] & 0xf0) == 0x70 || (code[i] & 0xfc) == 0xe0;
    if (is_jump && base + i + 2 + (uint64_t)(int64_t)(int8_t)code[i + 1] == target) return true;
  }
  return false;
}

static bool may_be_jump_target(uint64_t target) {
  static uint8_t code[2 * PAGE_BYTES];
  uint64_t begin, end;
  if (!patch_range_of(target, &begin, &end)) return true;
  for (uint64_t base = begin; base < end; base += PAGE_BYTES) {
    // Some bytes of the next page complete a jump at the end of this one.
    uint64_t bytes = end - base < PAGE_BYTES + 8 ? end - base : PAGE_BYTES + 8;
    if (!copy_from_guest(code, base, bytes) || has_jump(code, base, bytes, target)) return true;
  }
  return false;
}

// Whether a byte before an opcode may belong to it: then the instruction is another one.
static bool may_be_prefix(uint8_t byte) { return (byte & 0xf0) == 0x40 || byte == 0x66 || byte == 0x67 || byte == 0xf2 || byte == 0xf3; }

static enum site_kind classify(uint64_t ip, uint32_t number) {
  uint8_t around[16];  // 10 bytes before ip, 6 after
  if (!patch_in_range(ip - 10) || !patch_in_range(ip + COMPARE_BYTES - 1) || !copy_from_guest(around, ip - 10, sizeof around))
    return SITE_LEFT;
  const uint8_t *after = around + 10;
  if (after[-2] != 0x0f || after[-1] != 0x05) return SITE_LEFT;
  if (after[-7] == 0xb8 && !memcmp(after - 6, &number, 4) && !may_be_prefix(after[-8]) && in_one_page(ip - 7, JUMP_BYTES))
    return SITE_MOVE;
  if (after[-9] == 0x48 && after[-8] == 0xc7 && after[-7] == 0xc0 && !memcmp(after - 6, &number, 4) && in_one_page(ip - 9, JUMP_BYTES))
    return SITE_LONG_MOVE;
  bool has_compare = after[0] == 0x48 && after[1] == 0x3d && after[2] <= 1 && after[3] == 0xf0 && after[4] == 0xff && after[5] == 0xff;
  if (!has_compare || !in_one_page(ip - 2, 2 + COMPARE_BYTES)) return SITE_LEFT;
  return compares ? SITE_COMPARE : SITE_NEW;
}

// ---- a site's trampoline ----

struct writer {
  uint8_t bytes[TRAMPOLINE_BYTES];
  size_t used;
};

static void put(struct writer *writer, const void *bytes, size_t count) {
  memcpy(writer->bytes + writer->used, bytes, count);
  writer->used += count;
}

static void put32(struct writer *writer, int64_t value) {
  int32_t word = (int32_t)value;
  put(writer, &word, sizeof word);
}

static bool make_trampoline(struct site *site, uint32_t number) {
  struct writer code = {.used = 0};
  uint64_t entry = (uint64_t)fast_entry, at = take_room(site->ip);
  if (!at) return false;
  if (site->kind != SITE_COMPARE) {
    put(&code, "\xb8", 1);  // mov $number, %eax
    put32(&code, number);
    site->resume = site->ip;
  } else {
    site->resume = at + COPY_OFFSET;
  }
  put(&code, "\x48\x8d\x0d", 3);  // lea resume(%rip), %rcx
  put32(&code, (int64_t)(site->resume - (at + code.used + 4)));
  put(&code, "\xff\x25\0\0\0\0", 6);  // jmp *(%rip)
  put(&code, &entry, sizeof entry);
  if (site->kind == SITE_COMPARE) {
    if (!copy_from_guest(code.bytes + code.used, site->ip, COMPARE_BYTES)) return false;
    code.used += COMPARE_BYTES;
    put(&code, "\xe9", 1);  // jmp back behind the cmp
    put32(&code, (int64_t)(site->ip + COMPARE_BYTES - (at + code.used + 4)));
  }
  site->trampoline = at;
  return replace(at, code.bytes, code.used);
}

static void rewrite(struct site *site) {
  uint64_t start = site->ip - (site->kind == SITE_MOVE ? 7 : site->kind == SITE_LONG_MOVE ? 9 : 2);
  uint8_t jump[JUMP_BYTES] = {0xe9};
  int32_t distance = (int32_t)(site->trampoline - (start + JUMP_BYTES));
  memcpy(jump + 1, &distance, sizeof distance);
  replace(start, jump, sizeof jump);
}

// Where the guest goes on after a trap at a site; rewrites the site when it has become hot.
static uint64_t count(struct site *site, uint32_t number) {
  if (site->kind == SITE_NEW) {
    site->kind = (uint8_t)classify(site->ip, number);
    site->resume = site->ip;
    if (site->kind == SITE_COMPARE && !make_trampoline(site, number)) site->kind = SITE_LEFT, site->resume = site->ip;
  }
  if (site->kind == SITE_LEFT || site->kind == SITE_NEW || site->done) return site->resume;
  uint32_t hot = site->kind == SITE_COMPARE ? HOT_TRAPS_COMPARE : HOT_TRAPS;
  if (++site->traps < hot) return site->resume;
  site->done = true;
  if (site->kind == SITE_COMPARE && may_be_jump_target(site->ip)) return site->resume;
  if (site->trampoline || make_trampoline(site, number)) rewrite(site);
  return site->resume;
}

uint64_t patch_count(uint64_t ip, uint32_t number) {
  uint64_t resume = ip;
  lock_take(&patch_lock);
  if (!compares && ++trap_count >= COMPARE_AFTER_TRAPS && threads_running() == 1) compares = true;
  struct site *site = patch_in_range(ip) ? find_site(ip, true) : 0;
  if (site) resume = count(site, number);
  lock_release(&patch_lock);
  return resume;
}

uint64_t patch_resume_address(uint64_t ip) {
  uint64_t resume = ip;
  lock_take(&patch_lock);
  struct site *site = ip > 1 && patch_in_range(ip) ? find_site(ip, false) : 0;
  if (site && site->kind == SITE_COMPARE) resume = site->resume;
  lock_release(&patch_lock);
  return resume;
}

void patch_before_thread(void) {
  lock_take(&patch_lock);
  compares = true;
  lock_release(&patch_lock);
}

uint64_t patch_restart_address(uint64_t resume_ip) {
  uint8_t before[2];
  // After a `syscall` instruction, or after the end of a trampoline of kind B.
  bool is_site = copy_from_guest(before, resume_ip - 2, sizeof before) && before[0] == 0x0f && before[1] == 0x05;
  return is_site ? resume_ip - 2 : resume_ip - COPY_OFFSET;
}
