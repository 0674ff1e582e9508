/**
 * What the launcher starts: it runs the bundle `main.cjs` beside it, with the code that V8 made of it at an earlier start,
 * which saves a quarter of the start-up time. The first start with a version of V8 leaves that code there, where it may.
 */

import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

/** The exit status of a command that ran nothing. */
const FAILED = 125;

/** Oldest version of Node, as in package.json. */
const OLDEST = [20, 19] as const;

/** Runs a CommonJS file of this folder, which the build has wrapped in its function, from its cached code where that fits. */
function runCached(file: string): void {
  const { size, mtimeMs } = statSync(file);
  // V8 takes code only from the same version with the same flags.
  const flags = `${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`;
  const cache = `${file}.${process.versions.v8}-${hash(flags)}-${size}-${Math.trunc(mtimeMs)}.cache`;
  const cachedData = readIfThere(cache);
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    // At the end of a whole run, so that the functions which a run needs are in it.
    process.once('exit', (status) => {
      if (process.argv[2] === 'run' && status !== FAILED) store(cache, script);
    });
  }
  const run = script.runInThisContext() as (exports: object, require: NodeJS.Require, module: object, filename: string, dirname: string) => void;
  const module = { exports: {} };
  run(module.exports, require, module, file, __dirname);
}

/** FNV-1a, 32 bits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16);
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function store(cache: string, script: Script): void {
  try {
    const fresh = `${cache}.${process.pid}`;
    writeFileSync(fresh, script.createCachedData(), { mode: 0o644 });
    renameSync(fresh, cache);
  } catch {
    // Another user's folder: every start compiles anew.
  }
}

/** Whether Node is too old for what `main.cjs` is written in. */
function isOutdated(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

if (isOutdated()) {
  process.stderr.write(`occlum: Node.js is ${process.versions.node}, must be ${OLDEST.join('.')} or later: ${process.execPath}\n`);
  process.exitCode = FAILED;
} else {
  runCached(join(__dirname, 'main.cjs'));
}
