// Handler of SIGSYS: the LibOS entry from any `syscall` instruction of the guest.
#include <linux/audit.h>
#include <linux/mman.h>
#include <linux/prctl.h>

#include "dispatch.h"
#include "fast-entry.h"
#include "kernel-call.h"
#include "memory.h"
#include "guest-signal.h"
#include "patch.h"
#include "trampoline.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif

static bool trapped_by_filter;

// A `syscall` outside the runtime's addresses, with a number that no table has.
static const uint8_t probe_code[] = {0xb8, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x05, 0xc3};

// Where the host has no Syscall User Dispatch the supervisor's filter traps by address. Makes sure that it does: this
// runtime answers the probe ENOSYS, the filter would say EPERM.
static long expect_trapping_filter(void) {
  long page = host_call6(__NR_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (host_failed(page)) return page;
  memcpy((void *)page, probe_code, sizeof probe_code);
  long result = host_call3(__NR_mprotect, page, 4096, PROT_READ | PROT_EXEC);
  if (result == 0) __asm__ volatile("call *%1" : "=a"(result) : "r"(page) : "rcx", "r11", "memory");
  host_call2(__NR_munmap, page, 4096);
  if (result != -ENOSYS) return -EPERM;
  trapped_by_filter = true;
  sites_are_rewritten = false;  // the filter lets calls from fast-entry.S pass
  return 0;
}

long dispatch_begin(bool by_filter) {
  if (!by_filter && dispatch_on() == 0) return 0;
  return expect_trapping_filter();
}

long dispatch_on(void) {
  if (trapped_by_filter) return 0;
  // Selector null: always on. One page is let through.
  return host_call5(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, trampoline_page,
                    trampoline_end - trampoline_page, 0);
}

void trap_handler(int number, struct signal_information *information, struct signal_context *context) {
  (void)number;
  struct thread *thread = current_thread();
  struct signal_registers *registers = &context->registers;
  if (information->system_call.architecture != AUDIT_ARCH_X86_64) {
    registers->rax = (uint64_t)-ENOSYS;
    return;
  }
  if (registers->rip == (uint64_t)fast_exit_trapped) {
    fast_finish(thread, context);
    return;
  }
  if (registers->rip == (uint64_t)fast_entry_trapped) {
    registers->rip = thread->resume_ip;
    thread->restart_ip = patch_restart_address(thread->resume_ip);
  } else {
    thread->restart_ip = registers->rip - 2;
    if (sites_are_rewritten) registers->rip = patch_count(registers->rip, (uint32_t)registers->rax);
  }
  const uint64_t arguments[6] = {registers->rdi, registers->rsi, registers->rdx, registers->r10, registers->r8, registers->r9};
  uint32_t call = (uint32_t)registers->rax;
  thread->context = context;
  thread->slot->thread_state = THREAD_RUNTIME;
  thread->slot->user_ip = registers->rip;
  thread->slot->user_sp = registers->rsp;

  long result = dispatch(thread, call, arguments);
  if (call != __NR_rt_sigreturn) registers->rax = (uint64_t)result;
  else result = 0;
  dispatch_finish(thread, context, result, call);
}

// Called by the trampoline when something is pending at an exit.
void signal_return_pending(struct signal_context *context) {
  signal_deliver(current_thread(), context, 0, 0);
}
