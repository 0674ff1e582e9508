#include "host-thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>

#include "bind.h"
#include "helper.h"

extern "C" {
long waiting_gate(const uint32_t* pending, const uint32_t* mask, long number, const long* arguments);
extern const char waiting_gate_begin[], waiting_gate_syscall[], waiting_gate_refuse[];
}

namespace occlum {
namespace {

// Values of the state word; HostThreadState in packages/interrupt.
constexpr uint32_t kRunning = 0, kWaiting = 1;

// One test build leaves threads where they are, to show that it matters.
#ifdef NAIVE_INTERRUPTS
constexpr bool kMovesThreads = false;
#else
constexpr bool kMovesThreads = true;
#endif

// All are constant-initialised: a handler may look at them at any time.
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;  // over who is in, the disposition, and each signal
std::atomic<pid_t> members[HostThreads::kMax];  // 0: free; negative: that thread is about to leave
std::atomic<int> used = 0;                      // members from there on are free
int count = 0;
struct sigaction host_action;
std::atomic<uint32_t> taken_count = 0, before_call_count = 0;

struct Locked {
  Locked() { pthread_mutex_lock(&mutex); }
  ~Locked() { pthread_mutex_unlock(&mutex); }
};

int IndexOf(pid_t tid) {
  for (int i = 0; i < used; i++) {
    if (members[i] == tid) return i;
  }
  return -1;
}

// A signal that the host process means for itself, by its own handler.
void PassOn(int number, siginfo_t* information, void* context) {
  if ((host_action.sa_flags & SA_SIGINFO) != 0) {
    host_action.sa_sigaction(number, information, context);
  } else if (host_action.sa_handler != SIG_DFL && host_action.sa_handler != SIG_IGN) {
    host_action.sa_handler(number);
  }
}

bool IsMember(pid_t tid) { return IndexOf(tid) >= 0 || IndexOf(-tid) >= 0; }

void Handle(int number, siginfo_t* information, void* context) {
  const int error = errno;
  const bool is_sent_here = information->si_code == SI_TKILL && information->si_pid == getpid();
  if (!is_sent_here || !IsMember(static_cast<pid_t>(syscall(SYS_gettid)))) {
    PassOn(number, information, context);
  } else {
    taken_count++;
    greg_t& ip = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
    if (ip >= reinterpret_cast<greg_t>(waiting_gate_begin) && ip <= reinterpret_cast<greg_t>(waiting_gate_syscall)) {
      before_call_count++;
      if (kMovesThreads) ip = reinterpret_cast<greg_t>(waiting_gate_refuse);
    }
  }
  errno = error;
}

bool IsOurs(const struct sigaction& action) { return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == Handle; }

long Install() {
  struct sigaction action = {};
  action.sa_sigaction = Handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  // Read first: the handler may run before the call that sets it has returned.
  if (sigaction(kInterruptSignal, nullptr, &host_action) < 0) return -errno;
  return RawResult(sigaction(kInterruptSignal, &action, nullptr));
}

// Unless somebody has set another one meanwhile.
void Restore() {
  struct sigaction now;
  if (sigaction(kInterruptSignal, nullptr, &now) == 0 && IsOurs(now)) sigaction(kInterruptSignal, &host_action, nullptr);
}

void Unblock() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kInterruptSignal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace

long HostThreads::Join(pid_t tid) {
  const Locked locked;
  int place = IndexOf(0);
  if (place < 0) place = used;
  if (place >= kMax) return -EAGAIN;
  if (count == 0) {
    const long result = Install();
    if (result < 0) return result;
  }
  Unblock();
  members[place] = tid;
  if (place == used) used = place + 1;
  count++;
  return 0;
}

void HostThreads::Leave(pid_t tid) {
  int place;
  {
    const Locked locked;
    place = IndexOf(tid);
    if (place < 0) return;
    members[place] = -tid;
  }
  // Nobody sends to it from here on. What was sent comes while the thread is still known, so that it is not passed on.
  Settle();
  const Locked locked;
  members[place] = 0;
  if (--count == 0) Restore();
}

long HostThreads::Signal(pid_t tid, const EventWords& words) {
  const Locked locked;
  if (tid <= 0 || IndexOf(tid) < 0) return -ESRCH;
  // It may have taken the event since the caller looked. While its event is there it cannot leave the wait without Settle.
  if (!words.HasEvent() || words.IsQuiet()) return 0;
  return syscall(SYS_tgkill, getpid(), tid, kInterruptSignal) == 0 ? 1 : -errno;
}

// Who sends holds the lock; what was sent is taken at the end of any system call.
void HostThreads::Settle() {
  { const Locked locked; }
  syscall(SYS_getppid);
}

void HostThreads::Count(double* taken, double* before_call) {
  *taken = taken_count;
  *before_call = before_call_count;
}

void HostThread::Enter() { std::atomic_ref(*words.state).store(kWaiting); }

// A signal that comes later would end a call that nobody meant.
void HostThread::Exit() {
  std::atomic_ref(*words.state).store(kRunning);
  if (words.HasEvent()) HostThreads::Settle();
}

long HostThread::Wait(long number, long a, long b, long c, long d, long e, long f) {
  const long arguments[6] = {a, b, c, d, e, f};
  Enter();
  const long result = waiting_gate(words.pending, words.mask, number, arguments);
  Exit();
  return result;
}

void HostThread::Leave() {
  std::atomic_ref(*words.state).store(kRunning);
  std::atomic_ref(*id).store(0);
  HostThreads::Leave(tid);
}

}  // namespace occlum
