import { join } from 'node:path';

import { expect, test } from 'vitest';

import { guest, host, outcome, run } from './support/occlum.js';
import { GUEST_BUILD, isVisible, ROOT } from './support/places.js';
import { FLAGS, NATIVE } from './support/variant.js';

const REWRITTEN = 'move rewritten\ncompare rewritten\n';
const AS_COMPILED = 'move as compiled\ncompare as compiled\n';

test('the code of hot call sites is rewritten, or stays as it is with --no-rewrite', async () => {
  const isRewritten = !NATIVE && !FLAGS.includes('--no-rewrite');
  expect(await run(guest('call-sites'))).toEqual({ status: 0, stdout: isRewritten ? REWRITTEN : AS_COMPILED, stderr: '' });
});

test.skipIf(NATIVE)('it is a property of each enclave', async () => {
  const script = join(ROOT, 'e2e', 'support', 'two-enclaves.mjs');
  const mounts = isVisible(GUEST_BUILD) ? [] : [GUEST_BUILD];
  const { status, stdout, stderr } = outcome(await host([process.execPath, script, guest('call-sites'), ...mounts]), 'two-enclaves');
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual([REWRITTEN, AS_COMPILED, REWRITTEN, AS_COMPILED].map((text) => text.repeat(2)));
});
