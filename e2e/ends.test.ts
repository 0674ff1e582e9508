import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { guest, host, outcome, succeed } from './support/occlum.js';
import { ROOT } from './support/places.js';
import { NATIVE, VARIANT } from './support/variant.js';

const LONG_MS = 150_000;
const ROUNDS = VARIANT === 'self' ? '60' : '20';

describe('the end of a process at a bad moment', () => {
  test.for([
    ['exit-group', 'of all its threads at once: the first status wins'],
    ['exec-thread', 'and its other threads, by an exec of one'],
    ['vfork', 'by a fatal signal, while a thread of it waits for its vfork child'],
    ['exec', 'by SIGKILL, while it executes'],
  ] as const)('%s: %s', { timeout: LONG_MS }, async ([how]) => {
    expect(await succeed(guest('ends'), [how, ROUNDS], { timeoutMs: LONG_MS - 1000 })).toBe('done\n');
  });
});

test.skipIf(NATIVE)('an enclave that is destroyed while it starts programs leaves nothing, and every handle settles', { timeout: LONG_MS }, async () => {
  const script = join(ROOT, 'e2e', 'support', 'destroy-early.mjs');
  const { status, stdout, stderr } = outcome(await host([process.execPath, script, ROUNDS], { timeout: LONG_MS - 1000 }), 'destroy-early');
  expect([status, stderr]).toEqual([0, '']);
  const { before, after, settled, started } = JSON.parse(stdout) as Record<string, unknown>;
  expect(after).toEqual(before);
  expect(settled).toBe(started);
});
