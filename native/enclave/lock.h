// A lock of the runtime: a futex of this address space. Held over clone where a child must not inherit it taken.
//
// Never taken by the handler of signal 64 while it interrupts the runtime; what guest code holds is nothing.
#ifndef OCCLUM_ENCLAVE_LOCK_H
#define OCCLUM_ENCLAVE_LOCK_H

#include <stdint.h>

#include "host.h"

enum { LOCK_FREE = 0, LOCK_HELD = 1, LOCK_CONTENDED = 2 };

struct lock {
  uint32_t word;
};

static inline void lock_take(struct lock *lock) {
  uint32_t expected = LOCK_FREE;
  if (__atomic_compare_exchange_n(&lock->word, &expected, LOCK_HELD, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
  while (__atomic_exchange_n(&lock->word, LOCK_CONTENDED, __ATOMIC_ACQUIRE) != LOCK_FREE)
    host_call4(__NR_futex, &lock->word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, LOCK_CONTENDED, 0);
}

static inline void lock_release(struct lock *lock) {
  if (__atomic_exchange_n(&lock->word, LOCK_FREE, __ATOMIC_RELEASE) == LOCK_CONTENDED)
    host_call3(__NR_futex, &lock->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
}

#endif
