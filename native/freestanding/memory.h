// Memory and string routines for code without a libc. GCC may call the first four on its own.
#ifndef OCCLUM_FREESTANDING_MEMORY_H
#define OCCLUM_FREESTANDING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *left, const void *right, size_t bytes);

// Length without the NUL.
size_t string_length(const char *string);
bool string_equal(const char *left, const char *right);

#endif
