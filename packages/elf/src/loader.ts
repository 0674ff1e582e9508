import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path/posix';

import { readLoaderCache } from './loader-cache.js';
import { realPathInRoot } from './path-in-root.js';

/** How a dynamic loader looks for shared libraries. */
export interface Loader {
  readonly kind: 'glibc' | 'musl';
  /** Paths by name, as the loader's cache has them. */
  readonly cache: ReadonlyMap<string, readonly string[]>;
  /** Directories that it looks in last. */
  readonly directories: readonly string[];
}

/** Directories of the usual distributions, for a loader that is not there to be asked. */
const GLIBC_DIRECTORIES = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
/** Source: musl/ldso/dynlink.c. */
const MUSL_DIRECTORIES = ['/lib', '/usr/local/lib', '/usr/lib'];
const MUSL_CONFIGURATION = '/etc/ld-musl-x86_64.path';
const CACHE = '/etc/ld.so.cache';
/** Absolute paths with a slash at the end, each ended by NUL: the directories that glibc's loader was built with. */
const BUILT_IN = /\0((?:\/[!-~]*\/\0){2,})/;
const LOADER_BYTES_MAX = 16 * 2 ** 20;

/**
 * What is known of a loader.
 *
 * @param root - Host directory that is `/` to the loader.
 * @param interpreter - Path of the loader inside.
 */
export function loaderAt(root: string, interpreter: string): Loader {
  if (basename(interpreter).startsWith('ld-musl')) {
    const listed = contentOf(root, MUSL_CONFIGURATION)?.toString('latin1').split(/[:\n]/).filter((path) => path !== '');
    return { kind: 'musl', cache: new Map(), directories: listed ?? MUSL_DIRECTORIES };
  }
  const cache = contentOf(root, CACHE);
  const [, builtIn] = BUILT_IN.exec(contentOf(root, interpreter)?.toString('latin1') ?? '') ?? [];
  const directories = builtIn?.split('\0').filter((path) => path !== '').map((path) => path.slice(0, -1));
  return { kind: 'glibc', cache: cache === undefined ? new Map() : readLoaderCache(cache), directories: directories ?? GLIBC_DIRECTORIES };
}

function contentOf(root: string, path: string): Buffer | undefined {
  const real = realPathInRoot(root, path);
  if (real === undefined) return undefined;
  try {
    return readFileSync(join(root, real)).subarray(0, LOADER_BYTES_MAX);
  } catch {
    return undefined;
  }
}
