import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { packageFile } from '../src/package-file.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'occlum-cli-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('packageFile', () => {
  it.each([
    ['installed beside', 'node_modules/@occlum', 'node_modules/@occlum/cli/dist'],
    ['in a workspace', 'node_modules/@occlum', 'packages/cli/dist'],
    ['below the package that needs it', 'packages/cli/node_modules/@occlum', 'packages/cli/dist'],
  ])('finds one %s', (_title, scope, from) => {
    mkdirSync(join(root, scope, 'native'), { recursive: true });
    mkdirSync(join(root, from), { recursive: true });
    expect(packageFile('@occlum/native', 'dist/index.js', join(root, from))).toBe(`${root}/${scope}/native/dist/index.js`);
  });

  it('says which is missing', () => {
    expect(() => packageFile('@occlum/native', 'dist/index.js', root)).toThrow('Cannot find the package @occlum/native');
  });
});
