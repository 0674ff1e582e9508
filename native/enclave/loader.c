#include "loader.h"

#include <linux/mman.h>

#include "guest-memory.h"
#include "host.h"
#include "patch.h"

// What is cleared is the rest of a page; a file may end before it.
static const char zeros[4096];

static bool map_at(const struct load_step *step, uint32_t protection, uint32_t flags, int file) {
  long mapped = host_call6(__NR_mmap, step->address, step->length, protection, flags, file, step->offset);
  return mapped == (long)step->address;
}

static bool carry_out(const struct load_step *step, const int *files, unsigned file_count) {
  switch (step->kind) {
    case LOAD_RESERVE:
      return map_at(step, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1);
    case LOAD_MAP:
      return step->file < file_count && map_at(step, step->protection, MAP_PRIVATE | MAP_FIXED, files[step->file]);
    case LOAD_ZERO:
      return map_at(step, step->protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1);
    case LOAD_CLEAR:
      return step->length <= sizeof zeros && copy_to_guest(step->address, zeros, step->length);
    case LOAD_PROTECT:
      return host_call3(__NR_mprotect, step->address, step->length, step->protection) == 0;
    default:
      return false;
  }
}

bool load_image(const struct load_step *steps, unsigned count, const int *files, unsigned file_count) {
  for (unsigned i = 0; i < count; i++)
    if (!carry_out(&steps[i], files, file_count)) return false;
  for (unsigned i = 0; i < count; i++)
    if (steps[i].kind == LOAD_MAP && (steps[i].protection & (PROT_EXEC | PROT_WRITE)) == PROT_EXEC)
      patch_add_range(steps[i].address, steps[i].length);
  return true;
}

void make_stack_executable(const uint64_t *stack) {
  uint64_t page = (uint64_t)stack & ~4095ul;
  host_call3(__NR_mprotect, page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN);
}
