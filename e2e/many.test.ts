import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { guest, host, outcome, run, runArguments, shell, succeed } from './support/occlum.js';
import { OCCLUM, ROOT } from './support/places.js';
import { NATIVE, VARIANT } from './support/variant.js';

const [SEQUENTIAL, CONCURRENT] = VARIANT === 'self' ? [1000, 200] : [200, 100];
const LONG_MS = 110_000;

test.skipIf(NATIVE)(`${SEQUENTIAL} programs one after another and ${CONCURRENT} at once leave nothing behind`, { timeout: LONG_MS }, async () => {
  const script = join(ROOT, 'e2e', 'support', 'count-leaks.mjs');
  const { status, stdout, stderr } = outcome(await host([process.execPath, script, String(SEQUENTIAL), String(CONCURRENT)], { timeout: LONG_MS }), 'count-leaks');
  expect([status, stderr]).toEqual([0, '']);
  const { failed, before, after, afterDestroy } = JSON.parse(stdout) as Record<string, Record<string, number> | number>;
  expect(failed).toBe(0);
  expect(after).toEqual(before);
  expect(afterDestroy).toMatchObject({ processes: 0 });
});

describe('descriptors', () => {
  test('a program that closes every one still works', async () => {
    expect(await succeed(guest('descriptors'), ['close-range'])).toBe('done\n');
  });

  test('one that dup2()s onto each number still works', async () => {
    expect(await succeed(guest('descriptors'), ['dup2-all'])).toBe('done\n');
  });

  test('EMFILE at the limit, and the lowest number first', async () => {
    expect(await succeed(guest('descriptors'), ['exhaust'])).toBe('done\n');
  });

  test('10,000 files with `ulimit -n 1024` outside', async () => {
    const script = `cd "$(mktemp -d)" && ${guest('descriptors')} many-files && ls many | wc -l`;
    const command = NATIVE ? ['/bin/sh', '-c', script] : [OCCLUM, ...runArguments('/bin/sh', ['-c', script])];
    const result = await host(['/bin/sh', '-c', 'ulimit -n 1024; exec "$@"', 'sh', ...command], { stdin: 'ignore', timeout: 50_000 });
    expect(outcome(result, 'many-files')).toEqual({ status: 0, stdout: 'done\n10000\n', stderr: '' });
  });
});

test('128 threads', async () => {
  expect(await succeed(guest('threads'), ['128', '50'])).toBe('128 threads, sum 8128\n');
});

test('arguments and environment beyond the limit are E2BIG', async () => {
  const script = `
import os, resource
def attempt(args, env):
    pid = os.fork()
    if pid == 0:
        try: os.execve('/bin/true', args, env)
        except OSError as error: os._exit(error.errno)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(attempt(['true', 'x' * 131071], {}), attempt(['true', 'x' * 131072], {}))
print(attempt(['true'] + ['y' * 100000] * 10, {}), attempt(['true'] + ['y' * 100000] * 60, {}))
print(attempt(['true'], {'A%d' % n: 'z' * 100000 for n in range(60)}))
print(attempt(['true', 'after'], {'fine': '1'}))`;
  expect(await succeed('/usr/bin/python3', ['-c', script])).toBe('0 7\n0 7\n7\n0\n');
});

test('arguments and environment of more than a mebibyte come from outside', async () => {
  const args = Array.from({ length: 12 }, (_, index) => `${index}`.repeat(100_000).slice(0, 100_000));
  const count = ['-c', 'printf "%s" "$@" | md5sum; echo $#', 'sh'];
  const { status, stdout } = await run('/bin/sh', [...count, ...args]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${createHash('md5').update(args.join('')).digest('hex')}  -\n12\n` });
  const many = Array.from({ length: 50_000 }, (_, index) => `${index % 10}`);
  expect(await succeed('/bin/sh', [...count, ...many])).toBe(`${createHash('md5').update(many.join('')).digest('hex')}  -\n50000\n`);
});

test('200 processes alive at once, and a child that outlives its parent', async () => {
  expect(await shell('for i in $(seq 200); do sleep 0.5 & done; wait; echo all; mkfifo end; (sh -c "sleep 0.1; echo orphan; echo >end" &); cat end >/dev/null')).toBe('all\norphan\n');
});

test.skipIf(NATIVE)('two LibOSes at once know nothing of each other', async () => {
  const script = 'echo $$ >/tmp/mine; sleep 0.5; cat /tmp/mine; cd /tmp; echo m*; echo /proc/[0-9]*';
  const [first, second] = await Promise.all([run('/bin/sh', ['-c', script]), run('/bin/sh', ['-c', script])]);
  expect(first).toEqual(second);
  expect(first.stdout).toBe('1\nmine\n/proc/1\n');
});
