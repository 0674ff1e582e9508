#include "output.h"

#include <stdlib.h>
#include <string.h>

static FILE *out;
static char *text;
static size_t size;

FILE *output_open(void) { return out = open_memstream(&text, &size); }

static int holds_text(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  char *old = malloc(size + 1);
  size_t got = fread(old, 1, size + 1, file);
  fclose(file);
  int same = got == size && memcmp(old, text, size) == 0;
  free(old);
  return same;
}

int output_finish(const char *path) {
  fclose(out);
  if (path == NULL) return fwrite(text, 1, size, stdout) == size ? 0 : 1;
  if (holds_text(path)) return 0;
  FILE *file = fopen(path, "w");
  if (file != NULL && fwrite(text, 1, size, file) == size && fclose(file) == 0) return 0;
  perror(path);
  return 1;
}
