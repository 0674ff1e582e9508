import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { Enclave } from '@occlum/pal';
import type { Denial, EnclaveLimits, EnclaveOptions, GuestProcess } from '@occlum/pal';

const MIB = 2 ** 20;

let folder: string;
let enclave: Enclave | undefined;
let denials: Denial[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'occlum-pal-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  await enclave?.destroy();
  enclave = undefined;
});

async function boot(limits: EnclaveLimits, options: Partial<EnclaveOptions> = {}): Promise<(script: string) => GuestProcess> {
  denials = [];
  const booted = await Enclave.create({ rootfs: '/', network: 'none', onDenied: (denial) => denials.push(denial), limits, ...options });
  enclave = booted;
  return (script) => booted.spawn('/bin/sh', ['-c', script]);
}

async function output(program: GuestProcess): Promise<string> {
  const [out] = await Promise.all([program.stdout.toArray(), program.exited]);
  return Buffer.concat(out as Buffer[]).toString();
}

const rules = (): unknown[] => denials.map(({ rule, place }) => [rule, place]);

describe('a limit of all programs together', () => {
  it.each<[keyof EnclaveLimits, number, string]>([
    ['memory', 64 * MIB, 'head -c 120000000 /dev/zero | tail'],
    ['cpuTimeMs', 300, 'while :; do :; done & while :; do :; done'],
    ['wallTimeMs', 300, 'sleep 1000 & sleep 1000'],
    ['outputBytes', 5000, 'yes'],
    ['writableBytes', MIB, 'cat /dev/zero >/tmp/big'],
  ])('%s ends the enclave, and is named', async (limit, value, script) => {
    const sh = await boot({ [limit]: value });
    expect(await sh(script)).toEqual({ reason: 'limit', limit, detail: expect.stringContaining(`its limit ${limit}: `) as string });
    expect(rules()).toEqual([[`limits.${limit}`, `limits.${limit}`]]);
    await expect(sh('true').exited).rejects.toMatchObject({ code: 'EAGAIN' });
  });

  it.each<[keyof EnclaveLimits, number, string, string]>([
    ['memory', 256 * MIB, 'head -c 100000000 /dev/zero | tail | wc -c', '100000000'],
    ['cpuTimeMs', 60_000, 'i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done; echo done', 'done'],
    ['wallTimeMs', 60_000, 'echo done', 'done'],
    ['outputBytes', 5000, 'head -c 4999 /dev/zero | tr "\\0" x; echo', 'x'.repeat(4999)],
    ['writableBytes', MIB, 'head -c 1048576 /dev/zero >/tmp/big; wc -c </tmp/big', '1048576'],
  ])('%s leaves alone what is just met', async (limit, value, script, expected) => {
    const sh = await boot({ [limit]: value });
    expect(await output(sh(script))).toBe(`${expected}\n`);
    expect(denials).toEqual([]);
  });

  it('counts memory that a fork shares once', async () => {
    const sh = await boot({ memory: 256 * MIB });
    const script = 'x=$(head -c 60000000 /dev/zero | tr "\\0" x); for i in 1 2 3 4 5 6; do (sleep 0.3) & done; wait; echo ${#x}';
    expect(await output(sh(script))).toBe('60000000\n');
  });

  it('gives ENOMEM for what is far beyond it, and ENOSPC where nothing is left', async () => {
    const sh = await boot({ memory: 64 * MIB, writableBytes: MIB });
    expect(await output(sh('dd if=/dev/zero of=/dev/null bs=500M count=1 2>&1 | grep -c exhausted; head -c 1048576 /dev/zero >/tmp/big; echo x 2>&1 >/tmp/more || echo refused'))).toMatch(/^1\n.*refused\n$/s);
    expect(rules()).toEqual([['limits.memory', 'limits.memory']]);
  });
});

describe('outputBytes', () => {
  it('counts what goes to a descriptor of this program, passes on what is allowed, and all of it', async () => {
    await boot({ outputBytes: 100_000 });
    const file = join(folder, 'out');
    const out = openSync(file, 'w');
    expect(await enclave?.spawn('/bin/sh', ['-c', 'head -c 60000 /dev/zero; head -c 40000 /dev/zero >&2'], { stdio: ['ignore', out, out] })).toEqual({ code: 0 });
    expect(readFileSync(file).length).toBe(100_000);
    expect(await enclave?.spawn('/bin/echo', [], { stdio: ['ignore', out, 'ignore'] })).toMatchObject({ reason: 'limit', limit: 'outputBytes' });
    closeSync(out);
    expect(readFileSync(file).length).toBe(100_000);
  });
});

describe('a limit of one process', () => {
  it('fileSize is SIGXFSZ, and is named; exactly as many bytes are fine', async () => {
    const sh = await boot({ fileSize: 8192 });
    expect(await output(sh('head -c 8192 /dev/zero >/tmp/f; wc -c </tmp/f'))).toBe('8192\n');
    expect(denials).toEqual([]);
    expect(await sh('exec head -c 8193 /dev/zero >/tmp/f')).toEqual({ signal: 'SIGXFSZ', core: false, limit: 'fileSize' });
    expect(await output(sh('trap "" XFSZ; head -c 8193 /dev/zero >/tmp/f || echo refused; wc -c </tmp/f'))).toBe('refused\n8192\n');
    expect(rules()).toEqual([['limits.fileSize', 'limits.fileSize']]);
  });

  it('fileSize that a program has set for itself is its own', async () => {
    const sh = await boot({ fileSize: 8192 });
    expect(await sh('ulimit -f 1; exec head -c 8193 /dev/zero >/tmp/f')).toEqual({ signal: 'SIGXFSZ', core: false });
    expect(denials).toEqual([]);
  });

  it('descriptors is EMFILE, and is named; exactly as many are fine, and nobody has more', async () => {
    const sh = await boot({ descriptors: 10 }, { identity: 'root' });
    expect(await output(sh('ulimit -n; exec 9</dev/null && echo nine; (ulimit -n 11) 2>/dev/null || echo kept'))).toBe('10\nnine\nkept\n');
    expect(denials).toEqual([]);
    expect(await output(sh('exec 3</dev/null 4</dev/null 5</dev/null 6</dev/null 7</dev/null 8</dev/null 9</dev/null; cat /etc/hostname >/dev/null || echo refused'))).toBe('refused\n');
    expect(rules()).toEqual([['limits.descriptors', 'limits.descriptors']]);
  });

  it('processes is EAGAIN, from inside and from outside, and is named; exactly as many are fine', async () => {
    const sh = await boot({ processes: 3 });
    expect(await output(sh('sleep 0 & sleep 0 & wait; echo three'))).toBe('three\n');
    expect(denials).toEqual([]);
    const busy = sh('sleep 1000 & sleep 1000 & echo; wait');
    for await (const line of busy) if (line === '') break;
    await expect(sh('true').exited).rejects.toMatchObject({ code: 'EAGAIN', syscall: 'spawn' });
    expect(rules()).toEqual([['limits.processes', 'limits.processes']]);
  });

  it('threads is EAGAIN, from inside and from outside, and is named; exactly as many are fine', async () => {
    const sh = await boot({ threads: 3 });
    expect(await output(sh('sleep 0 & sleep 0 & wait; echo three'))).toBe('three\n');
    expect(denials).toEqual([]);
    expect(await output(sh('(sleep 0 & sleep 0 & sleep 0 & wait) 2>/dev/null; echo shell'))).toBe('shell\n');
    const busy = sh('sleep 1000 & sleep 1000 & echo; wait');
    for await (const line of busy) if (line === '') break;
    await expect(sh('true').exited).rejects.toMatchObject({ code: 'EAGAIN', syscall: 'spawn' });
    expect(rules()).toContainEqual(['limits.threads', 'limits.threads']);
  });
});
