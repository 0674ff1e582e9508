import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

import { INTERFACE_VERSION } from './host-binding.js';
import type { HostBinding } from './host-binding.js';

/** The optional package that carries prebuilt files for this platform. */
const PREBUILT = `@occlum/native-${platform}-${arch}`;

/** Where the addon may be, best first: built in this tree (seen from dist/ and from src/ alike), or installed for this platform. */
const CANDIDATES = ['../build/addon.node', PREBUILT];

/** A program or library that is built beside the addon. */
export type NativeFile = 'occlum-runtime' | 'occlum-supervisor' | 'libocclum-pal.so';

let loaded: HostBinding | undefined;

/**
 * Loads the addon once a thread.
 *
 * @throws Error when no file loads, with each path tried and why it failed.
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
  throw new Error(`Cannot load the addon of @occlum/native, in the source tree run "npm run build:native": ${failures.join('; ')}`);
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
  if (found === undefined) throw new Error(`Cannot find ${name} of @occlum/native, in the source tree run "npm run build:native"; looked for ${places.join(', ')}`);
  return found;
}

/** The folder of the prebuilt package, or nothing where it is not installed. */
function prebuiltFolder(): string[] {
  try {
    return [dirname(createRequire(import.meta.url).resolve(PREBUILT))];
  } catch {
    return [];
  }
}
