// Turns the ```ts blocks of each package's README.md and of the TSDoc `@example`s in its src/ into
// tests under test/generated/, and those of the root's README.md into scripts/test/generated/, so that tsc checks them
// and vitest runs them. A line `expression; // => value`
// becomes an assertion. A block marked ```ts no-run is left alone.
// `node scripts/doctest.mjs [root]`; the root is this workspace when left out.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { packageFolders } from './workspaces.mjs';

const BLOCK = /^```ts\n([\s\S]*?)^```$/gm;
const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
let count = 0;

for (const folder of [root, ...packageFolders(root)]) {
  const tests = new Map();
  for (const path of ['README.md', ...sources(folder)]) {
    for (const block of blocks(join(folder, path))) {
      const name = `${path.replace(/^src\//, '').replace(/\.\w+$/, '').replace(/[/.]/g, '-').toLowerCase()}-${block.line}.test.ts`;
      tests.set(name, toTest(block, path));
    }
  }
  write(join(folder, folder === root ? 'scripts' : '', 'test', 'generated'), tests);
  count += tests.size;
}
console.log(`doctest: ${count} examples written`);

/** All .ts files of src/ that people wrote, relative to the package. */
function sources(folder) {
  if (!existsSync(join(folder, 'src'))) return [];
  return readdirSync(join(folder, 'src'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split('/').includes('generated'))
    .sort();
}

/** The ```ts blocks of a file; comment stars are taken off a .ts file first, which keeps its line count. */
function blocks(path) {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const plain = path.endsWith('.ts') ? text.replace(/^ *\* ?/gm, '') : text;
  return [...plain.matchAll(BLOCK)].map((match) => ({ code: match[1], line: plain.slice(0, match.index).split('\n').length }));
}

/** One block as one test, its imports hoisted. */
function toTest({ code, line }, source) {
  const lines = code.split('\n');
  const imports = lines.filter((text) => text.startsWith('import '));
  const body = lines
    .filter((text) => !text.startsWith('import '))
    .map((text) => text.replace(/^(?!const )(.+?);? \/\/ => (.+)$/, 'expect($1).toEqual($2);'));
  return [
    "import { expect, it } from 'vitest';",
    ...imports,
    `it('${source}:${line}', async () => {`,
    '  expect.assertions(' + body.filter((text) => text.startsWith('expect(')).length + ');',
    ...body.map((text) => (text === '' ? '' : `  ${text}`)),
    '});',
    '',
  ].join('\n');
}

/** Makes a folder hold these files and no others; a file that is right already is not touched. */
function write(folder, files) {
  if (files.size > 0) mkdirSync(folder, { recursive: true });
  for (const stale of existsSync(folder) ? readdirSync(folder).filter((name) => !files.has(name)) : []) rmSync(join(folder, stale), { recursive: true });
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
}
