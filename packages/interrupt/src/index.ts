/**
 * Interrupts threads that have an event, whatever they do: pending events in shared memory, and a native helper thread.
 *
 * @packageDocumentation
 */

export { DEFAULT_PERIOD_MS, InterruptHelper, InterruptTarget, PERIOD_MAX_MS } from './interrupt-helper.js';
export type { GuestProcess, InterruptHelperOptions, InterruptStatistics } from './interrupt-helper.js';
export { InterruptibleThread } from './interruptible-thread.js';
export type { Polled } from './interruptible-thread.js';
export { HostThreadState, PendingEvents } from './pending-events.js';
export type { EventLayout } from './pending-events.js';
