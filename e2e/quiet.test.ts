import { join } from 'node:path';

import { expect, test } from 'vitest';

import { guest, host, outcome } from './support/occlum.js';
import { ROOT } from './support/places.js';
import { NATIVE, VARIANT } from './support/variant.js';

interface Seen {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly startMs?: number;
  readonly startStatus: number;
}

const LONG_MS = 150_000;
/** A hundred times what it takes on an idle machine: this one may be busy with more than the bomb. */
const MEDIAN_MAX_US = 1_000_000;

test.skipIf(NATIVE)('a quiet program is served beside a flood of calls and beside a fork bomb', { timeout: LONG_MS }, async () => {
  // The descriptors of Node bound the bomb, as in kill-matrix.test.ts.
  const command = ['/bin/sh', '-c', 'ulimit -n 512; exec "$@"', 'sh', process.execPath, join(ROOT, 'e2e', 'support', 'quiet-beside.mjs'), guest('flood'), guest('survivor')];
  const { status, stdout, stderr } = outcome(await host(command, { timeout: LONG_MS - 1000 }), 'quiet-beside');
  expect([status, stderr]).toEqual([0, '']);
  const { alone, flooded, bombed, before, after } = JSON.parse(stdout) as { alone: Seen; flooded: Seen; bombed: Seen; before: unknown; after: unknown };
  for (const [name, { p50, p99, max, startMs }] of Object.entries({ alone, flooded, bombed })) {
    process.stdout.write(`${VARIANT}, ${name}: p50 ${p50} us, p99 ${p99} us, max ${max} us, start of a program ${(startMs ?? NaN).toFixed(0)} ms\n`);
  }
  for (const { p50, startStatus } of [flooded, bombed]) {
    expect(p50).toBeLessThan(MEDIAN_MAX_US);
    expect(startStatus).toBe(0);
  }
  expect(after).toEqual(before);
});
