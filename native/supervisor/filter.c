// The seccomp filter, assembled from filter-table.h. It has no constant of one process: fork and exec inherit it.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "filter-table.h"
#include "state.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1u << 5)  // Linux 5.19
#endif
#define CODE_MAX 2048
#define HALF(argument, high) ((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (argument) + 4 * (high)))
#define ERRNO_PERMISSION (SECCOMP_RET_ERRNO | EPERM)
#define IMAGE_HIGH ((uint32_t)(RUNTIME_ADDRESS >> 32))

// Filled by a child before its exec, while the supervisor waits for it.
static struct sock_filter code[CODE_MAX];
static size_t length;

static void emit(uint16_t operation, uint32_t value, size_t jump_true, size_t jump_false) {
  if (length == CODE_MAX || jump_true > 255 || jump_false > 255) host_exit(126);  // the table grew too long: found by any test
  code[length++] = (struct sock_filter){operation, (uint8_t)jump_true, (uint8_t)jump_false, value};
}

static void load(uint32_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
static void give(uint32_t result) { emit(BPF_RET | BPF_K, result, 0, 0); }

// Every way on that a condition leaves open is "the next instruction"; its ways out are jumps to EXIT, which are given
// their distance when the alternative's end is known.
#define EXIT 255

static void test_values(const struct filter_condition *condition) {
  load(HALF(condition->argument, condition->high));
  if (condition->mask != ~0u) emit(BPF_ALU | BPF_AND | BPF_K, condition->mask, 0, 0);
  for (uint32_t i = 0; i < condition->count; i++) {
    const size_t left = condition->count - 1 - i;
    if (condition->test == TEST_IN) emit(BPF_JMP | BPF_JEQ | BPF_K, condition->values[i], left, left == 0 ? EXIT : 0);
    else if (condition->test == TEST_NOT_IN) emit(BPF_JMP | BPF_JEQ | BPF_K, condition->values[i], EXIT, 0);
    else emit(BPF_JMP | BPF_JGT | BPF_K, condition->values[i], EXIT, 0);
  }
}

// On upper halves: the end is one too high at most, so ranges just below the image are refused as well.
static void test_outside_image(const struct filter_condition *condition) {
  load(HALF(condition->other, 1));
  emit(BPF_JMP | BPF_JGT | BPF_K, 0xffff, EXIT, 0);
  emit(BPF_MISC | BPF_TAX, 0, 0, 0);
  load(HALF(condition->argument, 1));
  emit(BPF_JMP | BPF_JGT | BPF_K, IMAGE_HIGH, 3, 0);  // above
  emit(BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0);
  emit(BPF_ALU | BPF_ADD | BPF_K, 1, 0, 0);
  emit(BPF_JMP | BPF_JGE | BPF_K, IMAGE_HIGH, EXIT, 0);
}

static void test(const struct filter_condition *condition, const struct filter_options *options) {
  const struct filter_condition runtime = {.test = TEST_IN, .argument = condition->argument, .mask = ~0u, .count = 1, .values = &options->runtime_fd};
  if (condition->test == TEST_RUNTIME_FD) test_values(&runtime);
  else if (condition->test == TEST_OUTSIDE_IMAGE) test_outside_image(condition);
  else test_values(condition);
}

// Points the ways out of [from, length) at the next instruction.
static void resolve_exits(size_t from) {
  for (size_t i = from; i < length; i++) {
    if (BPF_CLASS(code[i].code) != BPF_JMP) continue;
    if (code[i].jt == EXIT) code[i].jt = (uint8_t)(length - i - 1);
    if (code[i].jf == EXIT) code[i].jf = (uint8_t)(length - i - 1);
  }
}

static void add_conditions(const struct filter_row *row, uint32_t result, const struct filter_options *options) {
  const struct filter_condition *condition = row->conditions;
  for (;;) {
    const size_t from = length;
    for (; condition->test != TEST_END && condition->test != TEST_OR; condition++) test(condition, options);
    give(result);
    resolve_exits(from);
    if (condition->test == TEST_END) return;
    condition++;
  }
}

// The row's code: passed over when the number is another. When no alternative holds, the next row has its turn, since two
// rows may have one number; so the number is loaded again.
static void add_row(const struct filter_row *row, const struct filter_options *options) {
  const uint32_t result = row->action == FILTER_ASK && options->notify ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW;
  const size_t from = length;
  emit(BPF_JMP | BPF_JEQ | BPF_K, row->number, 0, EXIT);
  code[from].jf = 0;
  add_conditions(row, result, options);
  if (row->conditions[0].test != TEST_END) load(offsetof(struct seccomp_data, nr));
  if (length - from - 1 > 254) host_exit(126);
  code[from].jf = (uint8_t)(length - from - 1);
}

// Without Syscall User Dispatch: calls from outside the runtime's image raise SIGSYS, whatever their number.
static void add_trap(void) {
  load(offsetof(struct seccomp_data, instruction_pointer) + 4);
  emit(BPF_JMP | BPF_JEQ | BPF_K, IMAGE_HIGH, 1, 0);
  give(SECCOMP_RET_TRAP);
}

static void assemble(const struct filter_options *options) {
  length = 0;
  load(offsetof(struct seccomp_data, arch));
  emit(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
  give(SECCOMP_RET_KILL_PROCESS);
  if (options->trap) add_trap();
  load(offsetof(struct seccomp_data, nr));  // numbers of x32 have bit 30 set: no row has such a number
  for (size_t i = 0; i < sizeof filter_rows / sizeof filter_rows[0]; i++) add_row(&filter_rows[i], options);
  give(ERRNO_PERMISSION);
}

static long install(const struct filter_options *options) {
  assemble(options);
  struct sock_fprog program = {(unsigned short)length, code};
  if (!options->notify) return host_call3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  // A stop in the middle of a question would have the clone asked for twice.
  const unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  long result = host_call3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (result != -EINVAL) return result;
  return host_call3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

// A process has one listener at most: where a container has taken it (EBUSY), clones are allowed by their flags alone.
long install_filter(const struct filter_options *options, bool *listener) {
  long result = install(options);
  *listener = options->notify && result >= 0;
  if (result >= 0 || !options->notify) return result;
  struct filter_options plain = *options;
  plain.notify = false;
  return install(&plain);
}
