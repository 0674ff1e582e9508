import { expect, test } from 'vitest';

import { guest, succeed } from './support/occlum.js';
import { VARIANT } from './support/variant.js';

/** The same runtime serves all variants; the largest size runs in one. */
const SIGNALS = VARIANT === 'self' ? 100_000 : 5000;
const TIMEOUT_MS = 600_000;

test(`a busy loop over all registers sees no change in ${SIGNALS} signals`, { timeout: TIMEOUT_MS }, async () => {
  const text = await succeed(guest('registers'), [String(SIGNALS)], { timeoutMs: TIMEOUT_MS });
  const [, signals = '0'] = /^(\d+) signals, (?:16|32) vectors of \d+ bytes/.exec(text) ?? [];
  expect(Number(signals)).toBeGreaterThanOrEqual(SIGNALS);
});
