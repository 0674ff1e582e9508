import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { KernelFiles, SystemFile, SystemFiles } from '@occlum/instance';
import { ENCLAVE_FILES, nativeFile } from '@occlum/native';

/** Packages of this project, of which the kernel is made; what others it uses (the log's writer) decides nothing. */
const OWN = '@occlum/';

/** What of the host goes into the measurement of an instance when a Node program runs it with this package. */
export function systemFiles(): SystemFiles {
  return { kernel: { library: libraryFiles() }, runtime: runtimeFiles() };
}

/** What guests and the kernel need of native code. */
export function runtimeFiles(): SystemFile[] {
  return ENCLAVE_FILES.map((name) => ({ name, path: nativeFile(name) }));
}

/** The built code of this package and of all of this project that it depends on. */
function libraryFiles(): KernelFiles {
  const own = dirname(import.meta.dirname);
  const folders = new Map<string, string>();
  const { version } = collect(own, folders);
  const files = [...folders].flatMap(([name, folder]) => builtCode(folder).map((file): SystemFile => ({ name: `${name}/${file}`, path: join(folder, 'dist', file) })));
  return { version, files };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Finds a package's dependencies as Node does, and theirs. */
function collect(folder: string, folders: Map<string, string>): Manifest {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  folders.set(manifest.name, folder);
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (!name.startsWith(OWN) || folders.has(name)) continue;
    collect(findPackage(name, folder), folders);
  }
  return manifest;
}

function findPackage(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) throw new Error(`Cannot find the package ${name}, install @occlum/pal again`);
  }
}

function builtCode(folder: string): string[] {
  return readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.js')).sort();
}
