// Prints src/generated/arena-layout.ts from arena.h and supervisor.h: the compiler says where each field is.
// `print-layout FILE` rewrites the file when it differs, `print-layout` writes to stdout.
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "occlum/arena.h"
#include "occlum/supervisor.h"
#include "output.h"

static FILE *out;
static size_t next_offset;

static void fail(const char *what, const char *name) {
  fprintf(stderr, "print-layout: %s: %s; the lists are in native/layout/*-objects.h\n", what, name);
  exit(1);
}

static void open_object(const char *name, const char *comment) {
  fprintf(out, "\n/** %s */\nexport const %s = {\n", comment, name);
  next_offset = 0;
}

static void close_object(void) { fprintf(out, "} as const;\n"); }

// A field that print_layout() forgot shows as a hole that alignment does not explain.
static void field(const char *name, size_t offset, size_t size, size_t alignment) {
  if (offset - next_offset >= alignment) fail("a field is missing before", name);
  next_offset = offset + size;
  fprintf(out, "  %s: %zu,\n", name, offset);
}

static void struct_size(const char *name, size_t size) {
  if (size - next_offset >= 8) fail("a field is missing at the end of", name);
  fprintf(out, "  size: %zu,\n", size);
}

// SLOT_IDLE without its prefix SLOT_ is `idle`, CALL_FORK_FAILED is `forkFailed`.
static void value(const char *prefix, const char *name, long long number) {
  if (strncmp(name, prefix, strlen(prefix)) != 0) fail("has another prefix", name);
  fprintf(out, "  ");
  for (const char *at = name + strlen(prefix); *at != 0; at++) {
    if (*at == '_') fputc(*++at, out);
    else fputc(tolower(*at), out);
  }
  if (number > 0xffff) fprintf(out, ": 0x%llx,\n", number);
  else fprintf(out, ": %lld,\n", number);
}

#define FIELD(structure, name) \
  field(#name, offsetof(struct structure, name), sizeof(((struct structure *)0)->name), _Alignof(__typeof__(((struct structure *)0)->name)));
#define SIZE(structure) struct_size(#structure, sizeof(struct structure));
#define NUMBER(key, number) fprintf(out, (number) > 0xffff ? "  " #key ": 0x%llx,\n" : "  " #key ": %llu,\n", (unsigned long long)(number));

#include "arena-objects.h"
#include "supervisor-objects.h"

static void print_layout(void) {
  fprintf(out, "// Printed from native/include/occlum/*.h by native/layout/print-layout.c. Do not edit.\n");
  print_arena();
  print_supervisor();
}

int main(int argc, char **argv) {
  out = output_open();
  print_layout();
  return output_finish(argc > 1 ? argv[1] : NULL);
}
