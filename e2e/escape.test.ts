import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { Canaries } from './support/canaries.js';
import { readFilterList, readGuestCalls } from './support/host-trace.js';
import { guest, host, outcome, run, runArguments } from './support/occlum.js';
import { OCCLUM, ROOT } from './support/places.js';
import { findProgram, needs } from './support/programs.js';
import { NATIVE, temporaryDirectory, UID } from './support/variant.js';

const FLAGS = ['--network', 'none'];
const WAYS = ['own', 'fresh', 'x32', 'int80', 'jump'];
const HIGHEST_NUMBER = '600';
const LONG_MS = 110_000;

// Natively the same attacks hit: so they are ones that would. Not as root, to whom the machine would be open too.
if (UID !== 0) {
  test('without the LibOS every canary is hit', async () => {
    const canaries = await Canaries.stand();
    await host([guest('raw-syscalls'), 'own', 'attacks', canaries.directory, String(canaries.pid), String(canaries.port)]);
    const harm = canaries.harm().join('\n');
    for (const hit of ['the directory was', 'made-by-guest', 'the process is gone', 'unix socket by path', 'unix socket by name', 'tcp port', 'udp port']) expect(harm).toContain(hit);
  });
}

describe.skipIf(NATIVE).each(WAYS)('raw system calls, %s', (way) => {
  test('none reaches a file, a process or a socket of the host', { timeout: LONG_MS }, async () => {
    const canaries = await Canaries.stand();
    const args = [way, 'attacks', canaries.directory, String(canaries.pid), String(canaries.port)];
    const { status, stdout } = await run(guest('raw-syscalls'), args, { flags: FLAGS, timeoutMs: LONG_MS });
    expect([status, stdout]).toEqual([0, expect.stringContaining('unlinkat')]);
    canaries.expectUntouched();
  });

  test(`each number to ${HIGHEST_NUMBER} with hostile arguments`, { timeout: LONG_MS }, async () => {
    const canaries = await Canaries.stand();
    const args = [way, 'numbers', '0', HIGHEST_NUMBER, canaries.directory];
    const { status, stdout, stderr } = await run(guest('raw-syscalls'), args, { flags: FLAGS, timeoutMs: LONG_MS });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/numbers 0 to 600: \d+ returned/);
    canaries.expectUntouched();
  });
});

test.skipIf(NATIVE)('the channels between runtime and kernel: closed, flooded, garbled, stolen from', { timeout: LONG_MS }, async () => {
  const canaries = await Canaries.stand();
  const { status, stdout, stderr } = await run(guest('channels'), [], { flags: FLAGS, timeoutMs: LONG_MS });
  expect([status, stderr], stdout).toEqual([0, '']);
  expect(stdout).toMatch(/served\n$/);
  canaries.expectUntouched();
});

test.skipIf(NATIVE)('honest programs on honest paths find no socket of the host either', async () => {
  const canaries = await Canaries.stand();
  const script = `
import socket, sys, os
for address in (sys.argv[1] + '/docker.sock', ('\\0' + sys.argv[1] + '/abstract').ljust(108, '\\0')):
    with socket.socket(socket.AF_UNIX) as s: print(s.connect_ex(address))
try: os.kill(int(sys.argv[2]), 9)
except OSError as error: print(error.errno)
print(os.path.exists('/proc/' + sys.argv[2]))`;
  // With the host's network too: Unix sockets are the LibOS's own in any case.
  const { stdout } = await run('/usr/bin/python3', ['-c', script, canaries.directory, String(canaries.pid)]);
  expect(stdout).toBe('111\n111\n3\nFalse\n');
  canaries.expectUntouched();
});

describe.skipIf(NATIVE)('the host sees no system call of a guest that the list of the filter has not', () => {
  /** Traces the command from outside. */
  async function trace(program: string, args: readonly string[]): Promise<ReturnType<typeof readGuestCalls>> {
    const file = join(temporaryDirectory(), 'trace');
    const traced = [findProgram('strace') ?? '', '-f', '-qq', '-o', file, OCCLUM, ...runArguments(program, args, { flags: FLAGS })];
    const { status, stderr } = outcome(await host(traced, { stdin: 'ignore', timeout: LONG_MS }), 'strace');
    expect([status, stderr]).toEqual([0, '']);
    const calls = readGuestCalls(file);
    expect(calls.length).toBeGreaterThan(100);
    return calls;
  }
  const list = (): Set<string> => readFilterList(join(ROOT, 'docs', 'filter.md'));

  test('honest programs', { timeout: LONG_MS }, async (context) => {
    needs(context, 'strace');
    const script = 'ls -l /etc | sort | head -n 3; (sleep 0.1; exit 2) & wait; /usr/bin/python3 -c "import threading, subprocess; t = threading.Thread(target=print); t.start(); t.join(); subprocess.run([\'/bin/true\'])"';
    const allowed = list();
    const others = (await trace('/bin/bash', ['-c', script])).filter(({ name }) => !allowed.has(name));
    expect([...new Set(others.map(({ line }) => line))]).toEqual([]);
  });

  test('hostile ones: what is not on the list is refused', { timeout: LONG_MS }, async (context) => {
    needs(context, 'strace');
    const canaries = await Canaries.stand();
    const allowed = list();
    const calls = await trace(guest('raw-syscalls'), ['jump', 'attacks', canaries.directory, String(canaries.pid), String(canaries.port)]);
    const others = calls.filter(({ name }) => !allowed.has(name));
    expect(others.length).toBeGreaterThan(10);
    expect([...new Set(others.filter(({ refused }) => !refused).map(({ line }) => line))]).toEqual([]);
    canaries.expectUntouched();
  });
});
