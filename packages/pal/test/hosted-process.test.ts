import { closeSync, readSync, readdirSync, writeSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import { GuestStdio } from '../src/guest-stdio.js';
import type { StdioItem } from '../src/guest-stdio.js';
import { HostedProcess } from '../src/hosted-process.js';

const PIPES: readonly [StdioItem, StdioItem, StdioItem] = ['pipe', 'pipe', 'pipe'];

/** A program that the test plays: it has copies of the descriptors, as a kernel takes them, and ends when told. */
interface Played {
  readonly start?: number;
  readonly stdio?: typeof PIPES;
  readonly timeoutMs?: number;
  readonly stopTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** What is asked of the enclave fails once the program runs. */
  readonly isLost?: boolean;
}

function program({ start = 7, stdio: items = PIPES, timeoutMs, stopTimeoutMs, signal, isLost = false }: Played = {}) {
  const stdio = new GuestStdio(items, hostBinding());
  let end: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const copies: number[] = [];
  const lost = (): Promise<number> => Promise.reject(new Error('the kernel thread has ended'));
  const kill = vi.fn((_pid: number, _signal: number, scope: 'process' | 'tree') => {
    if (isLost) return lost();
    if (scope === 'tree') end(9);
    return Promise.resolve(0);
  });
  const handle = new HostedProcess(
    {
      start: () => {
        if (start > 0) copies.push(...stdio.descriptors.map((descriptor) => hostBinding().dup(descriptor)));
        return Promise.resolve(start);
      },
      wait: () => (isLost ? lost() : ended),
      kill,
      stopOf: () => Promise.resolve(20),
      limitOf: () => undefined,
      over: () => undefined,
    },
    stdio,
    { timeoutMs, stopTimeoutMs, signal },
    'program',
  );
  const exit = (status: number): void => {
    for (const copy of copies.splice(0)) closeSync(copy);
    end(status);
  };
  return { handle, copies, exit, kill };
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('HostedProcess', () => {
  // Node closes descriptors in a later turn, and the next test may count them.
  afterEach(settled);

  it('tells pid and exit status', async () => {
    const { handle, exit } = program();
    expect(handle.pid).toBeUndefined();
    expect(await handle.started).toBe(7);
    expect(handle.pid).toBe(7);
    exit(3 << 8);
    expect(await handle).toEqual({ code: 3 });
    expect(await handle.exited).toEqual({ code: 3 });
  });

  it('carries both ways', async () => {
    const { handle, copies, exit } = program();
    await handle.started;
    const [stdin = -1, stdout = -1, stderr = -1] = copies;
    handle.stdin.end('in');
    writeSync(stdout, 'out\nnext\r\nläst');
    writeSync(stderr, 'err');
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of handle) lines.push(line);
    })();
    await settled();
    const got = Buffer.alloc(10);
    expect(readSync(stdin, got)).toBe(2);
    expect(readSync(stdin, got)).toBe(0);
    exit(0);
    await reading;
    expect(lines).toEqual(['out', 'next\r', 'läst']);
    expect(String(await handle.stderr.toArray())).toBe('err');
  });

  it('keeps what was written until somebody reads, also after the end', async () => {
    const { handle, copies, exit } = program();
    await handle.started;
    writeSync(copies[1] ?? -1, 'late');
    exit(0);
    await handle;
    await settled();
    expect(String(await handle.stdout.toArray())).toBe('late');
  });

  it('leaves no descriptor open, though nobody reads', async () => {
    const before = openDescriptors();
    for (let run = 0; run < 20; run++) {
      const { handle, copies, exit } = program();
      await handle.started;
      writeSync(copies[1] ?? -1, 'x'.repeat(60_000));
      exit(0);
      await handle;
    }
    await settled();
    expect(openDescriptors()).toBe(before);
  });

  it('takes no harm from a program that closes its stdin', async () => {
    const { handle, copies, exit } = program();
    await handle.started;
    closeSync(copies.shift() ?? -1);
    handle.stdin.write('nobody reads this');
    await settled();
    exit(0);
    expect(await handle).toEqual({ code: 0 });
  });

  it.each([
    [-Errno.ENOENT, 'ENOENT'],
    [-Errno.EACCES, 'EACCES'],
  ])('rejects when it does not start (%i), and leaves no descriptor open', async (start, code) => {
    const before = openDescriptors();
    const { handle } = program({ start });
    await expect(handle.started).rejects.toMatchObject({ code, syscall: 'spawn' });
    await expect(handle.exited).rejects.toMatchObject({ code });
    await expect(handle.kill()).rejects.toMatchObject({ code });
    await expect(handle[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code });
    await settled();
    expect(openDescriptors()).toBe(before);
  });

  it.each([
    ['tells Node of a failure that nobody looks at', false],
    ['tells nobody else of a failure that was looked at', true],
  ])('%s', async (_title, isLookedAt) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      const { handle } = program({ start: -Errno.ENOENT });
      if (isLookedAt) await handle.started.catch(() => undefined);
      await settled();
    } finally {
      process.off('unhandledRejection', note);
      for (const listener of others) process.on('unhandledRejection', listener);
    }
    expect(unhandled).toHaveLength(isLookedAt ? 0 : 1);
  });

  it('rejects when it is loaded but the host does not start it', async () => {
    const { handle, exit } = program();
    expect(await handle.started).toBe(7);
    exit(-Errno.E2BIG);
    await expect(handle.exited).rejects.toMatchObject({ code: 'E2BIG', syscall: 'spawn' });
  });

  it('opens /dev/null for "ignore", and hands other descriptors on as they are', () => {
    const stdio = new GuestStdio(['ignore', 'inherit', { fd: 2 }], hostBinding());
    expect(stdio.descriptors.slice(1)).toEqual([1, 2]);
    stdio.handedOver();
  });

  it('ends it all when the time is over', async () => {
    const { handle, kill } = program({ timeoutMs: 5 });
    expect(await handle).toEqual({ reason: 'timeout', detail: 'it ran longer than 5 ms' });
    expect(kill).toHaveBeenCalledWith(7, 9, 'tree');
  });

  it.each(['before', 'after'])('ends it all when aborted %s its start', async (when) => {
    const controller = new AbortController();
    if (when === 'before') controller.abort(new Error('enough'));
    const { handle, kill } = program({ signal: controller.signal });
    await handle.started;
    controller.abort(new Error('enough'));
    expect(await handle).toEqual({ reason: 'aborted', detail: 'the signal was aborted: Error: enough' });
    expect(kill).toHaveBeenCalledWith(7, 9, 'tree');
  });

  it('ends it all when disposed of', async () => {
    const { handle, kill } = program();
    await handle[Symbol.asyncDispose]();
    expect(kill).toHaveBeenCalledWith(7, 9, 'tree');
    expect(await handle).toMatchObject({ reason: 'aborted' });
  });

  it('has ended as was decided where its enclave is gone before anyone knows how', async () => {
    const { handle } = program({ isLost: true });
    handle.enclaveDestroyed();
    expect(await handle.exited).toEqual({ reason: 'destroyed', detail: 'the enclave was destroyed' });
  });

  it('sends signals while it runs, none after', async () => {
    const { handle, kill, exit } = program();
    await handle.kill();
    await handle.kill('SIGUSR1');
    await handle.kill(64);
    exit(0);
    await handle;
    await handle.kill();
    expect(kill.mock.calls).toEqual([[7, 15, 'process'], [7, 10, 'process'], [7, 64, 'process']]);
    await expect(handle.kill(0)).rejects.toThrow('signal is 0, must be a name');
  });

  it('says that there is no stream where there is no pipe', () => {
    const { handle, exit } = program({ stdio: ['ignore', 'ignore', 'ignore'] });
    expect(() => handle.stdout).toThrow('stdout is not a pipe, spawn with stdio "pipe" to use it');
    exit(0);
  });
});
