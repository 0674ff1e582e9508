// Destroys enclaves that are starting programs, at more and more late a moment, and prints as JSON what this process holds
// before and after, and how many of the handles settled: `node destroy-early.mjs ROUNDS`. Started by ends.test.ts.
import { Enclave } from '@occlum/pal';

import { settled as heldWhenSettled } from './held.mjs';

const PROGRAMS = 8;
const STEP_MS = 0.5;
const rounds = Number(process.argv[2]);
let settled = 0;

/** Starts programs, each of which starts some more, and destroys the enclave after a while. */
async function round(delayMs) {
  const enclave = await Enclave.create({ rootfs: '/' });
  const ends = Array.from({ length: PROGRAMS }, () => {
    const program = enclave.spawn('sh', ['-c', 'trap "" TERM; for i in 1 2 3; do (sleep 1000) & done; wait'], { stdio: 'ignore' });
    return program.exited.then(() => settled++, () => settled++);
  });
  // Not a timer: those have a millisecond.
  const end = performance.now() + delayMs;
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
  await enclave.destroy();
  await Promise.all(ends);
}

await round(0);
settled = 0;
const before = await heldWhenSettled();
for (let i = 0; i < rounds; i++) await round(i * STEP_MS);
const after = await heldWhenSettled();
console.log(JSON.stringify({ before, after, settled, started: rounds * PROGRAMS }));
