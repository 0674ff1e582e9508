// Times the kernel calls of a quiet program, alone and beside others that do their worst, and prints as JSON, in microseconds,
// what it saw, what a program beside a fork bomb took to start, and what this process holds before and after all of it:
// `node quiet-beside.mjs FLOOD SURVIVOR`. Started by quiet.test.ts.
import { dirname } from 'node:path';

import { Enclave } from '@occlum/pal';

import { settled } from './held.mjs';

const SECONDS = '2';
// A pipe that nobody reads stays open.
const QUIET_STDIO = ['ignore', 'pipe', 'ignore'];
const [flood, survivor] = process.argv.slice(2);
// Also where the LibOS has something of its own at their place, as below /tmp.
const mounts = [...new Set([flood, survivor].map(dirname))].map((place) => ({ source: place, target: place, readOnly: true }));
const enclave = await Enclave.create({ rootfs: '/', mounts });

/** Median, largest and 99th percentile. */
async function quiet() {
  for await (const line of enclave.spawn(flood, ['quiet', SECONDS], { stdio: QUIET_STDIO })) {
    const [p50, max, p99] = line.split(' ').map(Number);
    return { p50, p99, max };
  }
}

/** Beside a program that runs in an enclave of its own or in the same. */
async function beside(where, args, isReady) {
  const neighbour = where.spawn(...args);
  if (isReady) for await (const line of neighbour) if (line.startsWith('ready')) break;
  const seen = await quiet();
  const start = performance.now();
  const { code } = await enclave.spawn('/bin/true', [], { stdio: 'ignore' });
  seen.startMs = performance.now() - start;
  seen.startStatus = code;
  await where.kill('SIGKILL');
  await neighbour;
  return seen;
}

await quiet();
await beside(enclave, [flood, ['8'], { stdio: 'ignore' }], false);
const before = await settled();
const alone = await quiet();
const flooded = await beside(enclave, [flood, ['8'], { stdio: 'ignore' }], false);
const other = await Enclave.create({ rootfs: '/', mounts });
const bombed = await beside(other, [survivor, ['bomb'], { stdio: QUIET_STDIO }], true);
await other.destroy();
const after = await settled();
await enclave.destroy();
console.log(JSON.stringify({ alone, flooded, bombed, before, after }));
