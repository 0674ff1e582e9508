// Threads of this process that have opted in to be interrupted: signal 64 ends their waiting host calls with EINTR.
//
// While there is one, signal 64 of the process has our handler, which does nothing but that; the last to leave puts back what
// was there. Nobody else is ever signalled: a sender and a thread that leaves exclude each other.
#pragma once

#include <node_api.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>

namespace occlum {

// Words of one thread, in memory that others write too.
struct EventWords {
  uint32_t *pending, *mask, *state;
  uint32_t quiet;  // bit per value of `state` in which the thread looks by itself before it goes on

  bool HasEvent() const { return (std::atomic_ref(*pending).load() & ~std::atomic_ref(*mask).load()) != 0; }
  bool IsQuiet() const {
    const uint32_t value = std::atomic_ref(*state).load();
    return value < 32 && (quiet >> value & 1) != 0;
  }
};

// What every thread of the process shares.
class HostThreads {
 public:
  static constexpr int kMax = 1024;

  // Opts the calling thread in: 0, -EAGAIN when there are too many, or another -errno.
  static long Join(pid_t tid);
  // A signal that was sent to the calling thread has been taken when it returns.
  static void Leave(pid_t tid);
  // tgkill(2) of signal 64 to a thread that has opted in: 1, 0 where it needs none by now, or -errno.
  static long Signal(pid_t tid, const EventWords& words);
  // After the calling thread has written a quiet state: a signal that was sent before has been taken when it returns.
  static void Settle();
  // How often members took signal 64, and how often that was just before a call of the gate.
  static void Count(double* taken, double* before_call);
};

// The calling thread of one environment.
struct HostThread {
  pid_t tid;
  EventWords words;
  uint32_t* id;  // the word that has its tid
  napi_ref memory = nullptr;

  void Enter();
  void Exit();
  // A call through the gate, between Enter and Exit.
  long Wait(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);
  void Leave();
};

}  // namespace occlum
