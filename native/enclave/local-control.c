// prctl: whatever it asks is the kernel's; the runtime only knows what data belongs to an option.
#include <linux/prctl.h>

#include "kernel-call.h"
#include "syscall.h"

#define NAME_BYTES 16

static struct argument option_data(int option) {
  switch (option) {
    case PR_SET_NAME:
      return (struct argument){KIND_PATH, 0, 0, NAME_BYTES};
    case PR_GET_NAME:
      return (struct argument)OUT(NAME_BYTES);
    case PR_GET_PDEATHSIG:
    case PR_GET_CHILD_SUBREAPER:
    case PR_GET_TSC:
      return (struct argument)OUT(4);
    case PR_GET_TID_ADDRESS:
      return (struct argument)OUT(8);
    default:
      return (struct argument)INTEGER;
  }
}

long local_prctl(struct thread *thread, const uint64_t *arguments) {
  const struct argument kinds[6] = {INTEGER, option_data((int)arguments[0])};
  long result = kernel_call(thread, __NR_prctl, arguments, kinds);
  if (result == 0 && (int)arguments[0] == PR_SET_TIMERSLACK) host_call2(__NR_prctl, PR_SET_TIMERSLACK, arguments[1]);
  return result;
}
