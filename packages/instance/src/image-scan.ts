import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';

import { InstanceError } from './instance-error.js';

/** What there is to be copied. */
export interface ImageScan {
  readonly entries: number;
  /** Bytes of regular files. */
  readonly bytes: number;
  /** Regular files that may be executed, absolute paths inside, as byte strings. */
  readonly programs: readonly string[];
}

const ANY_EXECUTES = 0o111;
const SLASH = Buffer.from('/');

/**
 * Looks through the files of an image.
 *
 * @throws {@link InstanceError} naming every device, FIFO and socket, which an image cannot have.
 */
export async function scanImage(root: string): Promise<ImageScan> {
  const special: string[] = [];
  const programs: string[] = [];
  let [entries, bytes] = [0, 0];
  const look = async (path: Buffer): Promise<void> => {
    for (const name of await readdir(path, { encoding: 'buffer' })) {
      const below = Buffer.concat([path, SLASH, name]);
      const stats = await lstat(below);
      entries++;
      if (stats.isDirectory()) await look(below);
      else if (stats.isFile()) {
        bytes += stats.size;
        if ((stats.mode & ANY_EXECUTES) !== 0) programs.push(below.subarray(Buffer.byteLength(root)).toString('latin1'));
      } else if (!stats.isSymbolicLink()) special.push(`${below.toString()} is ${kindOf(stats)}, which an image cannot have; remove it`);
    }
  };
  await look(Buffer.from(root));
  if (special.length > 0) throw new InstanceError(special);
  return { entries, bytes, programs: programs.sort() };
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}
