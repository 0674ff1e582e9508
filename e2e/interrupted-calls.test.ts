import { expect, test } from 'vitest';

import { guest, host, outcome, succeed } from './support/occlum.js';

/** Which calls a signal, a stop, or neither ends: signal(7). Each line of these programs is one call, interrupted in one way. */
test.for(['interrupted-transfers', 'interrupted-sockets', 'interrupted-waits'])('%s: every line as natively', { timeout: 300_000 }, async (name) => {
  const native = outcome(await host([guest(name)]), name);
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect((await succeed(guest(name), [], { timeoutMs: 200_000 })).split('\n')).toEqual(native.stdout.split('\n'));
});
