// Prints ../docs/filter.md from supervisor/filter-table.h: what a guest process can ask of its host.
// `print-filter FILE` rewrites the file when it differs, `print-filter` writes to stdout.
#include <stddef.h>

#include "filter-table.h"
#include "output.h"

static FILE *out;

static const char *const intro =
    "# What a guest process can ask of its host\n"
    "\n"
    "Printed from `native/supervisor/filter-table.h`. Do not edit.\n"
    "\n"
    "Every process of a guest runs under this seccomp filter from before its first instruction. A call that is not here, or\n"
    "whose arguments are others, answers `EPERM`; one of another architecture ends the process. No argument of a row can name\n"
    "an object that the process does not hold already; the last column says why. `a0` is the first argument, its lower half\n"
    "unless the upper one is named.\n"
    "\n"
    "| number | call | if | why it is safe |\n"
    "| --- | --- | --- | --- |\n";

static void print_values(const struct filter_condition *condition) {
  for (uint32_t i = 0; i < condition->count; i++) {
    fprintf(out, condition->values[i] > 99 ? "%s0x%x" : "%s%u", i == 0 ? "" : ", ", condition->values[i]);
  }
}

static void print_value_test(const struct filter_condition *condition) {
  const int one = condition->count == 1;
  fprintf(out, "a%u%s", condition->argument, condition->high ? " (upper half)" : "");
  if (condition->test == TEST_IN && condition->mask != ~0u && one && condition->values[0] == 0) {
    fprintf(out, " has no bit of 0x%x", condition->mask);
    return;
  }
  if (condition->mask != ~0u) fprintf(out, " & 0x%x", condition->mask);
  if (condition->test == TEST_IN) fprintf(out, one ? " is " : " is one of ");
  else fprintf(out, condition->test == TEST_AT_MOST ? " is at most " : one ? " is not " : " is none of ");
  print_values(condition);
}

static void print_condition(const struct filter_condition *condition) {
  const unsigned argument = condition->argument;
  if (condition->test == TEST_RUNTIME_FD) fprintf(out, "a%u is the reserved descriptor of the runtime", argument);
  else if (condition->test == TEST_OUTSIDE_IMAGE) fprintf(out, "[a%u, a%u + a%u) is not in the runtime's image", argument, argument, condition->other);
  else print_value_test(condition);
}

static void print_row(const struct filter_row *row) {
  fprintf(out, "| %u | %s | ", row->number, row->name);
  for (const struct filter_condition *condition = row->conditions; condition->test != TEST_END; condition++) {
    if (condition->test == TEST_OR) {
      fprintf(out, "; or ");
      continue;
    }
    if (condition != row->conditions && condition[-1].test != TEST_OR) fprintf(out, " and ");
    print_condition(condition);
  }
  if (row->action == FILTER_ASK) fprintf(out, " and the kernel in Node agrees");
  fprintf(out, " | %s |\n", row->why);
}

int main(int argc, char **argv) {
  out = output_open();
  fputs(intro, out);
  for (size_t i = 0; i < sizeof filter_rows / sizeof filter_rows[0]; i++) print_row(&filter_rows[i]);
  return output_finish(argc > 1 ? argv[1] : NULL);
}
