import type { EventLayout } from './pending-events.js';

/** A layout as the addon takes it. */
export function layoutWords({ first, count, stride, pending, mask = -1, state, tid, quiet }: EventLayout): Int32Array {
  const quietBits = quiet.reduce((bits, value) => bits | (1 << value), 0);
  return Int32Array.of(first, count, stride, pending, mask, state, tid, quietBits);
}
