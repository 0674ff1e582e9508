import { expect, test } from 'vitest';

import { guest, succeed } from './support/occlum.js';
import { VARIANT } from './support/variant.js';

/** `npm run soak` asks for 100,000. The same runtime serves all variants; the larger size runs in one. */
const SIGNALS = Number(process.env['OCCLUM_SOAK_SIGNALS'] ?? (VARIANT === 'self' ? 10_000 : 2000));
const TIMEOUT_MS = 600_000;

test(`a busy loop over all registers sees no change in ${SIGNALS} signals`, { timeout: TIMEOUT_MS }, async () => {
  const text = await succeed(guest('registers'), [String(SIGNALS)], { timeoutMs: TIMEOUT_MS });
  const [, signals = '0'] = /^(\d+) signals, (?:16|32) vectors of \d+ bytes/.exec(text) ?? [];
  expect(Number(signals)).toBeGreaterThanOrEqual(SIGNALS);
});
