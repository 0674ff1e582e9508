// Tells what of a workspace is out of date: what is installed against package-lock.json, what is built against its sources.
// Only Node built-ins, since it is asked before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { packageFolders } from './workspaces.mjs';

/** File that holds the fingerprint of the sources that were built last. */
const BUILT = join('node_modules', '.occlum-built');

/** Folders of a package whose content no build reads. */
const NOT_BUILT = new Set(['node_modules', 'dist', 'build', 'test', 'bench']);

/** Whether node_modules holds each package that package-lock.json lists, in its version. */
export function isInstalled(root) {
  const present = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(present)) return false;
  const [wanted, found] = [join(root, 'package-lock.json'), present].map((path) => JSON.parse(readFileSync(path, 'utf8')).packages);
  return Object.entries(wanted).every(([path, { version, resolved, optional, devOptional }]) => {
    const entry = found[path];
    return path === '' || (entry === undefined ? optional || devOptional : entry.version === version && entry.resolved === resolved);
  });
}

/** A hash over all that a build reads. Nx has one as well, but asking it takes seconds and a place to write to. */
export function fingerprint(root) {
  const hash = createHash('sha256').update(process.arch);
  const files = packageFolders(root).flatMap((folder) => filesBelow(folder));
  for (const path of [join(root, 'package-lock.json'), join(root, 'tsconfig.base.json'), ...files]) {
    hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return NOT_BUILT.has(entry.name) ? [] : filesBelow(join(folder, entry.name));
    return entry.isFile() ? [join(folder, entry.name)] : [];
  }).sort();
}

/** What a build or a check writes to, down to each file: one that root made in a user's clone is in the user's way. */
export function written(root) {
  const generated = [join(root, 'scripts'), ...packageFolders(root)].map((folder) => join(folder, 'test', 'generated'));
  const made = [join(root, '.nx'), ...generated, ...outputs(root)].filter((folder) => existsSync(folder));
  return [root, join(root, 'node_modules'), ...packageFolders(root), ...made, ...made.flatMap((folder) => everythingBelow(folder))];
}

function everythingBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => !entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name));
}

/** The folders that the packages' build scripts make. */
function outputs(root) {
  return packageFolders(root).flatMap((folder) => {
    const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return [...(scripts.build ? [join(folder, 'dist')] : []), ...(scripts['build:native'] ? [join(folder, 'build')] : [])];
  });
}

/** Notes that the outputs are those of these sources, given as their fingerprint. */
export function recordBuild(root, sources) {
  writeFileSync(join(root, BUILT), sources);
}

/** Whether the outputs are all there, and of these sources. */
export function isBuilt(root, sources) {
  const complete = outputs(root).every((folder) => existsSync(folder)) && existsSync(join(root, BUILT));
  return complete && readFileSync(join(root, BUILT), 'utf8') === sources;
}
