import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../api-report.mjs', import.meta.url));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'api-'));
  put('package.json', '{ "workspaces": ["packages/*"] }');
  put('packages/a/package.json', JSON.stringify({ exports: { '.': { types: './dist/index.d.ts' }, './package.json': './package.json' } }));
  put('packages/a/dist/index.d.ts', "export { A } from './shared.js';\n");
  put('packages/a/dist/shared.d.ts', 'export type A = 1;\n');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Runs the script; gives its exit status and what it complained of. */
function report(...args: string[]): { status: number | null; problem: string } {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args, root], { encoding: 'utf8' });
  return { status, problem: stderr };
}

describe('api-report', () => {
  it('passes when the types are those of the report, shared files included', () => {
    expect(report('--update').status).toBe(0);
    expect(readFileSync(join(root, 'packages/a/api-report.d.ts'), 'utf8')).toContain('type A = 1');
    expect(report()).toEqual({ status: 0, problem: '' });
  });

  it('refuses a change in a file that the entry shares', () => {
    report('--update');
    put('packages/a/dist/shared.d.ts', 'export type A = 2;\n');
    const { status, problem } = report();
    expect(status).toBe(1);
    expect(problem).toMatch(/^packages\/a: the public API changed/);
  });

  it('asks for a build when there is none', () => {
    rmSync(join(root, 'packages/a/dist'), { recursive: true });
    const { status, problem } = report();
    expect(status).toBe(1);
    expect(problem).toMatch(/^packages\/a: has no dist\/index.d.ts/);
  });
});
