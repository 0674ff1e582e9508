import { Errno } from '@occlum/errno';

import type { Thread } from '../process/thread.js';
import { monotonicMs } from '../time/monotonic-clock.js';
import { ERESTARTSYS } from './syscall-context.js';
import type { WaitQueue } from './wait-queue.js';

/** Longest that Node's timers can wait; a longer time-out is looked at again then. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/**
 * Waits for a condition in the name of a thread; a signal or the end of its process ends the wait.
 *
 * @param thread - Who waits.
 * @param queues - Who wakes it.
 * @param condition - What is waited for, `undefined` until it is there.
 * @param timeoutMs - Milliseconds from now; none when left out or `Infinity`.
 * @returns The value; `-ERESTARTSYS`; `-ETIMEDOUT`.
 */
export function interruptibleWait<T>(
  thread: Thread,
  queues: readonly WaitQueue[],
  condition: () => T | undefined,
  timeoutMs = Infinity,
): Promise<T | number> {
  const now = condition();
  if (now !== undefined) return Promise.resolve(now);
  if (thread.isInterrupted) return Promise.resolve(-ERESTARTSYS);
  if (timeoutMs <= 0) return Promise.resolve(-Errno.ETIMEDOUT);

  return new Promise((resolve) => {
    const deadline = monotonicMs() + timeoutMs;
    let timer: NodeJS.Timeout | undefined;
    const finish = (value: T | number): void => {
      for (const end of subscriptions) end();
      clearTimeout(timer);
      thread.interrupt = undefined;
      resolve(value);
    };
    const look = (): void => {
      const value = condition();
      if (value !== undefined) finish(value);
    };
    const arm = (): void => {
      if (timeoutMs === Infinity) return;
      const left = deadline - monotonicMs();
      if (left <= 0) finish(-Errno.ETIMEDOUT);
      else timer = setTimeout(arm, Math.min(Math.ceil(left), TIMER_MAX_MS));
    };
    const subscriptions = queues.map((queue) => queue.subscribe(look));
    thread.interrupt = () => {
      if (thread.isInterrupted) finish(-ERESTARTSYS);
    };
    arm();
  });
}
