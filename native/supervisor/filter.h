// The form of filter-table.h: a row per system call, conditions on its scalar arguments.
#ifndef OCCLUM_SUPERVISOR_FILTER_H
#define OCCLUM_SUPERVISOR_FILTER_H

#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

enum filter_action {
  FILTER_ALLOW,
  FILTER_ASK,  // the kernel in Node answers, where it can be asked; allowed else
};

enum filter_test {
  TEST_END,
  TEST_OR,             // the conditions before are one alternative, those after another
  TEST_IN,             // (half & mask) is one of the values
  TEST_NOT_IN,         // is none of them
  TEST_AT_MOST,        // is not above the value, unsigned
  TEST_RUNTIME_FD,     // is the number of the runtime's image
  TEST_OUTSIDE_IMAGE,  // [argument, argument + other argument) does not touch the runtime's image
};

struct filter_condition {
  uint8_t test;
  uint8_t argument;  // from 0
  uint8_t high;      // 1: its upper half
  uint8_t other;
  uint32_t mask;
  uint32_t count;
  const uint32_t *values;
};
#define FILTER_CONDITION_MAX 10

struct filter_row {
  uint32_t number;
  enum filter_action action;
  const char *name, *why;
  struct filter_condition conditions[FILTER_CONDITION_MAX];
};

#define VALUES(...) .count = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), .values = (const uint32_t[]){__VA_ARGS__}
#define IN(a, ...) {.test = TEST_IN, .argument = a, .mask = ~0u, VALUES(__VA_ARGS__)}
#define NOT_IN(a, ...) {.test = TEST_NOT_IN, .argument = a, .mask = ~0u, VALUES(__VA_ARGS__)}
#define IN_BITS(a, m, ...) {.test = TEST_IN, .argument = a, .mask = m, VALUES(__VA_ARGS__)}
#define HIGH_IN(a, ...) {.test = TEST_IN, .argument = a, .high = 1, .mask = ~0u, VALUES(__VA_ARGS__)}
#define WITHOUT(a, bits) IN_BITS(a, bits, 0)
#define IS_ZERO(a) IN(a, 0), HIGH_IN(a, 0)
#define AT_MOST(a, limit) {.test = TEST_AT_MOST, .argument = a, .mask = ~0u, VALUES(limit)}
#define RUNTIME_FD(a) {.test = TEST_RUNTIME_FD, .argument = a}
#define OUTSIDE_IMAGE(a, length) {.test = TEST_OUTSIDE_IMAGE, .argument = a, .other = length}
#define OR {.test = TEST_OR}

#define CHECKED(call, text, ...) {__NR_##call, FILTER_ALLOW, #call, text, {__VA_ARGS__}}
#define ASKED(call, text, ...) {__NR_##call, FILTER_ASK, #call, text, {__VA_ARGS__}}
#define ANY(call, text) {__NR_##call, FILTER_ALLOW, #call, text, {{.test = TEST_END}}}

#endif
