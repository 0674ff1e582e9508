import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { TestContext } from 'vitest';

import { NODE_FOLDER } from './places.js';

/** What the LibOS and a fresh login both search. Nothing of a version manager in someone's home is found. */
export const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The PATH of commands on the host: they find the Node that runs the tests, wherever it is. */
export const HOST_PATH = `${NODE_FOLDER}:${SEARCH_PATH}`;

/** Path of a program of the machine, if it is installed. */
export function findProgram(name: string): string | undefined {
  return SEARCH_PATH.split(':')
    .map((folder) => join(folder, name))
    .find((path) => isExecutable(path));
}

/** Whether the file is there, and the current user may execute it. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Says which programs of the machine a test needs. Without one of them it is skipped, with the reason; where
 * OCCLUM_REQUIRE_ALL is 1 it fails.
 */
export function needs(context: TestContext, ...names: readonly string[]): void {
  const missing = names.filter((name) => !isExecutable(name) && findProgram(name) === undefined);
  if (missing.length > 0) skip(context, `not installed: ${missing.join(', ')} (scripts/install-test-programs.sh)`);
}

/** Skips a test for a reason, or fails where OCCLUM_REQUIRE_ALL is 1. */
export function skip(context: TestContext, reason: string): never {
  if (process.env['OCCLUM_REQUIRE_ALL'] === '1') throw new Error(`Must not be skipped here, but ${reason}`);
  context.skip(reason);
}

/** The folder below /usr/lib with the standard library of Debian's Python; a test that needs it is skipped without one. */
export function pythonFolder(context: TestContext): string {
  needs(context, 'python3');
  const name = readdirSync('/usr/lib').find((one) => /^python3\.\d+$/.test(one) && existsSync(join('/usr/lib', one, 'os.py')));
  return name ?? skip(context, 'Python is not Debian\'s');
}
