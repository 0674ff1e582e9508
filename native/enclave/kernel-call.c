#include "kernel-call.h"

#include <linux/poll.h>
#include <linux/time_types.h>

#include "control.h"
#include "descriptor.h"
#include "dispatch.h"
#include "exec.h"
#include "guest-memory.h"
#include "memory.h"
#include "guest-signal.h"
#include "socket-abi.h"

#define SPIN_CYCLES 160000     // at most 80 us on processors of 2 GHz and more: what waking a halted virtual CPU costs both sides
#define SPIN_LOOKS 16          // looks between two offers of the CPU to others
#define SPIN_FAILURES_MAX 4
#define SPIN_PAUSE_CALLS 32

static uint32_t current_cpu(void) {
  uint32_t limit;
  // The host keeps the CPU in the low 12 bits of this segment's limit, for the vDSO's getcpu.
  __asm__ volatile("lsl %1, %0" : "=r"(limit) : "r"(0x7bu));
  return limit & 0xfff;
}

static uint64_t cycles(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

// Spins for the reply where the kernel runs on another CPU, also while it is being woken there: a thread that sleeps has
// its CPU halted, which costs both sides more than most calls take. On one CPU it would only delay the kernel. Others that
// want this CPU get it meanwhile.
static bool spin(struct thread *thread) {
  struct thread_slot *slot = thread->slot;
  if (thread->spin_pause > 0) {
    thread->spin_pause--;
    return false;
  }
  if (status_page()->cpu == slot->cpu) return false;
  uint64_t start = cycles();
  do {
    for (int i = 0; i < SPIN_LOOKS; i++) {
      if (__atomic_load_n(&slot->state, __ATOMIC_ACQUIRE) == SLOT_DONE) {
        thread->spin_failures = 0;
        return true;
      }
      __asm__ volatile("pause");
    }
    host_call0(__NR_sched_yield);
  } while (cycles() - start < SPIN_CYCLES);
  if (++thread->spin_failures >= SPIN_FAILURES_MAX) {
    thread->spin_failures = 0;
    thread->spin_pause = SPIN_PAUSE_CALLS;
  }
  return false;
}

// Waits for the reply to what was posted; gives the result.
static long await_reply(struct thread *thread) {
  struct thread_slot *slot = thread->slot;
  if (!spin(thread)) {
    uint32_t expected = SLOT_POSTED;
    __atomic_compare_exchange_n(&slot->state, &expected, SLOT_WAITING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    while (__atomic_load_n(&slot->state, __ATOMIC_ACQUIRE) == SLOT_WAITING)
      host_call4(__NR_futex, &slot->state, FUTEX_WAIT, SLOT_WAITING, 0);
  }
  slot->thread_state = THREAD_RUNTIME;
  __atomic_store_n(&slot->state, SLOT_IDLE, __ATOMIC_RELAXED);
  return slot->result;
}

void kernel_call_prepare(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  struct thread_slot *slot = thread->slot;
  if (__builtin_expect(thread->call_begun, 0)) {
    thread->call_begun = false;
    if (await_reply(thread) < 0) host_exit_group(127);
  }
  slot->number = number;
  slot->sequence++;
  slot->call_flags = 0;
  slot->reply_flags = 0;
  for (int i = 0; i < 6; i++) {
    slot->arguments[i] = arguments ? arguments[i] : 0;
    slot->data_offset[i] = 0;
    slot->data_length[i] = 0;
    slot->out_length[i] = 0;
    slot->object[i] = 0;
    slot->object_kind[i] = FD_NONE;
  }
}

void kernel_call_post_last(struct thread *thread) {
  static const uint64_t one = 1;
  struct process *process = thread->process;
  unsigned index = slot_index(thread);
  if (__atomic_load_n(&process->page->dead, __ATOMIC_ACQUIRE)) host_exit_group(0);
  thread->slot->cpu = current_cpu();
  thread->slot->thread_state = THREAD_KERNEL;
  __atomic_store_n(&thread->slot->state, SLOT_POSTED, __ATOMIC_RELEASE);
  __atomic_fetch_or(&process->page->calls[index / 64], 1ul << (index % 64), __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&status_page()->sleeping, __ATOMIC_SEQ_CST))
    host_call3(__NR_write, reserved_fd(process, RESERVED_FD_DOORBELL), &one, sizeof one);
}

long kernel_call_post(struct thread *thread) {
  kernel_call_post_last(thread);
  return await_reply(thread);
}

void kernel_call_begin(struct thread *thread, uint32_t number, uint64_t a, uint64_t b) {
  const uint64_t arguments[6] = {a, b};
  kernel_call_prepare(thread, number, arguments);
  kernel_call_post_last(thread);
  thread->slot->thread_state = THREAD_RUNTIME;
  thread->call_begun = true;
}

long kernel_call_plain(struct thread *thread, uint32_t number, uint64_t a, uint64_t b, uint64_t c) {
  const uint64_t arguments[6] = {a, b, c};
  kernel_call_prepare(thread, number, arguments);
  return kernel_call_post(thread);
}

// How long one kernel call may wait for a descriptor, over all its tries.
struct patience {
  bool known, limited;
  struct __kernel_timespec left;
};

// Waits until the descriptor of argument 0 is ready. 0 when it is, else the call's result.
static long wait_for_readiness(struct thread *thread, uint32_t number, uint64_t fd, uint32_t events, struct patience *patience) {
  if (!patience->known) patience->limited = socket_timeout(fd, events & POLLIN ? SO_RCVTIMEO : SO_SNDTIMEO, &patience->left);
  patience->known = true;
  struct wait wait = wait_begin(thread, patience->limited ? -EINTR : -RESULT_RESTART);
  wait.ends_by_stop = patience->limited;
  for (;;) {
    struct {
      int32_t descriptor;
      int16_t events, found;
    } wanted = {(int32_t)fd, (int16_t)events, 0};
    if (patience->limited) thread->slot->in_call = (number + 1) | IN_CALL_ENDS_BY_STOP;
    long ready = host_wait5(__NR_ppoll, &wanted, 1, patience->limited ? &patience->left : 0, 0, 0);
    thread->slot->in_call = 0;
    if (ready == 0) return number == __NR_connect ? -EINPROGRESS : -EAGAIN;
    if (wait_is_over(thread, &wait, &ready)) return ready > 0 ? 0 : ready;
  }
}

// Index of the argument that takes two descriptor numbers.
static int pair_argument(const struct argument *kinds) {
  for (int i = 0; i < 6; i++)
    if (kinds[i].kind == KIND_OUT) return i;
  return -1;
}

// Installs the descriptors that a reply announces; gives the call's result.
static long install_replied(struct thread *thread, const uint64_t *arguments, const struct argument *kinds) {
  struct thread_slot *slot = thread->slot;
  uint32_t flags = slot->reply_flags;
  struct fd_grant first = {slot->new_object, slot->new_kind, slot->new_flags & (FD_FLAG_APPEND_ONLY | FD_FLAG_INHERITED | FD_FLAG_OWN)};
  struct fd_grant second = {slot->new_object_second, first.kind, first.flags};
  uint32_t sequence = slot->sequence, target = slot->fd_target;
  if (flags & REPLY_FD_CLOEXEC) first.flags |= FD_FLAG_CLOEXEC, second.flags |= FD_FLAG_CLOEXEC;

  long low = control_receive_fd(thread, sequence, &first);
  if (!(flags & REPLY_FD_SECOND)) {
    if (low >= 0 && (flags & REPLY_FD_AT)) low = fd_move(thread, (int)low, (int)target);
    return low;
  }
  long high = control_receive_fd(thread, sequence, &second);
  int pair = pair_argument(kinds);
  if (low >= 0 && high >= 0 && pair >= 0) {
    int32_t numbers[2] = {(int32_t)low, (int32_t)high};
    if (copy_to_guest(arguments[pair], numbers, sizeof numbers)) return 0;
    low = fd_close(thread, (int)low), high = fd_close(thread, (int)high);
    return -EFAULT;
  }
  if (low >= 0) fd_close(thread, (int)low);
  if (high >= 0) fd_close(thread, (int)high);
  return low < 0 ? low : high < 0 ? high : -EFAULT;
}

// A reply with a descriptor may have data too, as the address of accept4. A pair's data is the two numbers.
static long receive_replied(struct thread *thread, const uint64_t *arguments, const struct argument *kinds) {
  bool is_pair = (thread->slot->reply_flags & REPLY_FD_SECOND) != 0;
  bool written = is_pair || marshal_out(thread, arguments, kinds);
  long result = install_replied(thread, arguments, kinds);
  if (written || result < 0) return result;
  fd_close(thread, (int)result);
  return -EFAULT;
}

// Sends the descriptor with the call where the handler is sure to ask for it: it would cost a second call.
static void send_ahead(struct thread *thread, const uint64_t *arguments, const struct argument *kinds) {
  if (kinds[0].kind != KIND_FD_SENT) return;
  switch (fd_kind_of(thread->process, (int)arguments[0])) {
    case FD_ANONYMOUS:
    case FD_INET:
    case FD_UNIX:
    case FD_PIPE:
      if (control_send_fd(thread, (int)arguments[0]) < 0) return;
      thread->slot->fd_wanted = 0;
      thread->slot->call_flags |= CALL_FLAG_FD_SENT;
      return;
    default:
      return;
  }
}

long kernel_call_post_with_descriptors(struct thread *thread, const uint64_t *arguments) {
  struct thread_slot *slot = thread->slot;
  for (;;) {
    long result = kernel_call_post(thread);
    if (!(slot->reply_flags & REPLY_RETRY_WITH_FD)) return result;
    uint32_t wanted = slot->fd_wanted;
    long sent = control_send_fd(thread, wanted < 6 ? (int)arguments[wanted] : (int)(wanted - 6));
    if (sent < 0) return sent;
    slot->call_flags |= CALL_FLAG_FD_SENT;
    slot->reply_flags = 0;
  }
}

void kernel_call_trace(struct thread *thread, uint32_t number, long result, const uint64_t *arguments) {
  const uint64_t report[6] = {number, (uint64_t)result, arguments[0], arguments[1], arguments[2], arguments[3]};
  kernel_call_prepare(thread, CALL_TRACE, report);
  kernel_call_post(thread);
}

long kernel_call(struct thread *thread, uint32_t number, const uint64_t *arguments, const struct argument *kinds) {
  struct thread_slot *slot = thread->slot;
  uint32_t again = 0;
  struct patience patience = {0};
  for (;;) {
    kernel_call_prepare(thread, number, arguments);
    slot->call_flags = again;
    marshal_in(thread, arguments, kinds);
    send_ahead(thread, arguments, kinds);
    long result = kernel_call_post_with_descriptors(thread, arguments);
    uint32_t reply = slot->reply_flags;

    if (reply & REPLY_EXEC) return exec_prepared(thread, number, arguments);
    if (reply & REPLY_POLL_FD) {
      long failed = wait_for_readiness(thread, number, arguments[0], slot->poll_events, &patience);
      if (failed) return failed;
      again |= CALL_FLAG_POLLED;
      continue;
    }
    if (result == -RESULT_RESTART || result == -RESULT_RESTART_NO_HANDLER) {
      if (signal_take_after(thread)) return result;
      again |= CALL_FLAG_RESTARTED;
      continue;
    }
    if (reply & (REPLY_FD | REPLY_FD_AT)) {
      result = receive_replied(thread, arguments, kinds);
      if (__builtin_expect(status_page()->trace, 0)) kernel_call_trace(thread, number, result, arguments);
      return result;
    }
    return marshal_out(thread, arguments, kinds) ? result : -EFAULT;
  }
}

long kernel_call_row(struct thread *thread, uint32_t number, const uint64_t *arguments) {
  return kernel_call(thread, number, arguments, syscall_row(number)->arguments);
}
