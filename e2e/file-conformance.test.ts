import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { host, outcome, shell } from './support/occlum.js';
import { GUEST_SOURCES } from './support/places.js';
import { needs } from './support/programs.js';

const PYTHON = '/usr/bin/python3';

test('files answer as on Linux: renames, links, locks, holes, inotify, hostile paths, permissions', async (context) => {
  needs(context, PYTHON);
  const program = readFileSync(join(GUEST_SOURCES, 'file-conformance.py'), 'utf8');
  const script = `mkdir conformance && cd conformance && ${PYTHON} - <<'PROGRAM'\n${program}\nPROGRAM\n`;
  const folder = outcome(await host(['/bin/mktemp', '-d', '/tmp/occlum-e2e-XXXXXX']), 'mktemp').stdout.trim();
  try {
    const native = outcome(await host(['/bin/sh', '-c', `cd ${folder} && ${script}`]), 'sh');
    expect([native.status, native.stderr]).toEqual([0, '']);
    expect((await shell(script)).split('\n')).toEqual(native.stdout.split('\n'));
  } finally {
    await host(['/bin/rm', '-r', folder]);
  }
});
