import { posix } from 'node:path';

import { Errno } from '@occlum/errno';

/** What Linux's C libraries search when there is no PATH. Source: execvp(3) of glibc, confstr(3) `_CS_PATH`. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** What a program is looked for by, each byte a letter. */
export interface ProgramName {
  /** A path when it has a slash, else a name. */
  readonly name: string;
  /** The guest's PATH; `undefined` when it has none. */
  readonly searchPath: string | undefined;
  /** What relative paths start from. */
  readonly cwd: string;
}

/**
 * Tries a program at each place that a name may stand for, as `execvp(3)` does: a name with a slash is a path, any other
 * is looked for in the directories of PATH. Places are made absolute; `..` takes off what stands before it.
 *
 * @param attempt - Starts the program at a path; a pid or a negative error number.
 * @returns The first pid, or the error that says most: `EACCES` when some place had a program that may not be executed,
 *   else `ENOENT`, or at once any error that is not about the place.
 */
export async function searchProgram({ name, searchPath, cwd }: ProgramName, attempt: (path: string) => Promise<number>): Promise<number> {
  if (name.includes('/')) return attempt(posix.resolve(cwd, name));
  let worst: number = -Errno.ENOENT;
  for (const directory of (searchPath ?? DEFAULT_PATH).split(':')) {
    const result = await attempt(posix.resolve(cwd, directory, name));
    if (result === -Errno.EACCES) worst = result;
    else if (result !== -Errno.ENOENT && result !== -Errno.ENOTDIR) return result;
  }
  return worst;
}
