// Assertions of guest programs: a failed one is told and ends the program with 1.
#ifndef OCCLUM_TEST_CHECK_H
#define OCCLUM_TEST_CHECK_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK(condition)                                                                             \
  do {                                                                                               \
    if (!(condition)) {                                                                              \
      fprintf(stderr, "%s:%d: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno);             \
      _exit(1);                                                                                      \
    }                                                                                                \
  } while (0)

// The call fails with this error.
#define CHECK_ERROR(call, error)                                                                     \
  do {                                                                                               \
    errno = 0;                                                                                       \
    long result_ = (long)(call);                                                                     \
    if (result_ != -1 || errno != (error)) {                                                         \
      fprintf(stderr, "%s:%d: %s gave %ld, errno %d\n", __FILE__, __LINE__, #call, result_, errno); \
      _exit(1);                                                                                      \
    }                                                                                                \
  } while (0)

#endif
