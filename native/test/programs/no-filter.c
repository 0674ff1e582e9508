// Takes the place of supervisor/filter.c in a supervisor for tests: guests that can do everything show what the supervisor
// itself can end.
#include "state.h"

long install_filter(const struct filter_options *options, bool *listener) {
  (void)options;
  *listener = false;
  return 0;
}
