// `rep movsb` and `rep stosb`: fast on every x86-64 with ERMS, small, and free of vector registers.
#include "memory.h"

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
  return start;
}

void *memmove(void *to, const void *from, size_t bytes) {
  if ((size_t)((char *)to - (const char *)from) >= bytes) return memcpy(to, from, bytes);
  char *end = (char *)to + bytes - 1;
  const char *last = (const char *)from + bytes - 1;
  __asm__ volatile("std; rep movsb; cld" : "+D"(end), "+S"(last), "+c"(bytes) : : "memory");
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
  return start;
}

int memcmp(const void *left, const void *right, size_t bytes) {
  const unsigned char *a = left, *b = right;
  for (size_t i = 0; i < bytes; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

size_t string_length(const char *string) {
  size_t length = 0;
  while (string[length]) length++;
  return length;
}

bool string_equal(const char *left, const char *right) {
  while (*left && *left == *right) left++, right++;
  return *left == *right;
}
