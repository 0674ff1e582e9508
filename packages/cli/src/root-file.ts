import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

import { hostBinding } from '@occlum/native';

/** `openat2(2)`: links lead below the root, and none of /proc is followed. Source: linux/include/uapi/linux/openat2.h. */
const RESOLVE_IN_ROOT = 0x10;
const RESOLVE_NO_MAGICLINKS = 0x02;

/**
 * Content of a file as programs below a root see it: no link leads out of the root.
 *
 * @param rootfs - Host path of the root.
 * @param path - Absolute path inside.
 * @returns `undefined` where there is no such file to read.
 */
export function readRootFile(rootfs: string, path: string): string | undefined {
  let root: number;
  try {
    root = openSync(rootfs, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return undefined;
  }
  const file = hostBinding().openat(root, Buffer.from(`${path.slice(1)}\0`), constants.O_RDONLY | constants.O_NONBLOCK, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  closeSync(root);
  if (file < 0) return undefined;
  try {
    return fstatSync(file).isFile() ? readFileSync(file, 'latin1') : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
