import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../doctest.mjs', import.meta.url));
const FENCE = '```';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'doctest-'));
  put('package.json', '{ "workspaces": ["packages/*"] }');
  put('packages/a/package.json', '{}');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Runs the script and gives the names of the tests it wrote. */
function extract(): string[] {
  execFileSync(process.execPath, [SCRIPT, root]);
  const out = join(root, 'packages/a/test/generated');
  return existsSync(out) ? readdirSync(out).sort() : [];
}

describe('doctest', () => {
  it('makes a line with a result an assertion, and hoists imports', () => {
    put('packages/a/README.md', `# a\n\n${FENCE}ts\nimport { a } from 'a';\n\na(1); // => 2\n${FENCE}\n`);
    expect(extract()).toEqual(['readme-3.test.ts']);
    const text = readFileSync(join(root, 'packages/a/test/generated/readme-3.test.ts'), 'utf8');
    expect(text).toContain("import { a } from 'a';\nit('README.md:3'");
    expect(text).toContain('expect.assertions(1);');
    expect(text).toContain('expect(a(1)).toEqual(2);');
  });

  it('reads examples in sub-folders of src/, without those that are generated or not to be run', () => {
    put('packages/a/src/fs/path.ts', `/**\n * ${FENCE}ts\n * 1; // => 1\n * ${FENCE}\n */\n`);
    put('packages/a/src/path.ts', `/**\n * ${FENCE}ts no-run\n * 1; // => 1\n * ${FENCE}\n */\n`);
    put('packages/a/src/generated/path.ts', `/**\n * ${FENCE}ts\n * 1; // => 1\n * ${FENCE}\n */\n`);
    expect(extract()).toEqual(['fs-path-2.test.ts']);
  });

  it('reads the README of the root', () => {
    put('README.md', `${FENCE}ts\n1; // => 1\n${FENCE}\n`);
    extract();
    expect(readdirSync(join(root, 'scripts/test/generated'))).toEqual(['readme-1.test.ts']);
  });

  it('takes away the tests of examples that are gone, and does not touch one that is right', () => {
    put('packages/a/README.md', `${FENCE}ts\n1; // => 1\n${FENCE}\n`);
    put('packages/a/test/generated/old-1.test.ts', '');
    expect(extract()).toEqual(['readme-1.test.ts']);
    const path = join(root, 'packages/a/test/generated/readme-1.test.ts');
    const { mtimeMs } = statSync(path);
    extract();
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
  });
});
