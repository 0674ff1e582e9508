/**
 * What the launcher starts: it runs the bundle `main.cjs` beside it, with the code that V8 made of it at an earlier start,
 * which saves a quarter of the start-up time. The first start with a version of V8 leaves that code there, where it may.
 */

import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

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
    // At the end, so that the functions which ran are in it.
    process.once('exit', () => {
      store(cache, script);
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

runCached(join(__dirname, 'main.cjs'));
