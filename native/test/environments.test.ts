import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

import { describe, expect, it } from 'vitest';

import { INTERFACE_VERSION, ProcessPage, hostBinding, nativeFile } from '@occlum/native';

import { built } from './supervised.js';

const run = promisify(execFile);
const addon = JSON.stringify(built('addon.node'));

/** A transport with a process and a call that is posted; `ready` runs in every one of these. */
const OPEN = `
  const host = require(${addon});
  const events = new Int32Array(30);
  const collect = () => { while (host.transportCollect(events) > 0); };
  const post = (process) => {
    new BigUint64Array(host.processArena(process))[${ProcessPage.calls / 8}] = 1n;
    const guest = new Int32Array(4);
    host.processDescriptors(process, guest);
    host.write(guest[2], new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]));
  };
`;

/** Runs a script in a Node of its own; a crash is an error here. */
async function node(script: string, ...flags: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...flags, '-e', OPEN + script], { timeout: 20_000 });
  return stdout.trim();
}

/** Runs a script in a worker, gives its exit code. */
async function worker(script: string): Promise<number> {
  const thread = new Worker(OPEN + script, { eval: true });
  return new Promise((resolve, reject) => { thread.once('exit', resolve).once('error', reject); });
}

describe('the addon', () => {
  it('is of this interface', () => {
    expect(hostBinding().interfaceVersion).toBe(INTERFACE_VERSION);
    expect(hostBinding()).toBe(hostBinding());
  });

  it('lies beside the programs it needs', () => {
    expect(nativeFile('occlum-supervisor')).toBe(built('occlum-supervisor'));
    expect(() => nativeFile('libnothing.so' as 'libocclum-pal.so')).toThrow('npm run build:native');
  });

  it('loads in a worker, and the worker exits clean', async () => {
    expect(await worker('host.transportOpen(collect); host.processOpen(); host.transportClose();')).toBe(0);
  });

  it('serves two environments at once, each its own calls', async () => {
    const script = `
      let calls = 0;
      host.transportOpen(() => { for (let n; (n = host.transportCollect(events)) > 0;) calls += n; if (calls === 3) host.transportClose(); });
      for (let i = 0; i < 3; i++) post(host.processOpen());
    `;
    expect(await Promise.all([worker(script), worker(script), worker(script)])).toEqual([0, 0, 0]);
  });

  it('loads in a worker after one that was ended', async () => {
    for (let i = 0; i < 5; i++) expect(await worker('host.transportOpen(collect); post(host.processOpen());  host.transportRef(0);')).toBe(0);
  });
});

describe('an environment may end', () => {
  it('with an open transport, processes and posted calls', async () => {
    expect(await node('host.transportOpen(collect); for (let i = 0; i < 9; i++) post(host.processOpen()); process.exit(0);')).toBe('');
  });

  it('in the middle of a call to JavaScript', async () => {
    expect(await node(`host.transportOpen(() => { collect(); console.log('in'); process.exit(0); }); post(host.processOpen());`)).toBe('in');
  });

  it('when the transport is closed in the middle of a call to JavaScript', async () => {
    expect(await node(`host.transportOpen(() => { collect(); host.transportClose(); console.log('closed'); }); post(host.processOpen());`)).toBe('closed');
  });

  it('by terminating a worker that waits, or that works', async () => {
    for (const script of ['host.transportOpen(collect); post(host.processOpen());', 'host.transportOpen(() => { for (;;); }); post(host.processOpen());']) {
      const thread = new Worker(`${OPEN}${script}; require('node:worker_threads').parentPort.postMessage(0);`, { eval: true });
      await new Promise((resolve) => thread.once('message', resolve));
      expect(await thread.terminate()).toBe(1);
    }
  });

  it('while JavaScript holds all kinds of buffers', async () => {
    const script = 'host.transportOpen(collect); const p = host.processOpen(); globalThis.kept = [host.processArena(p), host.processBuffer(p, 0), host.transportStatus()]; host.transportRef(0);';
    expect(await worker(script)).toBe(0);
    expect(await worker(`${script} process.exit(0);`)).toBe(0);
    expect(await node(script)).toBe('');
  });

  it('and leaves no zombie of a supervisor', async () => {
    const text = (file: string): string => JSON.stringify(`${built(file)}\0`);
    const script = `host.transportOpen(() => { collect(); process.exit(0); }); host.supervisorStart(Buffer.from(${text('occlum-supervisor')}), Buffer.from(${text('test/probe')}), Buffer.from('\\0'));`;
    expect(await worker(script)).toBe(0);
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').trim().split(' ').filter((pid) => pid !== '');
    expect(children.filter((pid) => readFileSync(`/proc/${pid}/comm`, 'latin1').startsWith('occlum-supervi'))).toEqual([]);
  });

  it('with jobs that run', async () => {
    expect(await node(`
      host.transportOpen(collect);
      for (let i = 0; i < 20; i++) host.copyFileJob(require('node:fs').openSync(process.execPath), host.memfdCreate(Buffer.from('x\\0'), 0));
      process.exit(0);
    `)).toBe('');
  });

  it('by itself, when the transport holds it no longer', async () => {
    expect(await node('host.transportOpen(collect); host.processOpen(); host.transportRef(0);')).toBe('');
  });
});

describe('an error in ready', () => {
  it('is an uncaught exception like any other', async () => {
    expect(await node(`
      process.on('uncaughtException', (error) => { console.log(error.message); host.transportClose(); });
      host.transportOpen(() => { collect(); throw new Error('from ready'); });
      post(host.processOpen());
    `)).toBe('from ready');
  });
});

describe('garbage collection', () => {
  it('leaves arenas that are in use, and takes none twice', async () => {
    expect(await node(`
      host.transportOpen(collect);
      const kept = host.processOpen();
      new DataView(host.processArena(kept)).setUint32(4, 77, true);
      for (let i = 0; i < 50; i++) { const process = host.processOpen(); host.processArena(process); host.processBuffer(process, i); host.transportStatus(); host.processClose(process); globalThis.gc(); }
      console.log(new DataView(host.processArena(kept)).getUint32(4, true));
      host.transportClose();
      globalThis.gc();
    `, '--expose-gc')).toBe('77');
  });
});
