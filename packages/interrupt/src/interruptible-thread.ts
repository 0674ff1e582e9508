import { Errno, ErrnoError, errnoName } from '@occlum/errno';
import type { HostThreadBinding } from '@occlum/native';

import { layoutWords } from './layout-words.js';
import type { PendingEvents } from './pending-events.js';

/** A descriptor that {@link InterruptibleThread.poll} waits for. */
export interface Polled {
  readonly descriptor: number;
  /** Bits of `poll(2)`: 1 readable, 4 writable. */
  readonly events: number;
}

/** No end. */
const NEVER_MS = -1;
/** As many as sleep. */
const ALL = 2 ** 31 - 1;

/**
 * The calling thread (the main thread or a worker of Node), opted in to be interrupted: its waiting calls end with `EINTR` as
 * soon as an event is posted that it does not block, also one that comes between the look for events and the call. They
 * end for nothing else before their time: a signal of anybody else makes them go on.
 *
 * The calls are made by the thread itself, which does nothing else meanwhile, so they are for workers. Where they end with an event
 * the event stays; `PendingEvents.take` takes it.
 *
 * @example
 * ```ts
 * import { InterruptibleThread, PendingEvents } from '@occlum/interrupt';
 * import { hostBinding } from '@occlum/native';
 *
 * const events = PendingEvents.allocate(1);
 * const thread = InterruptibleThread.join(hostBinding(), events, 0);
 * thread.poll([], 1); // => []
 * events.post(0, 4);
 * let code = '';
 * try {
 *   thread.sleep(3_600_000);
 * } catch (error) {
 *   code = (error as { code: string }).code;
 * }
 * code; // => 'EINTR'
 * events.take(0); // => 4
 * thread.leave();
 * ```
 */
export class InterruptibleThread {
  readonly events: PendingEvents;
  readonly slot: number;
  readonly #host: HostThreadBinding;

  private constructor(host: HostThreadBinding, events: PendingEvents, slot: number) {
    this.#host = host;
    this.events = events;
    this.slot = slot;
  }

  /**
   * Opts the calling thread in. While any thread of the process is in, signal 64 has a handler of this package; one that was there
   * gets what is not for these threads, and is put back when the last has left, or its environment ends.
   *
   * @param events - Slots whose state word has the values of `HostThreadState`.
   * @param slot - Its own.
   * @throws {@link ErrnoError} `EBUSY` this thread has opted in already; `EINVAL` the memory does not hold the slot; `EAGAIN`
   *   1024 threads have.
   */
  static join(host: HostThreadBinding, events: PendingEvents, slot: number): InterruptibleThread {
    checked('join', host.threadJoin(events.words, layoutWords(events.layout), slot));
    return new InterruptibleThread(host, events, slot);
  }

  /** Opts out again: nobody signals the thread any more when it returns. */
  leave(): void {
    this.#host.threadLeave();
  }

  /**
   * `read(2)`.
   *
   * @returns Bytes read; 0 at the end.
   * @throws {@link ErrnoError} `EINTR` the thread has an event; or what the host says.
   */
  read(descriptor: number, out: Uint8Array): number {
    return this.#wait('read', NEVER_MS, () => this.#host.waitRead(descriptor, out));
  }

  /**
   * `write(2)`.
   *
   * @returns Bytes written.
   * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
   */
  write(descriptor: number, bytes: Uint8Array): number {
    return this.#wait('write', NEVER_MS, () => this.#host.waitWrite(descriptor, bytes));
  }

  /**
   * Waits until one of some descriptors is ready: `poll(2)`.
   *
   * @param timeoutMs - Left out, it waits for ever.
   * @returns What was found of each, in their order; all 0 when the time is over.
   * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
   */
  poll(polled: readonly Polled[], timeoutMs: number = NEVER_MS): number[] {
    const words = Int32Array.from(polled.flatMap(({ descriptor, events }) => [descriptor, events & 0xffff]));
    this.#wait('poll', timeoutMs, (leftMs) => this.#host.waitPoll(words, leftMs));
    return polled.map((_, index) => (words[2 * index + 1] ?? 0) >>> 16);
  }

  /**
   * Waits until {@link InterruptibleThread.notify}, as `Atomics.wait` does, which cannot be interrupted.
   *
   * @param words - Memory that is shared.
   * @param expected - It waits only while the word has this value.
   * @param timeoutMs - Left out, it waits for ever.
   * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
   */
  wait(words: Int32Array, index: number, expected: number, timeoutMs: number = NEVER_MS): 'ok' | 'not-equal' | 'timed-out' {
    let outcome: 'ok' | 'not-equal' | 'timed-out' = 'ok';
    this.#wait('futex', timeoutMs, (leftMs) => {
      const result = this.#host.waitFutex(words, index, expected, leftMs);
      if (result === -Errno.EAGAIN) outcome = 'not-equal';
      else if (result === -Errno.ETIMEDOUT) outcome = 'timed-out';
      else return result;
      return 0;
    });
    return outcome;
  }

  /**
   * Wakes threads that {@link InterruptibleThread.wait}; for any thread.
   *
   * @param count - At most so many; all when left out.
   * @returns How many were woken.
   */
  static notify(host: HostThreadBinding, words: Int32Array, index: number, count: number = ALL): number {
    return checked('futex', host.wakeFutex(words, index, count));
  }

  /**
   * Does nothing for a time.
   *
   * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
   */
  sleep(durationMs: number): void {
    this.#wait('nanosleep', durationMs, (leftMs) => this.#host.waitSleep(leftMs));
  }

  /**
   * Makes any other call that waits in the host, such as `fs.readSync` of a pipe. An event that is posted just before it waits is noticed
   * when the helper looks again, after its period. What the call does when it is interrupted is its own; the thread looks at
   * its events afterwards.
   *
   * @throws {@link ErrnoError} `EINTR` the thread has an event, and the call was not made; or what it throws.
   */
  during<T>(call: () => T): T {
    checked('during', this.#host.threadEnter());
    try {
      return call();
    } finally {
      this.#host.threadExit();
    }
  }

  /** Makes a call again while nothing of ours has ended it. */
  #wait(syscall: string, timeoutMs: number, call: (leftMs: number) => number): number {
    const endMs = timeoutMs < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
    let leftMs = timeoutMs;
    for (;;) {
      const result = call(leftMs);
      if (result !== -Errno.EINTR || this.events.isDeliverable(this.slot)) return checked(syscall, result);
      if (timeoutMs >= 0) leftMs = Math.max(0, endMs - performance.now());
    }
  }
}

function checked(syscall: string, result: number): number {
  if (result < 0) throw new ErrnoError(errnoName(-result) ?? 'EIO', { syscall });
  return result;
}
