import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fingerprint, isInstalled } from '../freshness.mjs';
import { hostProblems, toolProblems, writeProblems } from '../prerequisites.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'prepare-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes one file below the root. */
function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('hostProblems', () => {
  const host = (node: string, platform = 'linux', arch = 'x64') => ({ versions: { node }, platform, arch });

  it.each([
    ['the oldest Node that works', host('20.19.0'), []],
    ['a later Node', host('24.1.0'), []],
    ['a Node that is too old', host('18.20.4'), [expect.stringContaining('Node is 18.20.4, must be 20.19 or later')]],
    ['a Node 20 that is too old', host('20.18.3'), [expect.stringContaining('Node is 20.18.3')]],
    ['another system', host('22.0.0', 'darwin', 'arm64'), ['The platform is darwin arm64, must be linux x64']],
  ])('says for %s what to do', (_title, seen, problems) => {
    expect(hostProblems(seen)).toEqual(problems);
  });
});

describe('toolProblems', () => {
  it('names the Debian package of each program that is not on the path', () => {
    for (const tool of ['cc', 'cmake', 'make']) {
      put(tool, '');
      chmodSync(join(root, tool), 0o755);
    }
    expect(toolProblems(`/nowhere:${root}`)).toEqual(['The native build needs g++: apt-get install g++']);
  });
});

describe('writeProblems', () => {
  it('has none for a folder of ours, and for one that does not exist', () => {
    expect(writeProblems(root, [root, join(root, 'none')])).toEqual([]);
  });

  it('names the first folder that is not writable, in one line', () => {
    const dist = join(root, 'dist');
    mkdirSync(dist);
    const isWritable = (folder: string) => folder !== dist;
    expect(writeProblems(root, [root, dist], isWritable)).toEqual([expect.stringMatching(/^Cannot write to dist .*cp -r.*$/)]);
  });
});

describe('isInstalled', () => {
  const lock = (packages: object) => JSON.stringify({ packages });
  const wanted = { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b-darwin': { version: '1.0.0', optional: true } };

  it.each([
    ['nothing is installed', undefined, false],
    ['all but what is for another platform is there', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['another version is there', { 'node_modules/a': { version: '0.9.0' } }, false],
    ['a package is missing', {}, false],
  ])('when %s', (_title, found, installed) => {
    put('package-lock.json', lock(wanted));
    if (found !== undefined) put('node_modules/.package-lock.json', lock(found));
    expect(isInstalled(root)).toBe(installed);
  });
});

describe('fingerprint', () => {
  beforeEach(() => {
    put('package.json', '{ "workspaces": ["packages/*"] }');
    put('package-lock.json', '{}');
    put('tsconfig.base.json', '{}');
    put('packages/a/package.json', '{}');
    put('packages/a/src/index.ts', 'one');
  });

  it.each([
    ['changes with a source', 'packages/a/src/index.ts', true],
    ['changes with a new source', 'packages/a/src/deep/new.ts', true],
    ['changes with the lock file', 'package-lock.json', true],
    ['stays with a test', 'packages/a/test/index.test.ts', false],
    ['stays with what was built', 'packages/a/dist/index.js', false],
  ])('%s', (_title, path, changes) => {
    const before = fingerprint(root);
    put(path, 'two');
    expect(fingerprint(root) !== before).toBe(changes);
  });
});
