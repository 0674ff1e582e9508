import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { host, outcome } from './support/occlum.js';
import { ROOT } from './support/places.js';
import { NATIVE } from './support/variant.js';

let folder: string;

beforeEach(async () => {
  folder = outcome(await host(['/bin/mktemp', '-d', '/var/tmp/occlum-e2e-XXXXXX']), 'mktemp').stdout.trim();
});

afterEach(async () => {
  await host(['/bin/rm', '-r', folder]);
});

function node(script: string, ...args: readonly string[]): ReturnType<typeof host> {
  return host([process.execPath, join(ROOT, 'e2e', 'support', script), ...args]);
}

test.skipIf(NATIVE)('a layer is kept through SIGKILL of Node at any time', async () => {
  const layer = join(folder, 'run');
  for (const count of [1, 2, 200]) {
    const killed = await node('killed-layer.mjs', layer, String(count));
    expect([killed.signal, killed.stderr]).toEqual(['SIGKILL', '']);
    const { status, stdout, stderr } = outcome(await node('with-layer.mjs', layer, 'cat /kept/at; ls /kept'), 'with-layer');
    expect([status, stderr]).toEqual([0, '']);
    const [at, ...names] = stdout.trimEnd().split('\n');
    expect(Number(at)).toBeGreaterThanOrEqual(count);
    expect(names.filter((name) => name !== 'new')).toEqual(['at']);
  }
});
