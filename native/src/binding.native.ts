import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, platform, report } from 'node:process';
import { fileURLToPath } from 'node:url';

import { INTERFACE_VERSION } from './host-binding.js';
import type { HostBinding } from './host-binding.js';

/** The optional package that carries the built files of the one platform there is. */
const PREBUILT = '@occlum/native-linux-x64-gnu';

/** Where the addon may be, best first: built in this tree (seen from dist/ and from src/ alike), or installed for this platform. */
const CANDIDATES = ['../build/addon.node', PREBUILT];

/** What to do where nothing is found. */
const ADVICE = `install it again without --omit=optional, which leaves ${PREBUILT} out, or in the source tree run "npm run build:native"`;

/** A program or library that is built beside the addon. */
export type NativeFile = 'occlum-runtime' | 'occlum-supervisor' | 'libocclum-pal.so';

let loaded: HostBinding | undefined;

/**
 * Loads the addon once a thread.
 *
 * @throws Error on a platform that has no native part, or when no file loads, with each path tried and why it failed.
 */
export function hostBinding(): HostBinding {
  if (loaded !== undefined) return loaded;
  const load = createRequire(import.meta.url);
  const failures: string[] = [];
  for (const path of CANDIDATES) {
    try {
      const binding = load(path) as HostBinding;
      if (binding.interfaceVersion === INTERFACE_VERSION) return (loaded = binding);
      failures.push(`${path}: interface ${binding.interfaceVersion}, must be ${INTERFACE_VERSION}`);
    } catch (error) {
      failures.push(`${path}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
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
  const built = fileURLToPath(new URL(`../build/${name}`, import.meta.url));
  if (existsSync(built)) return built;
  const places = [built, ...prebuiltFolder().map((folder) => join(folder, name))];
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Cannot find ${name} of @occlum/native, ${ADVICE}; looked for ${places.join(', ')}`);
  return found;
}

/** What keeps this platform from having a native part; asked only where none was found. */
function unsupported(): string | undefined {
  const needed = 'must be linux x64 with glibc 2.28 or later';
  if (platform !== 'linux' || arch !== 'x64') return `@occlum/native has no native part for ${platform} ${arch}, ${needed}`;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? `@occlum/native has no native part for a Node without glibc (musl?), ${needed}` : undefined;
}

/** The folder of the prebuilt package, or nothing where it is not installed. */
function prebuiltFolder(): string[] {
  try {
    return [dirname(createRequire(import.meta.url).resolve(PREBUILT))];
  } catch {
    return [];
  }
}
