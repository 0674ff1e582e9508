import { expect, test } from 'vitest';

import { guest, host, outcome, succeed } from './support/occlum.js';

test('who has a terminal, background, keys, size, hang-up: every line as natively', { timeout: 120_000 }, async () => {
  const native = outcome(await host([guest('terminals')]), 'terminals');
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect((await succeed(guest('terminals'))).split('\n')).toEqual(native.stdout.split('\n'));
});
