#include "auxiliary.h"

#include <linux/auxvec.h>

#include "memory.h"

#define AT_RSEQ_FEATURE_SIZE_TYPE 27
#define AT_RSEQ_ALIGN_TYPE 28

// AT_EXECFN points here; the guest may read it as long as it runs.
static char executable_path[4096];

static uint64_t *environment_of(const uint64_t *stack) { return (uint64_t *)stack + 1 + stack[0] + 1; }

static uint64_t *vector_of(const uint64_t *stack) {
  uint64_t *place = environment_of(stack);
  while (*place) place++;
  return place + 1;
}

uint64_t auxiliary_get(const uint64_t *stack, uint64_t type) {
  for (const uint64_t *entry = vector_of(stack); entry[0] != AT_NULL; entry += 2)
    if (entry[0] == type) return entry[1];
  return 0;
}

static void edit_entry(uint64_t *entry, const struct control_boot *boot) {
  switch (entry[0]) {
    case AT_PHDR: entry[1] = boot->program_headers; break;
    case AT_PHENT: entry[1] = 56; break;  // sizeof(Elf64_Phdr)
    case AT_PHNUM: entry[1] = boot->program_header_count; break;
    case AT_ENTRY: entry[1] = boot->program_entry; break;
    case AT_BASE: entry[1] = boot->interpreter_base; break;
    case AT_UID: entry[1] = boot->uid; break;
    case AT_EUID: entry[1] = boot->euid; break;
    case AT_GID: entry[1] = boot->gid; break;
    case AT_EGID: entry[1] = boot->egid; break;
    case AT_SECURE: entry[1] = 0; break;
    case AT_EXECFN: entry[1] = (uint64_t)executable_path; break;
    case AT_RSEQ_FEATURE_SIZE_TYPE:
    case AT_RSEQ_ALIGN_TYPE: entry[0] = AT_IGNORE; break;
  }
}

void auxiliary_edit(uint64_t *stack, const struct control_boot *boot, const char *path) {
  uint32_t length = boot->path_length < sizeof executable_path ? boot->path_length : sizeof executable_path - 1;
  memcpy(executable_path, path, length);
  executable_path[length] = 0;
  for (uint64_t *entry = vector_of(stack); entry[0] != AT_NULL; entry += 2) edit_entry(entry, boot);
}

void store_command_line(struct process *process, const uint64_t *stack) {
  char *area = process->arena + ARENA_OFFSET_COMMAND_LINE;
  uint32_t used = 0;
  for (uint64_t i = 0; i < stack[0]; i++) {
    const char *argument = (const char *)stack[1 + i];
    size_t bytes = string_length(argument) + 1;
    if (bytes > ARENA_COMMAND_LINE_SIZE - used) bytes = ARENA_COMMAND_LINE_SIZE - used;
    memcpy(area + used, argument, bytes);
    used += (uint32_t)bytes;
  }
  process->page->command_line_size = used;

  const uint64_t *environment = environment_of(stack);
  uint64_t first = environment[0], last = first;
  for (; *environment; environment++) last = *environment + string_length((const char *)*environment) + 1;
  process->page->environment_start = first;
  process->page->environment_end = last;
}
