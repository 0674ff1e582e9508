// Load steps of an ELF image, for the test kernel.
#include "kernel.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct image {
  Elf64_Ehdr header;
  Elf64_Phdr segments[64];
  char interpreter[256];
  uint64_t low, high, bias, headers;
  bool executable_stack;
};

bool traps_by_address(void) { return getenv("TEST_KERNEL_TRAP") != NULL; }
static bool rewrites(void) { return getenv("TEST_KERNEL_REWRITE") != NULL && *getenv("TEST_KERNEL_REWRITE") == '1'; }

static uint64_t down(uint64_t a) { return a & ~4095ul; }
static uint64_t up(uint64_t a) { return (a + 4095) & ~4095ul; }

static int read_image(int file, struct image *image) {
  memset(image, 0, sizeof *image);
  if (pread(file, &image->header, sizeof image->header, 0) != sizeof image->header) return -ENOEXEC;
  if (memcmp(image->header.e_ident, ELFMAG, 4) || image->header.e_phnum > 64) return -ENOEXEC;
  pread(file, image->segments, image->header.e_phnum * sizeof(Elf64_Phdr), image->header.e_phoff);
  image->low = ~0ul;
  for (int i = 0; i < image->header.e_phnum; i++) {
    Elf64_Phdr *s = &image->segments[i];
    if (s->p_type == PT_INTERP) pread(file, image->interpreter, s->p_filesz, s->p_offset);
    if (s->p_type == PT_GNU_STACK && (s->p_flags & PF_X)) image->executable_stack = true;
    if (s->p_type != PT_LOAD) continue;
    if (down(s->p_vaddr) < image->low) image->low = down(s->p_vaddr);
    if (up(s->p_vaddr + s->p_memsz) > image->high) image->high = up(s->p_vaddr + s->p_memsz);
    if (image->header.e_phoff >= s->p_offset && image->header.e_phoff < s->p_offset + s->p_filesz)
      image->headers = s->p_vaddr + image->header.e_phoff - s->p_offset;
  }
  return 0;
}

static uint32_t protection(uint32_t flags) {
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

static int add_steps(struct image *image, uint32_t file, uint64_t where, struct load_step *steps) {
  int n = 0;
  image->bias = image->header.e_type == ET_DYN ? where - image->low : 0;
  steps[n++] = (struct load_step){LOAD_RESERVE, file, 0, 0, image->low + image->bias, image->high - image->low, 0};
  for (int i = 0; i < image->header.e_phnum; i++) {
    Elf64_Phdr *s = &image->segments[i];
    if (s->p_type != PT_LOAD) continue;
    uint64_t start = s->p_vaddr + image->bias, file_end = start + s->p_filesz, end = start + s->p_memsz;
    if (s->p_filesz)
      steps[n++] = (struct load_step){LOAD_MAP, file, protection(s->p_flags), 0, down(start), up(file_end) - down(start),
                                      s->p_offset - (start - down(start))};
    uint64_t zero = s->p_filesz ? up(file_end) : down(start);
    if (s->p_filesz && end > file_end) steps[n++] = (struct load_step){LOAD_CLEAR, file, 0, 0, file_end, zero - file_end, 0};
    if (up(end) > zero) steps[n++] = (struct load_step){LOAD_ZERO, file, protection(s->p_flags), 0, zero, up(end) - zero, 0};
  }
  return n;
}

long prepare_image(struct process *p, const char *path, bool first, char *script, uint32_t *script_bytes) {
  static const uint64_t program_at = 0x555555554000, interpreter_at = 0x7e0000000000;
  char head[256] = {0}, name[256];
  int files[4] = {p->arena_file, status_file, open(path, O_RDONLY | O_CLOEXEC), -1};
  if (files[2] < 0) return -errno;
  *script_bytes = 0;
  if (access(path, X_OK) < 0) return close(files[2]), -errno;
  pread(files[2], head, sizeof head - 1, 0);
  if (head[0] == '#' && head[1] == '!') {
    close(files[2]);
    char *save, *line = strtok_r(head + 2, "\n", &save), *interpreter = strtok_r(line, " \t", &save);
    if (!interpreter) return -ENOEXEC;
    char *argument = strtok_r(NULL, "", &save);
    uint32_t n = 0;
    n += sprintf(script + n, "%s", interpreter) + 1;
    if (argument) n += sprintf(script + n, "%s", argument) + 1;
    n += sprintf(script + n, "%s", path) + 1;
    snprintf(name, sizeof name, "%s", interpreter);
    uint32_t inner;
    long result = prepare_image(p, name, first, script + n, &inner);
    *script_bytes = n;
    return result;
  }
  snprintf(name, sizeof name, "%s", path);
  static __thread struct image program, interpreter;
  if (read_image(files[2], &program) < 0) return close(files[2]), -ENOEXEC;
  static __thread struct {
    struct control_boot boot;
    char rest[LOAD_STEP_MAX * sizeof(struct load_step) + 4096];
  } message;
  memset(&message.boot, 0, sizeof message.boot);
  struct load_step *steps = (struct load_step *)message.rest;
  int count = add_steps(&program, 0, program_at, steps), file_count = 3;
  message.boot.entry = message.boot.program_entry = program.header.e_entry + program.bias;
  message.boot.program_headers = program.headers + program.bias;
  message.boot.program_header_count = program.header.e_phnum;
  message.boot.brk_start = program.high + program.bias;
  if (program.interpreter[0]) {
    files[3] = open(program.interpreter, O_RDONLY | O_CLOEXEC);
    if (files[3] < 0 || read_image(files[3], &interpreter) < 0) return close(files[2]), -ENOENT;
    count += add_steps(&interpreter, 1, interpreter_at, steps + count);
    message.boot.entry = interpreter.header.e_entry + interpreter.bias;
    message.boot.interpreter_base = interpreter.low + interpreter.bias;
    file_count = 4;
  }
  message.boot.header = (struct control_header){CONTROL_BOOT, 0, 0, (uint32_t)count};
  message.boot.uid = message.boot.euid = getuid(), message.boot.gid = message.boot.egid = getgid();
  message.boot.flags = (first ? BOOT_FIRST : 0) | (program.executable_stack ? BOOT_EXECUTABLE_STACK : 0) |
                       (traps_by_address() ? BOOT_TRAPPED : 0) | (rewrites() ? BOOT_REWRITE : 0);
  message.boot.path_length = (uint32_t)strlen(path);
  strcpy((char *)(steps + count), path);
  send_record(p, &message, sizeof message.boot + count * sizeof *steps + strlen(path) + 1, files, file_count);
  close(files[2]);
  if (files[3] >= 0) close(files[3]);
  memcpy(p->program, name, sizeof name);
  return 0;
}
