// The frame a guest's signal handler gets on the guest's stack, and the way back.
//
// Source: arch/x86/kernel/signal.c, signal_64.c, fpu/signal.c; x86-64 psABI (red zone).
#include "guest-memory.h"
#include "memory.h"
#include "patch.h"
#include "guest-signal.h"

#define RED_ZONE 128
#define FLAG_TRAP 0x100ul
#define FLAG_DIRECTION 0x400ul
#define FLAG_RESUME 0x10000ul

struct signal_frame {
  uint64_t return_address;
  struct signal_context context;
  struct signal_information information;
};
_Static_assert(sizeof(struct signal_frame) == 440, "struct rt_sigframe");

static bool is_on(const struct guest_stack *stack, uint64_t pointer) {
  return !(stack->flags & SS_DISABLE) && pointer - stack->address - 1 < stack->size;
}

// Size of the vector state that the host saved; 0 when there is none.
static uint64_t extended_state_size(uint64_t address) {
  uint32_t software[2];
  if (address == 0) return 0;
  if (!copy_from_guest(software, address + EXTENDED_STATE_SOFTWARE, sizeof software)) return 0;
  if (software[0] != EXTENDED_STATE_MAGIC || software[1] < EXTENDED_STATE_LEGACY_SIZE || software[1] > EXTENDED_STATE_MAX)
    return EXTENDED_STATE_LEGACY_SIZE;
  return software[1];
}

// Copies guest memory to guest memory; the source is the host's frame, or the guest's own after an rt_sigreturn.
static bool copy_state(uint64_t to, uint64_t from, uint64_t bytes) {
  // Both sides are checked by the same fix-up.
  return copy_to_guest(to, (const void *)from, bytes);
}

bool frame_build(struct thread *thread, struct signal_context *context, const struct taken_signal *taken,
                 const struct signal_action *action, uint64_t old_mask) {
  struct guest_stack *stack = &thread->alternate_stack;
  uint64_t pointer = context->registers.rsp - RED_ZONE;
  bool was_on = is_on(stack, context->registers.rsp);
  bool autodisarm = ((uint32_t)stack->flags & SS_AUTODISARM) != 0;
  bool enters = (action->flags & SA_ONSTACK) && !(stack->flags & SS_DISABLE) && (!was_on || autodisarm);
  if (enters) pointer = stack->address + stack->size;

  uint64_t state_bytes = extended_state_size(context->registers.extended_state);
  uint64_t state = (pointer - state_bytes) & ~63ul;
  uint64_t place = ((state - sizeof(struct signal_frame)) & ~15ul) - 8;
  // Linux refuses to run over the end of the alternate stack.
  if ((enters || (was_on && !autodisarm)) && !is_on(stack, place)) return false;
  if (state_bytes && !copy_state(state, context->registers.extended_state, state_bytes)) return false;

  struct signal_frame frame = {.return_address = action->restorer, .context = *context, .information = taken->information};
  frame.context.link = 0;
  frame.context.stack = *stack;
  frame.context.mask = old_mask;
  frame.context.registers.old_mask = old_mask;
  frame.context.registers.extended_state = state_bytes ? state : 0;
  if (!copy_to_guest(place, &frame, sizeof frame)) return false;
  if (autodisarm) *stack = (struct guest_stack){0, SS_DISABLE, 0, 0};

  context->registers.rdi = (uint64_t)taken->number;
  context->registers.rsi = place + offsetof(struct signal_frame, information);
  context->registers.rdx = place + offsetof(struct signal_frame, context);
  context->registers.rax = 0;
  context->registers.rip = action->handler;
  context->registers.rsp = place;
  context->registers.eflags &= ~(FLAG_TRAP | FLAG_DIRECTION | FLAG_RESUME);
  return true;
}

bool frame_return(struct thread *thread, struct signal_context *context) {
  struct signal_context saved;
  struct guest_stack *stack = &thread->alternate_stack;
  // A stack that is in use is not changed, nor is that an error.
  bool in_use = is_on(stack, context->registers.rsp) && !((uint32_t)stack->flags & SS_AUTODISARM);
  // The handler's `ret` has taken the return address.
  if (!copy_from_guest(&saved, context->registers.rsp, sizeof saved)) return false;
  uint16_t cs = context->registers.cs, ss = context->registers.ss, gs = context->registers.gs, fs = context->registers.fs;
  context->registers = saved.registers;
  context->registers.cs = cs, context->registers.ss = ss, context->registers.gs = gs, context->registers.fs = fs;
  if (sites_are_rewritten) context->registers.rip = patch_resume_address(context->registers.rip);
  thread->restore_mask = false;
  signal_set_mask(thread, saved.mask);
  if (in_use) return true;
  // Linux ignores a bad alternate stack here.
  if (saved.stack.flags & SS_DISABLE)
    *stack = (struct guest_stack){0, SS_DISABLE, 0, 0};
  else if (saved.stack.size >= 2048)
    *stack = (struct guest_stack){saved.stack.address, saved.stack.flags & (int32_t)SS_AUTODISARM, 0, saved.stack.size};
  return true;
}
