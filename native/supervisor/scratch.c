// Removes the enclave's private directory with all in it.
#include "state.h"

#define DEPTH_MAX 8  // the kernel keeps its files flat or one level deep

struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short size;
  unsigned char type;
  char name[];
};
#define TYPE_DIRECTORY 4
#define TYPE_UNKNOWN 0

static void empty(int directory, int depth);

static void remove_entry(int directory, const struct entry *entry, int depth) {
  if (string_equal(entry->name, ".") || string_equal(entry->name, "..")) return;
  if (host_call3(__NR_unlinkat, directory, entry->name, 0) >= 0) return;
  if (entry->type != TYPE_DIRECTORY && entry->type != TYPE_UNKNOWN) return;
  long child = host_call4(__NR_openat, directory, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
  if (child >= 0) {
    empty((int)child, depth + 1);
    host_close((int)child);
  }
  host_call3(__NR_unlinkat, directory, entry->name, AT_REMOVEDIR);
}

// Reads from the start again as long as names are removed: some filesystems skip entries otherwise.
static void empty(int directory, int depth) {
  _Alignas(8) char buffer[4096];
  long size;
  if (depth == DEPTH_MAX) return;
  for (int pass = 0; pass < 3; pass++) {
    host_call3(__NR_lseek, directory, 0, 0);
    while ((size = host_call3(__NR_getdents64, directory, buffer, sizeof buffer)) > 0) {
      for (long at = 0; at < size; at += ((const struct entry *)(buffer + at))->size) {
        remove_entry(directory, (const struct entry *)(buffer + at), depth);
      }
    }
  }
}

void remove_scratch(int directory, const char *path) {
  if (directory < 0) return;
  empty(directory, 0);
  host_call3(__NR_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}
