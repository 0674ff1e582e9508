#include "boot.h"

#include <asm/prctl.h>
#include <linux/elf.h>
#include <linux/mman.h>
#include <linux/resource.h>

#include "auxiliary.h"
#include "control.h"
#include "descriptor.h"
#include "kernel-call.h"
#include "loader.h"
#include "memory.h"
#include "memory-map.h"
#include "guest-signal.h"
#include "patch.h"
#include "trampoline.h"

#define HWCAP2_FSGSBASE 2u
// Source: arch/x86/include/asm/segment.h, uapi/asm/ucontext.h, uapi/asm/processor-flags.h.
#define USER_CODE_SEGMENT 0x33
#define USER_STACK_SEGMENT 0x2b
#define CONTEXT_HAS_SS 6  // UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS
#define FLAG_INTERRUPTS 0x202

// What CONTROL_BOOT carries, after its descriptors.
static struct {
  struct control_boot boot;
  char rest[LOAD_STEP_MAX * sizeof(struct load_step) + 4096];
} message;

static bool has_fsgsbase;

void set_gs_base(uint64_t base) {
  if (has_fsgsbase) __asm__ volatile("wrgsbase %0" : : "r"(base) : "memory");
  else host_call2(__NR_arch_prctl, ARCH_SET_GS, base);
}

long set_fs_base(uint64_t base) {
  if (base >= USER_ADDRESS_END) return -EPERM;
  if (!has_fsgsbase) return host_call2(__NR_arch_prctl, ARCH_SET_FS, base);
  __asm__ volatile("wrfsbase %0" : : "r"(base) : "memory");
  return 0;
}

uint64_t get_fs_base(void) {
  uint64_t base = 0;
  if (has_fsgsbase) __asm__ volatile("rdfsbase %0" : "=r"(base));
  else host_call2(__NR_arch_prctl, ARCH_GET_FS, &base);
  return base;
}

char *map_arena(int descriptor, uint64_t address) {
  long mapped = host_call6(__NR_mmap, address, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0);
  return host_failed(mapped) ? 0 : (char *)mapped;
}

static _Noreturn void give_up(void) { host_exit_group(127); }

static unsigned find_fd_limit(void) {
  struct rlimit64 limit;
  if (host_call4(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, &limit) < 0) give_up();
  if (limit.rlim_cur < 2 * RESERVED_FD_COUNT || limit.rlim_cur > HOST_FD_LIMIT_MAX) give_up();
  return (unsigned)limit.rlim_cur;
}

long say_hello(struct thread *thread, unsigned how) {
  struct control_header hello = {CONTROL_HELLO, slot_index(thread), thread->slot->sequence + 1, 0};
  long sent = control_send(thread->process, &hello, sizeof hello);
  if (sent < 0) return sent;
  kernel_call_begin(thread, CALL_HELLO, ARENA_VERSION, how);
  return 0;
}

// Takes in the boot record; maps arena and status page.
static struct control_record receive_boot(struct process *process) {
  struct control_record record = control_receive(process, &message, sizeof message, 0);
  bool good = record.bytes >= (long)sizeof message.boot && record.descriptor_count >= 3 && !record.truncated &&
              message.boot.header.type == CONTROL_BOOT && message.boot.header.count <= LOAD_STEP_MAX;
  if (!good) give_up();
  char *arena = map_arena(record.descriptors[0], ARENA_ADDRESS);
  long status = host_call6(__NR_mmap, STATUS_PAGE_ADDRESS, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, record.descriptors[1], 0);
  if (!arena || host_failed(status)) give_up();
  host_call1(__NR_close, record.descriptors[0]);
  host_call1(__NR_close, record.descriptors[1]);
  process_bind_arena(process, arena);
  if (process->page->version != ARENA_VERSION || status_page()->version != ARENA_VERSION) give_up();
  return record;
}

// exec: handlers go back to the default, ignored signals stay so.
static void reset_actions(struct process *process) {
  for (int i = 1; i < ARENA_SIGNAL_COUNT; i++) {
    bool ignored = process->actions[i].handler == (uint64_t)SIG_IGN;
    process->actions[i] = (struct signal_action){.handler = ignored ? (uint64_t)SIG_IGN : (uint64_t)SIG_DFL};
  }
}

// What Linux does behind the point of no return. Source: fs/exec.c, bprm_execve.
static _Noreturn void fail_image(struct thread *thread) { signal_fatal(thread, SIGSEGV, 0, 0); }

// Starts the guest as a return from a signal would: what became pending meanwhile is delivered first.
static _Noreturn void enter_guest(struct thread *thread, uint64_t entry, uint64_t stack) {
  struct signal_context *context = (struct signal_context *)(((uint64_t)thread + BLOCK_SIZE - sizeof *context) & ~63ul);
  memset(context, 0, sizeof *context);
  context->flags = CONTEXT_HAS_SS;
  context->stack = (struct guest_stack){(uint64_t)thread + BLOCK_ALTERNATE_STACK, 0, 0, BLOCK_SIZE - BLOCK_ALTERNATE_STACK};
  context->registers.rip = entry;
  context->registers.rsp = stack;
  context->registers.cs = USER_CODE_SEGMENT;
  context->registers.ss = USER_STACK_SEGMENT;
  context->registers.eflags = FLAG_INTERRUPTS;
  thread->slot->thread_state = THREAD_USER;
  resume_context(context);
}

_Noreturn void boot(uint64_t *stack) {
  struct process *process = &first_process;
  has_fsgsbase = (auxiliary_get(stack, AT_HWCAP2_TYPE) & HWCAP2_FSGSBASE) != 0;
  process->host_fd_limit = find_fd_limit();
  struct control_record record = receive_boot(process);

  struct thread *thread = thread_block_take();
  if (!thread) give_up();
  thread->process = process;
  thread->slot = slot_at(process, 0);
  thread->alternate_stack.flags = SS_DISABLE;
  thread_bind(thread);
  if (say_hello(thread, 0) < 0) give_up();
  if (!(message.boot.flags & BOOT_FIRST)) {
    fd_drop_close_on_exec(thread);
    reset_actions(process);
  }
  install_host_handlers();
  signal_set_mask(thread, thread->slot->signal_mask);

  sites_are_rewritten = (message.boot.flags & BOOT_REWRITE) != 0;
  // A file that is shorter than its segments faults when the rest of a page is cleared.
  host_mask_set(HOST_MASK_ALL & ~(signal_bit(SIGSEGV) | signal_bit(SIGBUS)), 0);
  const struct load_step *steps = (const struct load_step *)message.rest;
  const char *path = (const char *)(steps + message.boot.header.count);
  if (!load_image(steps, message.boot.header.count, &record.descriptors[2], record.descriptor_count - 2)) fail_image(thread);
  for (unsigned i = 2; i < record.descriptor_count; i++) host_call1(__NR_close, record.descriptors[i]);
  if (message.boot.flags & BOOT_EXECUTABLE_STACK) make_stack_executable(stack);
  auxiliary_edit(stack, &message.boot, path);
  store_command_line(process, stack);
  program_break_set(process, message.boot.brk_start);

  host_mask_set(0, 0);
  if (dispatch_begin((message.boot.flags & BOOT_TRAPPED) != 0) < 0) fail_image(thread);
  enter_guest(thread, message.boot.entry, (uint64_t)stack);
}
