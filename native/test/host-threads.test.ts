import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { hostBinding } from '@occlum/native';

import { built } from './supervised.js';

const run = promisify(execFile);

/** Slots of threads: pending, mask, state, tid; a thread that runs looks by itself. An hour: the helper repeats nothing. */
const SET_UP = `
  const { Worker, parentPort, workerData, isMainThread } = require('node:worker_threads');
  const { readFileSync, readSync, writeSync } = require('node:fs');
  const { once } = require('node:events');
  const host = require(process.env.ADDON);
  const words = workerData?.words ?? new Int32Array(new SharedArrayBuffer(4 * 64));
  const layout = Int32Array.of(0, 4, 64, 0, 4, 8, 12, 1);
  const word = (slot, field) => 16 * slot + field;
  const [PENDING, STATE, TID] = [0, 2, 3];
  const take = (slot) => Atomics.exchange(words, word(slot, PENDING), 0);
  const mask = (name) => Number(BigInt('0x' + new RegExp(name + ':\\\\s*(\\\\w+)').exec(readFileSync('/proc/self/status', 'latin1'))[1]) >> 63n);
  const isCaught = () => mask('SigCgt') === 1;
`;

/** What the main thread has besides: workers, posting, waiting until one waits. */
const MAIN = `
  host.helperOpen(3_600_000);
  const handle = host.helperAdd(words, layout, 0, -1);
  const post = (slot, event = 1) => { Atomics.or(words, word(slot, PENDING), event); return host.helperInterrupt(handle, slot); };
  const worker = (code, data = {}) => {
    const thread = new Worker(process.env.SET_UP + code, { eval: true, workerData: { words, ...data } });
    thread.said = [];
    return thread.on('message', (message) => { thread.said.push(message); });
  };
  const waits = async (slot) => { while (Atomics.load(words, word(slot, STATE)) !== 1) await new Promise((resolve) => setTimeout(resolve, 1)); };
  const said = async (thread) => { while (thread.said.length === 0) await new Promise((resolve) => setTimeout(resolve, 1)); return thread.said.shift(); };
  const pipe = () => { const ends = new Int32Array(2); host.pipe(ends, 0); return ends; };
`;

/** Runs a script in a Node of its own, gives what it printed. */
async function node(script: string, { addon = 'addon.node', env = {}, before = [] }: { addon?: string; env?: Readonly<Record<string, string>>; before?: readonly string[] } = {}): Promise<string> {
  const [file, ...args] = [...before, process.execPath, '-e', `${SET_UP}${MAIN}(async () => {${script}})();`];
  const { stdout } = await run(file, args, { timeout: 60_000, env: { ...process.env, ADDON: built(addon), SET_UP, ...env } });
  return stdout.trim();
}

describe('a call of a thread that has opted in', () => {
  it.each([
    ['read', 'host.waitRead(workerData.ends[0], new Uint8Array(8))'],
    ['write', '(host.waitWrite(workerData.ends[1], new Uint8Array(65536)), host.waitWrite(workerData.ends[1], new Uint8Array(65536)))'],
    ['poll', 'host.waitPoll(Int32Array.of(workerData.ends[0], 1), -1)'],
    ['futex', 'host.waitFutex(new Int32Array(new SharedArrayBuffer(4)), 0, 0, -1)'],
    ['sleep', 'host.waitSleep(3_600_000)'],
  ])('ends with EINTR when it is posted to: %s', async (_, call) => {
    expect(await node(`
      const thread = worker('host.threadJoin(words, layout, 1); const result = ${call}; parentPort.postMessage([result, take(1)]);', { ends: pipe() });
      await waits(1);
      const sent = post(1, 6);
      console.log(sent, ...await said(thread));
      process.exit(0);
    `)).toBe('1 -4 6');
  });

  it('is not made when there is an event, and gives what the host says when there is none', async () => {
    expect(await node(`
      host.threadJoin(words, layout, 0);
      Atomics.store(words, word(0, PENDING), 1);
      const ends = pipe();
      const held = host.waitWrite(ends[1], Uint8Array.of(1, 2));
      take(0);
      console.log(held, host.waitWrite(ends[1], Uint8Array.of(3, 4, 5)), host.waitRead(ends[0], new Uint8Array(8)), host.waitRead(-1, new Uint8Array(1)),
        host.waitFutex(words, 0, 5, -1), host.waitFutex(words, 99, 0, 0), host.waitFutex(words, 0, 0, 1), host.waitPoll(Int32Array.of(ends[1], 4), -1), host.waitSleep(-1));
      console.log(host.threadLeave(), host.threadLeave(), host.waitSleep(1));
    `)).toBe('-4 3 3 -9 -11 -22 -110 1 -22\n0 -9 -9');
  });

  it('is not ended by an event that the thread blocks', async () => {
    expect(await node(`
      host.threadJoin(words, layout, 0);
      words.set([3, 3]);
      console.log(host.waitSleep(1), host.threadEnter(), host.threadExit());
    `)).toBe('0 0 0');
  });

  it('may be anybody\'s, in threadEnter and threadExit', async () => {
    expect(await node(`
      const code = \`
        host.threadJoin(words, layout, 0);
        const entered = host.threadEnter();
        try { readSync(workerData.ends[0], new Uint8Array(1)); } catch (error) { parentPort.postMessage([entered, error.code]); }
        host.threadExit();
        parentPort.postMessage([host.threadEnter(), words[word(0, STATE)]]);
      \`;
      const thread = worker(code, { ends: pipe() });
      await waits(0);
      // What runs before the host's read may take a signal: anybody's call is interrupted by the next one.
      const again = setInterval(() => { host.helperInterrupt(handle, 0); }, 1);
      post(0);
      console.log(...await said(thread), ...await said(thread));
      clearInterval(again);
    `)).toBe('0 EINTR -4 0');
  });
});

describe('nobody else', () => {
  it('is signalled: one in two that have opted in', async () => {
    expect(await node(`
      const code = (slot) => \`host.threadJoin(words, layout, \${slot}); parentPort.postMessage(host.waitSleep(3_600_000)); parentPort.postMessage(host.waitSleep(3_600_000));\`;
      const [one, other] = [worker(code(0)), worker(code(1))];
      await Promise.all([waits(0), waits(1)]);
      post(1);
      console.log('other', await said(other), words[word(0, STATE)]);
      post(0);
      console.log('one', await said(one), await said(one), await said(other));
      process.exit(0);
    `)).toBe('other -4 1\none -4 -4 -4');
  });

  it('is signalled: a thread that never opted in, or has left', async () => {
    expect(await node(`
      words[word(2, TID)] = process.pid;
      words[word(2, STATE)] = 1;
      const unknown = post(2);
      const thread = worker('host.threadJoin(words, layout, 1); const tid = words[word(1, TID)]; host.threadLeave(); words[word(1, TID)] = tid; words[word(1, STATE)] = 1; parentPort.postMessage(0); Atomics.wait(words, word(3, PENDING), 0);');
      await said(thread);
      console.log(unknown, post(1), isCaught());
      process.exit(0);
    `)).toBe('-3 -3 false');
  });

  it('is noticed by: a process without members has no handler', async () => {
    expect(await node('console.log(isCaught());')).toBe('false');
  });
});

describe('the end of a thread', () => {
  it.each([
    ['by its script', 'parentPort.postMessage(0);'],
    ['by an error', 'parentPort.postMessage(0); throw new Error("meant");'],
    ['by process.exit', 'parentPort.postMessage(0); process.exit(3);'],
  ])('takes it out: %s', async (_, end) => {
    expect(await node(`
      const thread = worker('host.threadJoin(words, layout, 0);' + ${JSON.stringify(end)});
      thread.on('error', () => undefined);
      await new Promise((resolve) => thread.once('exit', resolve));
      words[word(0, STATE)] = 1;
      console.log(isCaught(), words[word(0, TID)], post(0));
    `)).toBe('false 0 -3');
  });

  it('by terminate waits for the call, which an event ends', async () => {
    expect(await node(`
      const thread = worker('host.threadJoin(words, layout, 0); for (;;) host.waitSleep(3_600_000);');
      await waits(0);
      const ended = thread.terminate();
      post(0);
      console.log(await ended, isCaught(), words[word(0, TID)]);
    `)).toBe('1 false 0');
  });

  it('puts what signal 64 did back with the last', async () => {
    const script = `
      const thread = worker('host.threadJoin(words, layout, 0); parentPort.postMessage(0); parentPort.once("message", () => { host.threadLeave(); parentPort.postMessage(0); });');
      await said(thread);
      const joined = host.threadJoin(words, layout, 1);
      const again = host.threadJoin(words, layout, 1);
      thread.postMessage(0);
      await said(thread);
      const stays = isCaught();
      host.threadLeave();
      console.log(joined, again, stays, isCaught(), mask('SigIgn'));
    `;
    expect(await node(script)).toBe('0 -16 true false 0');
    expect(await node(script, { before: ['/bin/sh', '-c', 'trap "" 64; exec "$@"', 'sh'] })).toBe('0 -16 true false 1');
  });
});

it('a host\'s own handler gets what is not for members, and stays', async () => {
  expect(await node(`
    process.kill(process.pid, 64);
    host.threadJoin(words, layout, 0);
    process.kill(process.pid, 64);
    host.threadLeave();
    process.kill(process.pid, 64);
    console.log(isCaught());
  `, { env: { LD_PRELOAD: built('test/own-handler.so') } })).toBe('own\nown\nown\ntrue');
});

/** Posts at any time to a thread that sleeps again and again; gives how many posts it did not notice. */
const HAMMER = `
  const code = \`
    host.threadJoin(words, layout, 0);
    for (let i = 0, lost = 0; i < workerData.posts; i++) {
      if (host.waitSleep(workerData.sleepMs) !== -4) lost++;
      take(0);
      Atomics.store(words, word(1, 0), i + 1);
      Atomics.store(words, word(1, 1), lost);
      Atomics.notify(words, word(1, 0));
    }
  \`;
  const hammer = async (posts, sleepMs) => {
    const thread = worker(code, { posts, sleepMs });
    await waits(0);
    for (let i = 0; i < posts; i++) {
      // About to wait, or asleep; every other one anywhere.
      while (i % 2 === 0 && Atomics.load(words, word(0, STATE)) !== 1);
      for (let spin = Math.random() * 100_000; spin > 0; spin--);
      post(0);
      Atomics.wait(words, word(1, 0), i);
    }
    await once(thread, 'exit');
    const counts = new Float64Array(2);
    host.threadCount(counts);
    return { lost: words[word(1, 1)], signals: counts[0], before: counts[1] };
  };
`;

describe('an event between the look and the call', () => {
  it('is not lost, where the window is long', { timeout: 60_000 }, async () => {
    const [lost = -1, before = -1] = (await node(`${HAMMER} const { lost, before } = await hammer(200, 20_000); console.log(lost, before);`, { addon: 'test/addon-widened.node' })).split(' ').map(Number);
    expect(lost).toBe(0);
    expect(before).toBeGreaterThan(10);
  });

  it('would be, by a handler that leaves the thread there', { timeout: 60_000 }, async () => {
    expect(Number(await node(`${HAMMER} console.log((await hammer(5, 300)).lost);`, { addon: 'test/addon-naive.node' }))).toBeGreaterThan(0);
  });

  it('is not lost in the build that is used', { timeout: 60_000 }, async () => {
    expect(await node(`${HAMMER} const { lost } = await hammer(10_000, 20_000); console.log(lost);`)).toBe('0');
  });
});

it('a signal that comes late ends no call that nobody meant', { timeout: 60_000 }, async () => {
  expect(await node(`
    const code = \`
      host.threadJoin(words, layout, 0);
      const byte = new Uint8Array(1);
      let errors = 0;
      while (Atomics.load(words, word(1, 0)) === 0) {
        host.waitSleep(0.02);
        try { writeSync(workerData.ends[1], byte); readSync(workerData.ends[0], byte); readSync(workerData.other[0], byte); } catch { errors++; }
        take(0);
      }
      parentPort.postMessage(errors);
    \`;
    const other = pipe();
    const thread = worker(code, { ends: pipe(), other });
    for (let i = 0; i < 5000; i++) {
      post(0);
      for (let spin = Math.random() * 20_000; spin > 0; spin--);
      post(0);
      writeSync(other[1], new Uint8Array(1));
    }
    Atomics.store(words, word(1, 0), 1);
    writeSync(other[1], new Uint8Array(1));
    console.log(await said(thread));
  `)).toBe('0');
});

it('memory that does not hold the slot is refused', () => {
  const host = hostBinding();
  const words = new Int32Array(16);
  expect(host.threadJoin(words, Int32Array.of(0, 1, 64, 0, 4, 8, 12, 1), 1)).toBe(-22);
  expect(host.threadJoin(words, Int32Array.of(0, 2, 64, 0, 4, 8, 12, 1), 0)).toBe(-22);
  expect(host.threadJoin(words, Int32Array.of(0, 1, 64, 0, 4, 8), 0)).toBe(-22);
  expect(host.threadCount(new Float64Array(1))).toBe(-22);
  expect(host.threadEnter()).toBe(-9);
  expect(host.waitRead(0, new Uint8Array(1))).toBe(-9);
});
