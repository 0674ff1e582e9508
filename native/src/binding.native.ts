import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { arch, dlopen, getBuiltinModule, platform, report } from 'node:process';

import { INTERFACE_VERSION } from './host-binding.js';
import type { HostBinding } from './host-binding.js';

/** The optional package that carries the built files of the one platform there is. */
const PREBUILT = '@occlum/native-linux-x64-gnu';

/** What to do where nothing is found. */
const ADVICE = `install it again without --omit=optional, which leaves ${PREBUILT} out, or in the source tree run "npm run build:native"`;

/** The addon, or a program or library that is built beside it. */
export type NativeFile = 'addon.node' | 'occlum-runtime' | 'occlum-supervisor' | 'libocclum-pal.so';

/** The native files that every enclave is made of. */
export const ENCLAVE_FILES: readonly NativeFile[] = ['addon.node', 'occlum-runtime', 'occlum-supervisor'];

let loaded: HostBinding | undefined;

/**
 * Loads the addon once a thread.
 *
 * @throws Error on a platform that has no native part, or when no file loads, with each path tried and why it failed.
 */
export function hostBinding(): HostBinding {
  if (loaded !== undefined) return loaded;
  const failures: string[] = [];
  for (const path of addonPlaces()) {
    try {
      const binding = load(path);
      if (binding.interfaceVersion === INTERFACE_VERSION) return (loaded = binding);
      failures.push(`${path}: interface ${binding.interfaceVersion}, must be ${INTERFACE_VERSION}`);
    } catch (error) {
      failures.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }
  throw new Error(unsupported() ?? `Cannot load the addon of @occlum/native, ${ADVICE}: ${failures.join('; ')}`);
}

/**
 * The absolute path of a native file, beside the addon that {@link hostBinding} loads.
 *
 * @throws Error when it is at none of its places.
 */
export function nativeFile(name: NativeFile): string {
  const own = built(name);
  if (existsSync(own)) return own;
  const places = [own, ...prebuilt().map((addon) => join(dirname(addon), name))];
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Cannot find ${name} of @occlum/native, ${ADVICE}; looked for ${places.join(', ')}`);
  return found;
}

/** Where the addon may be, best first; the second place is looked for only where the first was of no use. */
function* addonPlaces(): Generator<string> {
  yield built('addon.node');
  yield* prebuilt();
}

/** Where this tree builds its native files, seen from dist/ and from src/ alike. */
function built(name: string): string {
  return join(import.meta.dirname, '../build', name);
}

/** `require` of Node ends here too, but only after it has loaded the rest of the module system, which takes as long again. */
function load(path: string): HostBinding {
  const module = { exports: {} };
  dlopen(module, path);
  return module.exports as HostBinding;
}

/** What keeps this platform from having a native part; asked only where none was found. */
function unsupported(): string | undefined {
  const needed = 'must be linux x64 with glibc 2.28 or later';
  if (platform !== 'linux' || arch !== 'x64') return `@occlum/native has no native part for ${platform} ${arch}, ${needed}`;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? `@occlum/native has no native part for a Node without glibc (musl?), ${needed}` : undefined;
}

/** The addon of the prebuilt package, or nothing where that is not installed. */
function prebuilt(): string[] {
  try {
    return [getBuiltinModule('node:module').createRequire(import.meta.filename).resolve(PREBUILT)];
  } catch {
    return [];
  }
}
