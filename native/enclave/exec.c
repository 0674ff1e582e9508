#include "exec.h"

#include <linux/fcntl.h>
#include <linux/mman.h>

#include "control.h"
#include "guest-memory.h"
#include "kernel-call.h"
#include "memory.h"
#include "guest-signal.h"

#define ARGUMENT_COUNT_MAX 0x200000ul
// Interpreter and argument of each of six levels of scripts, and the script. Source: fs/exec.c exec_binprm.
#define SCRIPT_STRINGS_MAX 13

long exec_call(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  // No other thread may take the CONTROL_BOOT record that the kernel sends.
  lock_take(&thread->process->control_lock);
  long result = kernel_call_row(thread, number, arguments);
  lock_release(&thread->process->control_lock);
  return result;
}

// Number of pointers in a guest's argument list, or -errno.
static long count_arguments(uint64_t list) {
  long count = 0;
  for (uint64_t value = 1; list; count++) {
    if (!guest_load64(list + (uint64_t)count * 8, &value)) return -EFAULT;
    if (value == 0) break;
    if (count >= (long)ARGUMENT_COUNT_MAX) return -E2BIG;
  }
  return count;
}

// Makes the argument list of a script: the strings in the slot's buffer, then the guest's arguments from the second on.
static long make_script_list(struct thread *thread, uint32_t bytes, uint64_t list, uint64_t **made, size_t *made_bytes) {
  char *strings = slot_buffer(thread);
  long count = count_arguments(list);
  if (count < 0) return count;
  if (bytes > ARENA_BUFFER_SIZE) return -E2BIG;
  *made_bytes = ((size_t)count + SCRIPT_STRINGS_MAX + 1) * 8;
  long memory = host_call6(__NR_mmap, 0, *made_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (host_failed(memory)) return memory;
  *made = (uint64_t *)memory;
  size_t put = 0;
  for (uint32_t at = 0; at < bytes && put < SCRIPT_STRINGS_MAX; at += (uint32_t)string_length(strings + at) + 1)
    (*made)[put++] = (uint64_t)(strings + at);
  for (long i = 1; i < count; i++, put++)
    if (!guest_load64(list + (uint64_t)i * 8, &(*made)[put])) return -EFAULT;
  (*made)[put] = 0;
  return 0;
}

// The prepared boot record is of no use any more.
static void drain_boot(struct process *process) {
  static char record[sizeof(struct control_boot) + LOAD_STEP_MAX * sizeof(struct load_step) + 4096];
  struct control_record received = control_receive(process, record, sizeof record, 0);
  for (unsigned i = 0; i < received.descriptor_count; i++) host_call1(__NR_close, received.descriptors[i]);
}

static long refuse(struct thread *thread, long error) {
  drain_boot(thread->process);
  kernel_call_plain(thread, CALL_EXEC_FAILED, (uint64_t)-error, 0, 0);
  return error;
}

long exec_prepared(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  struct process *process = thread->process;
  uint32_t script_bytes = thread->slot->out_length[0];
  uint64_t list = arguments[number == __NR_execveat ? 2 : 1], environment = arguments[number == __NR_execveat ? 3 : 2];
  uint64_t *made = 0;
  size_t made_bytes = 0;
  if (script_bytes) {
    long error = make_script_list(thread, script_bytes, list, &made, &made_bytes);
    if (error < 0) return refuse(thread, error);
    list = (uint64_t)made;
  }
  // Signal 64 has no handler in the fresh image until it has installed one: it must not arrive before.
  uint64_t host_mask, old_slot_mask = slot_at(process, 0)->signal_mask;
  host_mask_set(HOST_MASK_ALL, &host_mask);
  slot_at(process, 0)->signal_mask = thread->slot->signal_mask;
  long error = host_call5(__NR_execveat, reserved_fd(process, RESERVED_FD_RUNTIME), RUNTIME_EMPTY_STRING, list, environment, AT_EMPTY_PATH);
  slot_at(process, 0)->signal_mask = old_slot_mask;
  host_mask_set(host_mask, 0);
  if (made) host_call2(__NR_munmap, made, made_bytes);
  return refuse(thread, error);
}
