// Makes the workspace ready to run from any state, a bare clone included: what is not there or out of date is
// installed and built, and nothing else is done. Only Node built-ins. What it says goes to stderr.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { fingerprint, isBuilt, isInstalled, recordBuild, written } from './freshness.mjs';
import { hostProblems, toolProblems, writeProblems } from './prerequisites.mjs';

/** Ends the process with one line a problem, if there are any. */
export function stopAt(problems) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
}

/** Runs npm with its output inherited, or kept back until it fails; gives its exit status. */
export function npm(root, args, output = 'pipe') {
  const npmCli = process.env.npm_execpath;
  const [command, ...rest] = npmCli?.endsWith('.js') ? [process.execPath, npmCli, ...args] : ['npm', ...args];
  const { status, error, stdout, stderr } = spawnSync(command, rest, { cwd: root, stdio: ['ignore', output, output], maxBuffer: 2 ** 26 });
  if (error) stopAt([`Cannot run npm: ${error.message} (Debian package: npm)`]);
  if (status !== 0 && output === 'pipe') process.stderr.write(`${stdout}${stderr}`);
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
  stopAt(writeProblems(root, written(root)));
  console.error('Building ...');
  dropForeignCmakeCache(root);
  for (const script of ['build:native', 'build']) {
    if (npm(root, ['run', '--silent', script]) !== 0) stopAt([`npm run ${script} failed, its output is above`]);
  }
  warm(root);
  recordBuild(root, sources);
}

/** The first run of the command leaves there what V8 made of its code, for all later ones: some may not write there. */
function warm(root) {
  spawnSync(join(root, 'packages', 'cli', 'bin', 'occlum.mjs'), ['run', '--rootfs', '/', '--', 'true'], { stdio: 'ignore' });
}

/** CMake refuses a build folder that was made under another path, as in a clone that was moved or copied. */
export function dropForeignCmakeCache(root) {
  const cache = join(root, 'native', 'build', 'CMakeCache.txt');
  const home = existsSync(cache) ? /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(readFileSync(cache, 'utf8'))?.[1] : undefined;
  if (home !== undefined && home !== join(root, 'native')) rmSync(join(root, 'native', 'build'), { recursive: true });
}
