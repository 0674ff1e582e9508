// Layout rules no general linter knows. Each prints one line that says what to do.
// `node scripts/check-layout.mjs [root]`; the root is this workspace when left out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { packageFolders } from './workspaces.mjs';

const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
const FILE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.native|\.lazy|\.test|\.bench)?\.ts$/;
const FOLDER_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SAYS_NOTHING = /^(utils?|helpers?|common|misc)$/;
const IMPORT = /^(?!\s*(?:\*|\/\/)).*(?:\bfrom |\bimport |\bimport\(|\brequire\()'([^'.][^']*)'/gm;
const license = readFileSync(join(root, 'LICENSE'));
const problems = [];

const layer = (pkg) => Number(pkg.nx?.tags?.find((tag) => tag.startsWith('layer:'))?.slice(6) ?? Number.NaN);
const manifests = new Map(packageFolders(root).map((dir) => {
  const pkg = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  return [pkg.name, { pkg, dir }];
}));

for (const [name, { pkg, dir }] of manifests) {
  checkManifest(name, pkg, dir);
  for (const folder of ['src', 'test', 'bench']) {
    for (const path of sources(join(dir, folder))) {
      const text = readFileSync(path, 'utf8');
      checkName(path, relative(dir, path));
      if (folder === 'src') checkSource(path, text);
      checkImports(path, text, pkg, folder === 'src');
    }
  }
}

for (const problem of problems) console.error(problem);
console.log(`layout: ${manifests.size} packages, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** All .ts files below a folder that people wrote. */
function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.split(sep).includes('generated'));
}

function checkManifest(name, pkg, dir) {
  const isCommandOnly = pkg.bin !== undefined && pkg.exports === undefined;
  // One for a certain CPU carries what another package has built and tested.
  const code = pkg.cpu !== undefined ? [] : [...(isCommandOnly ? [] : ['src/index.ts']), 'test'];
  for (const needed of ['README.md', 'LICENSE', ...code]) {
    if (!existsSync(join(dir, needed))) problems.push(`${name}: add ${needed}`);
  }
  if (existsSync(join(dir, 'LICENSE')) && !readFileSync(join(dir, 'LICENSE')).equals(license)) problems.push(`${name}: LICENSE differs from that of the root`);
  if (Number.isNaN(layer(pkg))) problems.push(`${name}: name its layer in package.json, nx.tags "layer:N"`);
  for (const dependency of declared(pkg).filter((d) => manifests.has(d))) {
    if (!(layer(manifests.get(dependency).pkg) < layer(pkg))) {
      problems.push(`${name}: depends on ${dependency}, which is not in a lower layer`);
    }
  }
}

function checkName(path, inPackage) {
  const shown = relative(root, path);
  const folders = inPackage.split(sep);
  const file = folders.pop();
  if (!FILE_NAME.test(file) || !folders.every((folder) => FOLDER_NAME.test(folder))) problems.push(`${shown}: name it in kebab-case`);
  if ([...folders, file.replace(/\..*/, '')].some((part) => SAYS_NOTHING.test(part))) problems.push(`${shown}: name it after what is in it`);
}

function checkSource(path, text) {
  const shown = relative(root, path);
  if (/\.node['"]|process\.dlopen/.test(text) && !path.endsWith('.native.ts')) {
    problems.push(`${shown}: loads native code, which only a *.native.ts file may do`);
  } else if (/createRequire/.test(text) && !/\.(native|lazy)\.ts$/.test(path)) {
    problems.push(`${shown}: loads a module by createRequire, which only a *.native.ts or *.lazy.ts file may do`);
  }
  if (/^export (\*|default)/m.test(text)) problems.push(`${shown}: exports all or a default, name each export instead`);
}

function checkImports(path, text, pkg, isSource) {
  const shown = relative(root, path);
  for (const [, from] of text.matchAll(IMPORT)) {
    if (isBuiltin(from)) continue;
    const parts = from.split('/');
    const target = parts.splice(0, from.startsWith('@') ? 2 : 1).join('/');
    if (manifests.has(target) && parts.length > 0) problems.push(`${shown}: imports ${from}, import ${target} instead`);
    if (!isSource) continue;
    if (target === pkg.name) problems.push(`${shown}: imports its own package by name, use a relative path`);
    else if (!declared(pkg).includes(target)) problems.push(`${shown}: imports ${target}, which package.json does not list`);
  }
}

/** Packages that a user of this one gets with it, or brings along. */
function declared(pkg) {
  return Object.keys({ ...pkg.dependencies, ...pkg.optionalDependencies, ...pkg.peerDependencies });
}
