import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path/posix';

/** As many links as Linux follows. Source: linux/include/linux/namei.h, `MAXSYMLINKS`. */
const LINKS_MAX = 40;

/**
 * Where a path leads when a host directory is taken for `/`: links in it, absolute ones too, and `..` stay inside.
 *
 * @param root - Absolute host path.
 * @param path - Absolute path inside.
 * @returns The path inside without links, `.` and `..`; what of it is not there is kept as it is. `undefined` where links lead in circles.
 */
export function realPathInRoot(root: string, path: string): string | undefined {
  let real = '/';
  const rest = path.split('/').reverse();
  for (let links = 0; rest.length > 0;) {
    const name = rest.pop() ?? '';
    if (name === '' || name === '.') continue;
    if (name === '..') {
      real = join(real, '..');
      continue;
    }
    const target = linkAt(join(root, real, name));
    if (target === undefined) {
      real = join(real, name);
      continue;
    }
    if (++links > LINKS_MAX) return undefined;
    if (target.startsWith('/')) real = '/';
    rest.push(...target.split('/').reverse());
  }
  return real;
}

function linkAt(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    // What is not there, or not to be seen, is no link.
    return undefined;
  }
}
