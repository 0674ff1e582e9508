#include "helper.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "host-calls.h"
#include "transport.h"

namespace occlum {

namespace {

constexpr uint64_t kNever = UINT64_MAX;
constexpr uint64_t kRetryNs = 1'000'000;      // first try after the host had no room for a signal ...
constexpr uint64_t kRetryMaxNs = 64'000'000;  // ... and the longest pause between two

struct Locked {
  explicit Locked(pthread_mutex_t& mutex) : mutex(mutex) { pthread_mutex_lock(&mutex); }
  ~Locked() { pthread_mutex_unlock(&mutex); }
  pthread_mutex_t& mutex;
};

uint64_t After(uint64_t now_ns, uint64_t interval_ns) { return interval_ns > kNever - now_ns ? kNever : now_ns + interval_ns; }

}  // namespace

bool ThreadSlots::Describe(napi_env env, napi_value words, Words<int32_t> layout) {
  Words<int32_t> memory;
  ReadArgument(env, words, &memory);
  if (layout.count != 8 || memory.data == nullptr) return false;
  const int32_t* field = layout.data;
  base = reinterpret_cast<uint8_t*>(memory.data) + field[0];
  count = static_cast<uint32_t>(field[1]);
  stride = static_cast<uint32_t>(field[2]);
  pending = field[3], mask = field[4], state = field[5], tid = field[6];
  quiet = static_cast<uint32_t>(field[7]);
  const size_t end = static_cast<size_t>(field[0]) + size_t{count} * stride;
  if (field[0] < 0 || field[0] % 4 != 0 || stride % 4 != 0 || end > memory.count * sizeof(int32_t)) return false;
  for (const int32_t offset : {pending, mask, state, tid}) {
    const bool absent = offset == -1 && mask == -1;
    if (!absent && (offset < 0 || offset % 4 != 0 || static_cast<uint32_t>(offset) + 4 > stride)) return false;
  }
  return true;
}

EventWords ThreadSlots::Events(uint32_t slot) const {
  static uint32_t nothing = 0;
  return {Word(slot, pending), mask < 0 ? &nothing : Word(slot, mask), Word(slot, state), quiet};
}

void InterruptHelper::SetPeriod(uint64_t period_ns) {
  const Locked locked(mutex_);
  period_ns_ = period_ns;
  const uint64_t due = After(NowNs(), period_ns);
  for (const auto& target : targets_) {
    if (target == nullptr) continue;
    for (Watch& watch : target->watches) {
      if (watch.refused) continue;
      watch = {watch.slot, false, period_ns, due};
      WakeBefore(due);
    }
  }
}

int InterruptHelper::Add(const ThreadSlots& slots) {
  const Locked locked(mutex_);
  const auto free = std::find(targets_.begin(), targets_.end(), nullptr);
  const int handle = static_cast<int>(free - targets_.begin());
  auto target = std::make_unique<Target>(Target{slots, {}});
  if (free == targets_.end()) targets_.push_back(std::move(target));
  else *free = std::move(target);
  return handle;
}

napi_ref InterruptHelper::Remove(int handle) {
  const Locked locked(mutex_);
  if (handle < 0 || handle >= static_cast<int>(targets_.size()) || targets_[handle] == nullptr) return nullptr;
  napi_ref memory = targets_[handle]->slots.memory;
  targets_[handle] = nullptr;
  return memory;
}

void InterruptHelper::Forget(napi_env env, const void* memory, size_t size) {
  for (size_t handle = 0; handle < targets_.size(); handle++) {
    const auto& target = targets_[handle];
    if (target == nullptr || static_cast<size_t>(target->slots.base - static_cast<const uint8_t*>(memory)) >= size) continue;
    napi_delete_reference(env, Remove(static_cast<int>(handle)));
  }
}

// Whoever signals holds the lock: a thread gets one signal for its event, and a reaper has one id that is about to be signalled.
// 1 it was signalled; 0 it needs no signal by now; or -errno.
long InterruptHelper::Send(Target& target, uint32_t slot) {
  const ThreadSlots& slots = target.slots;
  const auto tid = static_cast<pid_t>(std::atomic_ref(*slots.Word(slot, slots.tid)).load());
  if (tid <= 0) return -ESRCH;
  const long result = slots.reaper ? slots.reaper->Interrupt(slots.pid, tid) : HostThreads::Signal(tid, slots.Events(slot));
  if (result > 0) sent_++;
  if (result == -EAGAIN) refused_++;
  return result;
}

void InterruptHelper::Keep(Target& target, uint32_t slot, bool refused) {
  const uint64_t interval = refused ? kRetryNs : period_ns_;
  const Watch fresh = {slot, refused, interval, After(NowNs(), interval)};
  const auto known = std::find_if(target.watches.begin(), target.watches.end(), [=](const Watch& watch) { return watch.slot == slot; });
  if (known == target.watches.end()) target.watches.push_back(fresh);
  else *known = fresh;
  WakeBefore(fresh.due_ns);
}

long InterruptHelper::Interrupt(int handle, uint32_t slot) {
  const Locked locked(mutex_);
  Target* target = handle >= 0 && handle < static_cast<int>(targets_.size()) ? targets_[handle].get() : nullptr;
  if (target == nullptr || slot >= target->slots.count) return -EBADF;
  if (!target->slots.HasEvent(slot) || target->slots.IsQuiet(slot)) return 0;
  const long result = Send(*target, slot);
  if (result > 0 || result == -EAGAIN) Keep(*target, slot, result < 0);
  return result;
}

// True while the thread still has to be watched. One that acknowledges nothing is asked ever more seldom: signals of a process
// that is stopped pile up.
bool InterruptHelper::Look(Target& target, Watch& watch, uint64_t now_ns) {
  if (!target.slots.HasEvent(watch.slot)) {
    acknowledged_++;
    return false;
  }
  if (watch.due_ns > now_ns) return true;
  if (!target.slots.IsQuiet(watch.slot)) {
    const bool was_refused = watch.refused;
    const long result = Send(target, watch.slot);
    if (result <= 0 && result != -EAGAIN) return false;
    if (!was_refused) repeated_++;
    watch.refused = result < 0;
    if (watch.refused != was_refused) watch.interval_ns = watch.refused ? kRetryNs / 2 : period_ns_ / 2;
  }
  watch.interval_ns = watch.interval_ns > kNever / 2 ? kNever : watch.interval_ns * 2;
  if (watch.refused) watch.interval_ns = std::min(watch.interval_ns, kRetryMaxNs);
  watch.due_ns = After(now_ns, watch.interval_ns);
  return true;
}

uint64_t InterruptHelper::LookAtAll(uint64_t now_ns) {
  uint64_t next = kNever;
  for (const auto& target : targets_) {
    if (target == nullptr) continue;
    std::erase_if(target->watches, [&](Watch& watch) { return !Look(*target, watch, now_ns); });
    for (const Watch& watch : target->watches) next = std::min(next, watch.due_ns);
  }
  return next;
}

// Starts the thread, or wakes it where it would sleep too long.
void InterruptHelper::WakeBefore(uint64_t due_ns) {
  if (!running_) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    running_ = pthread_create(&thread_, nullptr, Run, this) == 0;
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    return;  // without a thread nothing is repeated; the next event tries again
  }
  if (sleeps_until_ns_ <= due_ns) return;
  std::atomic_ref(word_)++;
  syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  sleeps_until_ns_ = 0;
}

void* InterruptHelper::Run(void* helper) {
  static_cast<InterruptHelper*>(helper)->Work();
  return nullptr;
}

void InterruptHelper::Work() {
  prctl(PR_SET_NAME, "occlum-helper");
  pthread_mutex_lock(&mutex_);
  while (!stopping_) {
    wakes_++;
    const uint64_t until = LookAtAll(NowNs());
    sleeps_until_ns_ = until;
    const uint32_t word = std::atomic_ref(word_).load();
    pthread_mutex_unlock(&mutex_);
    const timespec end = {static_cast<time_t>(until / 1'000'000'000), static_cast<long>(until % 1'000'000'000)};
    // The bitset form takes a point in time of the monotonic clock.
    syscall(SYS_futex, &word_, FUTEX_WAIT_BITSET_PRIVATE, word, until == kNever ? nullptr : &end, nullptr, FUTEX_BITSET_MATCH_ANY);
    pthread_mutex_lock(&mutex_);
    sleeps_until_ns_ = 0;
  }
  pthread_mutex_unlock(&mutex_);
}

void InterruptHelper::Stop() {
  pthread_mutex_lock(&mutex_);
  const bool ran = running_;
  stopping_ = true;
  running_ = false;
  std::atomic_ref(word_)++;
  syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  pthread_mutex_unlock(&mutex_);
  if (ran) pthread_join(thread_, nullptr);
  stopping_ = false;
}

void InterruptHelper::Count(double* out) {
  const Locked locked(mutex_);
  double watched = 0;
  for (const auto& target : targets_) watched += target == nullptr ? 0 : static_cast<double>(target->watches.size());
  const double counters[kCounters] = {sent_, refused_, repeated_, acknowledged_, wakes_, watched};
  std::copy_n(counters, kCounters, out);
}

}  // namespace occlum
