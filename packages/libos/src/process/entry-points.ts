import type { PathCaller } from '../fs/path-caller.js';
import { pathOf } from '../fs/location.js';
import type { Location } from '../fs/location.js';
import { isError } from '../fs/result.js';
import type { Vfs } from '../fs/vfs.js';

/**
 * Whether a program may be started from outside: it is an entry point, or below one, once the links of both are followed.
 *
 * @param caller - Who looks the entry points up; one that is not there allows nothing.
 * @param program - Where the look-up of the program led.
 * @param entryPoints - Absolute paths inside, as byte strings.
 */
export function isEntryPoint(vfs: Vfs, caller: PathCaller, program: Location, entryPoints: readonly string[]): boolean {
  const { root } = caller.files;
  const path = pathOf(program, root);
  if (!path.reachable || path.deleted) return false;
  return entryPoints.some((entryPoint) => {
    const found = vfs.lookup(caller, entryPoint, { follow: true });
    if (isError(found)) return false;
    if (found.is(program)) return true;
    if (found.inode.type !== 'directory') return false;
    const { text } = pathOf(found, root);
    return text === '/' || path.text.startsWith(`${text}/`);
  });
}
