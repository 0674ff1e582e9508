import { expect, test } from 'vitest';

import { run, runArguments, shell, start, succeed, host, outcome } from './support/occlum.js';
import { OCCLUM } from './support/places.js';
import { NATIVE, VARIANT } from './support/variant.js';

/** The whole size once; the other variants see what differs in less. */
const MEBIBYTES = VARIANT === 'self' ? 1024 : 128;

/** The command line of a program, natively or in the LibOS, as words of a host shell. */
function words(program: string, ...args: readonly string[]): string {
  const command = NATIVE ? [program, ...args] : [OCCLUM, ...runArguments(program, args)];
  return command.map((word) => `'${word}'`).join(' ');
}

/** Runs a script of the host's shell, in which a LibOS is one command of a pipeline. */
async function hostShell(script: string): Promise<string> {
  const { status, stdout, stderr } = outcome(await host(['/bin/bash', '-c', script], { timeout: 50_000 }), script);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

test(`${MEBIBYTES} MiB through a pipe between programs inside`, async () => {
  expect(await shell(`head -c ${MEBIBYTES}M /dev/zero | cat | wc -c`)).toBe(`${MEBIBYTES * 1024 * 1024}\n`);
});

test(`${MEBIBYTES} MiB in and out`, async () => {
  expect(await hostShell(`head -c ${MEBIBYTES}M /dev/zero | ${words('/bin/cat')} | wc -c`)).toBe(`${MEBIBYTES * 1024 * 1024}\n`);
});

test('bytes stay what they are, in order', async () => {
  const script = `seq 2000000 | tee >(md5sum >&2) | ${words('/bin/cat')} | md5sum`;
  const { stdout, stderr } = outcome(await host(['/bin/bash', '-c', script], { timeout: 50_000 }), script);
  expect(stdout).toBe(stderr);
});

test('a writer whose reader left gets EPIPE and SIGPIPE', async () => {
  expect(await hostShell(`${words('/usr/bin/yes')} | head -n 1; echo "\${PIPESTATUS[0]}"`)).toBe('y\n141\n');
  const inside = String.raw`trap '' PIPE; yes 2>errors | head -n 1; grep -o 'Broken pipe' errors`;
  expect(await shell(inside)).toBe('y\nBroken pipe\n');
});

test('stdin at its end, and stdin that comes late', async () => {
  expect(await run('/usr/bin/wc', ['-l'], { input: '' })).toEqual({ status: 0, stdout: '0\n', stderr: '' });
  const reader = start('/bin/sh', ['-c', 'read -r line; echo "got $line"; cat'], { execa: { stdin: 'pipe' } });
  reader.stdin?.write('first\n');
  setTimeout(() => reader.stdin?.end('second\n'), 100);
  expect(outcome(await reader, 'read').stdout).toBe('got first\nsecond\n');
});

test('closed stdio is closed', async () => {
  const script = `${words('/bin/sh', '-c', 'ls -l /proc/self/fd >/tmp/x; exec 5>&1 2>/dev/null || echo closed')} >&-`;
  const { status } = outcome(await host(['/bin/bash', '-c', script]), script);
  expect([0, 1, 2]).toContain(status);
  expect(await succeed('/bin/sh', ['-c', '(echo lost >&-) 2>/dev/null || echo "cannot"'])).toBe('cannot\n');
});

test('a pipe that is full blocks, and a non-blocking one says EAGAIN', async () => {
  const script = `
import os, fcntl, select
r, w = os.pipe(); os.set_blocking(w, False); total = 0
try:
    while True: total += os.write(w, b'x' * 4096)
except BlockingIOError: print(total)
print(fcntl.fcntl(w, 1032), select.select([], [w], [], 0)[1]); os.read(r, 65536); print(len(select.select([], [w], [], 0)[1]))
os.close(r)
try: os.write(w, b'x')
except BrokenPipeError: print('EPIPE')`;
  expect(await succeed('/usr/bin/python3', ['-c', script])).toBe('65536\n65536 []\n1\nEPIPE\n');
});
