import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { brokenFiles, fuzzedFiles } from './support/broken-elf.js';
import { guest, host, outcome, run, succeed } from './support/occlum.js';
import { GID, NATIVE, temporaryDirectory, UID, VARIANT } from './support/variant.js';

const FUZZED = VARIANT === 'self' ? 1000 : 300;
const LONG_MS = 110_000;
const seed = (): Buffer => readFileSync(guest('tiny'));

/** Writes executable files; gives their directory. */
function write(files: ReadonlyMap<string, Buffer>): string {
  const directory = join(temporaryDirectory(), 'files');
  mkdirSync(directory);
  chownSync(directory, UID, GID);
  for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes, { mode: 0o755 });
  return directory;
}

test('malformed programs and scripts end as on Linux', { timeout: LONG_MS }, async () => {
  const directory = write(brokenFiles(seed()));
  const native = outcome(await host([guest('try-exec'), directory]), 'try-exec').stdout;
  expect(native).toContain('\nfine status 42\n');
  expect(native).toContain('\ninterpreter-missing errno 2\n');
  expect(native).not.toContain('hangs');
  const libos = await succeed(guest('try-exec'), [directory], { timeoutMs: LONG_MS });
  expect(libos.split('\n')).toEqual(native.split('\n'));
});

test(`${FUZZED} programs with garbled headers never hang, and the LibOS lives on`, { timeout: LONG_MS }, async () => {
  const directory = write(fuzzedFiles(seed(), FUZZED));
  const script = `${guest('try-exec')} ${directory} 3000; echo "still $(echo here)"`;
  const lines = (await succeed('/bin/sh', ['-c', script], { timeoutMs: LONG_MS })).trim().split('\n');
  expect(lines.pop()).toBe('still here');
  expect(lines).toHaveLength(FUZZED);
  expect(lines.filter((line) => !/ (errno (8|12|13|2|21|22|5|20|36|40|80)|signal \d+|status \d+)$/.test(line))).toEqual([]);
});

test.skipIf(NATIVE)('as the first program they are 126, 127 or a signal', { timeout: LONG_MS }, async () => {
  const directory = write(brokenFiles(seed()));
  for (const name of ['empty', 'header-cut', 'phnum-huge', 'load-size-huge', 'interpreter-missing', 'entry-zero', 'text']) {
    const { status, stderr } = await run(join(directory, name));
    expect([name, [126, 127, 132, 135, 137, 139].includes(status)]).toEqual([name, true]);
    expect(stderr).toMatch(/^(occlum: [^\n]+\n)?$/);
  }
});
