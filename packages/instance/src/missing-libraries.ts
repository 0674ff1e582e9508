import { existsSync } from 'node:fs';
import { join } from 'node:path/posix';

import { findLibraries, realPathInRoot } from '@occlum/elf';

/**
 * Names the shared libraries that programs of an image lack. A program whose loader is missing too needs all of them; one that
 * an image has twice is named once.
 *
 * @param root - Host directory of the image.
 * @param programs - Absolute paths inside, byte strings.
 * @returns A line each.
 */
export function missingLibraries(root: string, programs: readonly string[]): string[] {
  const bytes = Buffer.from(root).toString('latin1');
  return programs.flatMap((path) => {
    const report = findLibraries(path, { root: bytes });
    if (report === undefined) return [];
    const { interpreter, missing } = report;
    const isLoaderMissing = interpreter !== undefined && !isThere(bytes, interpreter);
    const lacking = [...(isLoaderMissing ? [interpreter] : []), ...missing.map(({ name, neededBy }) => (neededBy === path ? name : `${name} (for ${shown(neededBy)})`))];
    return lacking.length === 0 ? [] : [`${shown(path)} lacks ${lacking.map(shown).join(', ')} in the image`];
  });
}

/** Whether a path inside leads to something. Both are byte strings. */
function isThere(root: string, path: string): boolean {
  const real = realPathInRoot(root, path);
  return real !== undefined && existsSync(Buffer.from(join(root, real), 'latin1'));
}

/** A byte string as text. */
function shown(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
