// Makes the workspace ready to run from any state, a bare clone included: what is not there or out of date is
// installed and built, and nothing else is done. Only Node built-ins. All output goes to stderr.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { hostProblems, toolProblems, writeProblems } from './prerequisites.mjs';
import { packageFolders } from './workspaces.mjs';

/** File that holds the fingerprint of the sources that were built last. */
const BUILT = join('node_modules', '.occlum-built');

/** Folders of a package whose content no build reads. */
const NOT_BUILT = new Set(['node_modules', 'dist', 'build', 'test', 'bench']);

/** Ends the process with one line a problem, if there are any. */
export function stopAt(problems) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
}

/** Runs npm with its output on stderr, or inherited; gives its exit status. */
export function npm(root, args, stdio = ['ignore', 2, 2]) {
  const npmCli = process.env.npm_execpath;
  const [command, ...rest] = npmCli?.endsWith('.js') ? [process.execPath, npmCli, ...args] : ['npm', ...args];
  const { status, error } = spawnSync(command, rest, { cwd: root, stdio });
  if (error) stopAt([`Cannot run npm: ${error.message} (Debian package: npm)`]);
  return status ?? 1;
}

/** Installs what package-lock.json lists, if node_modules differs from it. */
export function install(root) {
  stopAt(hostProblems(process));
  if (isInstalled(root)) return;
  stopAt(writeProblems(root, [root, join(root, 'node_modules')]));
  const verb = existsSync(join(root, 'node_modules')) ? 'install' : 'ci';
  console.error(`Installing the dependencies (npm ${verb}) ...`);
  if (npm(root, [verb, '--loglevel=error']) !== 0) stopAt([`npm ${verb} failed, its output is above`]);
}

/** Builds the native core and all packages, if their sources differ from those of the last build. */
export function build(root) {
  const sources = fingerprint(root);
  if (isBuilt(root, sources)) return;
  stopAt(toolProblems(process.env.PATH ?? ''));
  stopAt(writeProblems(root, [join(root, 'node_modules'), join(root, '.nx'), ...packageFolders(root), ...outputs(root)]));
  console.error('Building ...');
  dropForeignCmakeCache(root);
  for (const script of ['build:native', 'build']) {
    if (npm(root, ['run', '--silent', script]) !== 0) stopAt([`npm run ${script} failed, its output is above`]);
  }
  recordBuild(root, sources);
}

/** Notes that the outputs are those of these sources, given as their fingerprint. */
export function recordBuild(root, sources) {
  writeFileSync(join(root, BUILT), sources);
}

function isBuilt(root, sources) {
  const complete = outputs(root).every((folder) => existsSync(folder)) && existsSync(join(root, BUILT));
  return complete && readFileSync(join(root, BUILT), 'utf8') === sources;
}

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

/** The folders that the packages' build scripts make. */
function outputs(root) {
  return packageFolders(root).flatMap((folder) => {
    const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return [...(scripts.build ? [join(folder, 'dist')] : []), ...(scripts['build:native'] ? [join(folder, 'build')] : [])];
  });
}

/** CMake refuses a build folder that was made under another path, as in a clone that was moved or copied. */
function dropForeignCmakeCache(root) {
  const cache = join(root, 'native', 'build', 'CMakeCache.txt');
  const home = existsSync(cache) ? /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(readFileSync(cache, 'utf8'))?.[1] : undefined;
  if (home !== undefined && home !== join(root, 'native')) rmSync(join(root, 'native', 'build'), { recursive: true });
}
