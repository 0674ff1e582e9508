import { expect, test } from 'vitest';

import { guest, host, outcome, succeed } from './support/occlum.js';

/** What is not as on Linux, by the start of the line: docs/next.md, "Signals". */
const DIFFERENT = [
  // The runtime waits for readiness with ppoll, which goes on after a stop.
  'accept of AF_UNIX, SO_RCVTIMEO, stopped',
  'accept of AF_UNIX, SO_RCVTIMEO that ends, stopped',
  'connect of TCP, SO_SNDTIMEO, stopped',
  'connect of TCP, SO_SNDTIMEO that ends, stopped',
];

const lines = (output: string): string[] => output.split('\n').filter((line) => !DIFFERENT.some((start) => line.startsWith(`${start}:`)));

/** Which calls a signal, a stop, or neither ends: signal(7). Each line of these programs is one call, interrupted in one way. */
test.for(['interrupted-transfers', 'interrupted-sockets', 'interrupted-waits'])('%s: every line as natively', { timeout: 300_000 }, async (name) => {
  const native = outcome(await host([guest(name)]), name);
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect(lines(await succeed(guest(name), [], { timeoutMs: 200_000 }))).toEqual(lines(native.stdout));
});
