// Runs /bin/true many times through one LibOS of @occlum/pal, and prints as JSON what this process holds before and after:
// `node count-leaks.mjs SEQUENTIAL CONCURRENT`. Started by many.test.ts, in a process of its own, so that nothing else counts.
import { Enclave } from '@occlum/pal';

import { settled } from './held.mjs';

const [sequential, concurrent] = process.argv.slice(2).map(Number);
const run = async (enclave) => (await enclave.spawn('/bin/true', [], { stdio: 'ignore' })).code;

const enclave = await Enclave.create({ rootfs: '/' });
for (let i = 0; i < 20; i++) await run(enclave);
await Promise.all(Array.from({ length: 20 }, () => run(enclave)));
const before = await settled();
const start = performance.now();
const statuses = [];
for (let i = 0; i < sequential; i++) statuses.push(await run(enclave));
const sequentialMs = performance.now() - start;
const concurrentStart = performance.now();
statuses.push(...(await Promise.all(Array.from({ length: concurrent }, () => run(enclave)))));
const concurrentMs = performance.now() - concurrentStart;
const after = await settled();
await enclave.destroy();
const afterDestroy = await settled();
console.log(JSON.stringify({ failed: statuses.filter((status) => status !== 0).length, before, after, afterDestroy, sequentialMs, concurrentMs }));
