import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../check-layout.mjs', import.meta.url));

/** Text of a package.json. */
const manifest = (name: string, layer: number, ...dependencies: string[]): string =>
  JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((d) => [d, '*'])), nx: { tags: [`layer:${layer}`] } });

/** A workspace without a fault; each row of the table below adds one. */
const GOOD = {
  LICENSE: 'MIT',
  'package.json': JSON.stringify({ workspaces: ['native', 'packages/*'] }),
  'native/package.json': manifest('@occlum/native', 1, '@occlum/errno'),
  'packages/errno/package.json': manifest('@occlum/errno', 0),
  'packages/sched/package.json': manifest('@occlum/sched', 2, '@occlum/native'),
  'packages/sched/src/pin.ts': "import { HostAffinity } from '@occlum/native';\n",
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'layout-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes a workspace with its fault and runs the script on it. */
function check(fault: Readonly<Record<string, string>>): { status: number | null; problems: string[] } {
  const files = { ...GOOD, ...fault };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const folder of ['native', 'packages/errno', 'packages/sched']) {
    mkdirSync(join(root, folder, 'src'), { recursive: true });
    mkdirSync(join(root, folder, 'test'), { recursive: true });
    writeFileSync(join(root, folder, 'README.md'), '');
    if (!existsSync(join(root, folder, 'LICENSE'))) writeFileSync(join(root, folder, 'LICENSE'), 'MIT');
    writeFileSync(join(root, folder, 'src/index.ts'), '');
  }
  return run();
}

/** Runs the script on the workspace as it is. */
function run(): { status: number | null; problems: string[] } {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' });
  return { status, problems: stderr.split('\n').filter((line) => line !== '') };
}

describe('check-layout', () => {
  it('passes a workspace without a fault', () => {
    expect(check({})).toEqual({ status: 0, problems: [] });
  });

  it.each([
    [
      'an import that is not declared',
      { 'packages/sched/src/pin.ts': "import { Errno } from '@occlum/errno';\n" },
      'packages/sched/src/pin.ts: imports @occlum/errno, which package.json does not list',
    ],
    [
      'a dynamic import that is not declared',
      { 'packages/sched/src/pin.ts': "export const errno = await import('@occlum/errno');\n" },
      'packages/sched/src/pin.ts: imports @occlum/errno, which package.json does not list',
    ],
    [
      'a deep import',
      { 'packages/sched/src/pin.ts': "import {\n  hostBinding,\n} from '@occlum/native/src/binding.native.js';\n" },
      'packages/sched/src/pin.ts: imports @occlum/native/src/binding.native.js, import @occlum/native instead',
    ],
    [
      'a dependency on a higher layer',
      { 'packages/errno/package.json': manifest('@occlum/errno', 0, '@occlum/sched') },
      '@occlum/errno: depends on @occlum/sched, which is not in a lower layer',
    ],
    [
      'a dependency on its own layer',
      { 'packages/sched/package.json': manifest('@occlum/sched', 1, '@occlum/native') },
      '@occlum/sched: depends on @occlum/native, which is not in a lower layer',
    ],
    [
      'an import of the package itself by name, also in native/',
      { 'native/src/own.ts': "export { HostAffinity } from '@occlum/native';\n" },
      'native/src/own.ts: imports its own package by name, use a relative path',
    ],
    [
      'native code loaded outside a *.native.ts',
      { 'native/src/load.ts': "load('../build/addon.node');\n" },
      'native/src/load.ts: loads native code, which only a *.native.ts file may do',
    ],
    [
      'createRequire outside a *.native.ts or *.lazy.ts',
      { 'native/src/load.ts': "import { createRequire } from 'node:module';\n" },
      'native/src/load.ts: loads a module by createRequire, which only a *.native.ts or *.lazy.ts file may do',
    ],
    [
      'a package of others that is not declared',
      { 'packages/sched/src/pin.ts': "import pino from 'pino';\n" },
      'packages/sched/src/pin.ts: imports pino, which package.json does not list',
    ],
    [
      'a package of others that is loaded late and not declared',
      { 'packages/sched/src/pin.lazy.ts': "export const pino = require('pino') as unknown;\n" },
      'packages/sched/src/pin.lazy.ts: imports pino, which package.json does not list',
    ],
    [
      'a name that is not in kebab-case, in a folder of src/',
      { 'packages/sched/src/run/RunQueue.ts': '' },
      'packages/sched/src/run/RunQueue.ts: name it in kebab-case',
    ],
    ['another license', { 'packages/errno/LICENSE': 'none' }, '@occlum/errno: LICENSE differs from that of the root'],
    ['a name that says nothing', { 'packages/sched/src/utils.ts': '' }, 'packages/sched/src/utils.ts: name it after what is in it'],
    [
      'an export of all',
      { 'packages/sched/src/pin.ts': "export * from './run-queue.js';\n" },
      'packages/sched/src/pin.ts: exports all or a default, name each export instead',
    ],
    [
      'a package without a layer',
      { 'packages/sched/package.json': '{ "name": "@occlum/sched" }', 'packages/sched/src/pin.ts': '' },
      '@occlum/sched: name its layer in package.json, nx.tags "layer:N"',
    ],
  ])('refuses %s', (_title, fault, problem) => {
    expect(check(fault)).toEqual({ status: 1, problems: [problem] });
  });

  it('asks a package of built files for no sources', () => {
    const built = { name: '@occlum/native-linux-x64-gnu', cpu: ['x64'], nx: { tags: ['layer:0'] } };
    expect(check({ 'packages/built/package.json': JSON.stringify(built), 'packages/built/README.md': '', 'packages/built/LICENSE': 'MIT' })).toEqual({ status: 0, problems: [] });
  });

  it.each(['README.md', 'LICENSE', 'src/index.ts', 'test'])('refuses a package without %s', (needed) => {
    check({});
    rmSync(join(root, 'packages/sched', needed), { recursive: true });
    expect(run()).toEqual({ status: 1, problems: [`@occlum/sched: add ${needed}`] });
  });

  it('leaves generated files alone', () => {
    expect(check({ 'packages/sched/src/generated/Table_v1.ts': "export * from '@occlum/abi';\n" })).toEqual({ status: 0, problems: [] });
  });
});
