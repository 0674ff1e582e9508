import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, it } from 'vitest';

import { realPathInRoot } from '@occlum/elf';

const root = mkdtempSync(join(tmpdir(), 'occlum-root-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});
mkdirSync(join(root, 'usr', 'lib'), { recursive: true });
symlinkSync('usr/lib', join(root, 'lib'));
symlinkSync('/usr/lib', join(root, 'absolute'));
symlinkSync('../../../../etc', join(root, 'usr', 'out'));
symlinkSync('circle', join(root, 'circle'));
symlinkSync('/lib/..', join(root, 'up'));

it.each<[string, string | undefined]>([
  ['/', '/'],
  ['/lib/x', '/usr/lib/x'],
  ['/absolute', '/usr/lib'],
  ['/absolute/../y', '/usr/y'],
  ['/usr/out/passwd', '/etc/passwd'],
  ['/../../..', '/'],
  ['/up/z', '/usr/z'],
  ['/no/such/./path/', '/no/such/path'],
  ['/circle', undefined],
])('%s leads to %s', (path, real) => {
  expect(realPathInRoot(root, path)).toBe(real);
});
