import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { InterruptHelper, InterruptibleThread, PendingEvents } from '@occlum/interrupt';
import { hostBinding } from '@occlum/native';

const packageFolder = join(import.meta.dirname, '..');
const EINTR = expect.objectContaining({ code: 'EINTR' }) as Error;
const EVENT = 1;

describe('InterruptibleThread', () => {
  const left: InterruptibleThread[] = [];
  const join1 = (host = hostBinding()): { thread: InterruptibleThread; events: PendingEvents } => {
    const events = PendingEvents.allocate(1);
    const thread = InterruptibleThread.join(host, events, 0);
    left.push(thread);
    return { thread, events };
  };
  afterEach(() => { for (const thread of left.splice(0)) thread.leave(); });
  const pipe = (): [number, number] => {
    const ends = new Int32Array(2);
    expect(hostBinding().pipe(ends, 0)).toBe(0);
    return [ends[0] ?? -1, ends[1] ?? -1];
  };

  it('is one a Node thread, and needs a slot', () => {
    const { events } = join1();
    expect(() => InterruptibleThread.join(hostBinding(), events, 0)).toThrow(expect.objectContaining({ code: 'EBUSY' }) as Error);
    left.pop()?.leave();
    expect(() => InterruptibleThread.join(hostBinding(), events, 1)).toThrow(expect.objectContaining({ code: 'EINVAL' }) as Error);
  });

  it('reads, writes, polls, sleeps and waits', () => {
    const { thread } = join1();
    const [reader, writer] = pipe();
    const bytes = new Uint8Array(8);
    expect(thread.poll([{ descriptor: reader, events: 1 }, { descriptor: writer, events: 4 }])).toEqual([0, 4]);
    expect(thread.write(writer, Uint8Array.of(7, 8))).toBe(2);
    expect(thread.poll([{ descriptor: reader, events: 1 }])).toEqual([1]);
    expect(thread.read(reader, bytes)).toBe(2);
    expect(bytes[1]).toBe(8);
    expect(thread.poll([{ descriptor: reader, events: 1 }], 1)).toEqual([0]);
    thread.sleep(1);
    const words = new Int32Array(new SharedArrayBuffer(4));
    expect(thread.wait(words, 0, 1)).toBe('not-equal');
    expect(thread.wait(words, 0, 0, 1)).toBe('timed-out');
    expect(InterruptibleThread.notify(hostBinding(), words, 0)).toBe(0);
    expect(thread.during(() => 5)).toBe(5);
    for (const end of [reader, writer]) hostBinding().close(end);
  });

  it('says what the host says', () => {
    const { thread } = join1();
    expect(() => thread.read(-1, new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'EBADF', syscall: 'read' }) as Error);
    expect(() => thread.during(() => { throw new Error('meant'); })).toThrow('meant');
    thread.sleep(0);
  });

  it('makes no call while there is an event that it does not block', () => {
    const { thread, events } = join1();
    events.post(0, EVENT);
    const call = vi.fn();
    for (const attempt of [
      () => { thread.sleep(3_600_000); },
      () => thread.read(0, new Uint8Array(1)),
      () => thread.write(1, new Uint8Array(1)),
      () => thread.poll([]),
      () => thread.wait(new Int32Array(1), 0, 0),
      () => { thread.during(call); },
    ]) expect(attempt).toThrow(EINTR);
    expect(call).not.toHaveBeenCalled();
    events.block(0, EVENT);
    thread.sleep(1);
    expect(events.take(0)).toBe(0);
  });

  it('goes on for the rest of the time when it is interrupted by somebody else', () => {
    const host = hostBinding();
    const asked: number[] = [];
    const results = [-4, -4, 0];
    const waitSleep = vi.fn((ms: number) => { asked.push(ms); return results.shift() ?? 0; });
    const waitRead = vi.fn().mockReturnValueOnce(-4).mockReturnValueOnce(3);
    const { thread } = join1({ ...host, waitSleep, waitRead });
    thread.sleep(60_000);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toBe(60_000);
    expect(asked[2]).toBeGreaterThan(0);
    expect(asked[2]).toBeLessThanOrEqual(60_000);
    expect(thread.read(0, new Uint8Array(3))).toBe(3);
  });
});

describe('postOnAbort', () => {
  it('posts when the signal is aborted, at once where it is, and not after it was ended', () => {
    const host = { ...hostBinding(), helperAdd: () => 1, helperInterrupt: vi.fn(() => 1), helperOpen: () => 0 };
    const events = PendingEvents.allocate(3);
    const target = new InterruptHelper(host).add(events);
    const controller = new AbortController();
    target.postOnAbort(0, EVENT, controller.signal);
    target.postOnAbort(1, EVENT, controller.signal)();
    expect(events.pending(0)).toBe(0);
    controller.abort();
    target.postOnAbort(2, EVENT, controller.signal);
    expect([0, 1, 2].map((slot) => events.pending(slot))).toEqual([EVENT, 0, EVENT]);
    expect(host.helperInterrupt).toHaveBeenCalledTimes(2);
  });
});

it('the example of the README, with a worker, does what it says', async () => {
  const [, code = ''] = /^```js\n([\s\S]*?)^```$/m.exec(readFileSync(join(packageFolder, 'README.md'), 'utf8')) ?? [];
  const printed = [...code.matchAll(/console\.log\(.*\); \/\/ => (.*)/g)].map(([, text]) => text);
  expect(printed).not.toEqual([]);
  const folder = mkdtempSync(join(packageFolder, 'test', 'example-'));
  try {
    writeFileSync(join(folder, 'example.mjs'), code);
    // Of itself tsx serves the main thread only.
    const sources = join(folder, 'sources.mjs');
    writeFileSync(sources, "import { register } from 'tsx/esm/api';\nregister();\n");
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@occlum/source', '--import', sources, join(folder, 'example.mjs')], { timeout: 60_000 });
    expect(stdout.trim().split('\n')).toEqual(printed);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
