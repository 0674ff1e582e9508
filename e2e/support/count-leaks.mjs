// Runs /bin/true many times through one LibOS of @occlum/pal, and prints as JSON what this process holds before and after:
// `node count-leaks.mjs SEQUENTIAL CONCURRENT`. Started by many.test.ts, in a process of its own, so that nothing else counts.
import { readdirSync, readFileSync } from 'node:fs';

import { Enclave } from '@occlum/pal';

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

/** What is held, once two looks in a row see the same: the last process is reaped a moment after its status is known. */
async function settled() {
  for (let last = ''; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = JSON.stringify(held());
    if (now === last) return JSON.parse(now);
    last = now;
  }
}

function held() {
  const shared = readFileSync('/proc/self/maps', 'latin1').split('\n').filter((line) => /^\S+ ..\Ss/.test(line));
  return { descriptors: readdirSync('/proc/self/fd').length, sharedMaps: shared.length, processes: descendants(process.pid).length };
}

function descendants(pid) {
  const parents = readdirSync('/proc').flatMap((name) => {
    try {
      const stat = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/stat`, 'latin1') : '';
      return stat === '' ? [] : [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
    } catch {
      return [];
    }
  });
  const below = (parent) => parents.filter(([, its]) => its === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}
