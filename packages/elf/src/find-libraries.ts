import { basename, dirname, join } from 'node:path/posix';

import type { DynamicSection } from './dynamic-section.js';
import { readElfFile } from './elf-file.js';
import type { ElfFile } from './elf-file.js';
import { loaderAt } from './loader.js';
import type { Loader } from './loader.js';
import { realPathInRoot } from './path-in-root.js';

/** How {@link findLibraries} looks. */
export interface FindLibrariesOptions {
  /** Absolute host path of the directory that is `/` to the program; the host's own root when left out. */
  readonly root?: string;
  /** Directories of LD_LIBRARY_PATH, absolute paths inside. None when left out. */
  readonly libraryPath?: readonly string[];
  /** Path inside of the loader of what names none itself, as shared libraries do; glibc's when left out. */
  readonly interpreter?: string;
}

/** A shared library that a program needs and that is there. */
export interface FoundLibrary {
  /** As it is asked for, for example `'libc.so.6'`. */
  readonly name: string;
  /** Where the loader finds it, an absolute path inside; it may be a link. */
  readonly path: string;
  /** Path inside of what asks for it first. */
  readonly neededBy: string;
  /** By what the loader found it; `cache` holds only where the root has the same `ld.so.cache`. */
  readonly by: 'path' | 'rpath' | 'LD_LIBRARY_PATH' | 'runpath' | 'cache' | 'standard directories';
}

/** A shared library that a program needs and that the loader would not find. */
export interface MissingLibrary {
  readonly name: string;
  /** Path inside of what asks for it first. */
  readonly neededBy: string;
}

/** What a program needs to be loaded. */
export interface LibraryReport {
  /** Path inside of the loader that the program names; `undefined` for a static program or a shared library. */
  readonly interpreter: string | undefined;
  /** In the order in which they are loaded, each once; not the loader itself. */
  readonly libraries: readonly FoundLibrary[];
  readonly missing: readonly MissingLibrary[];
}

const GLIBC_LOADER = '/lib64/ld-linux-x86-64.so.2';
/** Names that musl's loader answers to itself. Source: musl/ldso/dynlink.c, `load_library`. */
const MUSL_ITSELF = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;

/** A file that is loaded. */
interface Loaded {
  readonly path: string;
  readonly dynamic: DynamicSection;
  /** What asked for it. */
  readonly parent: Loaded | undefined;
}

/**
 * Finds the shared libraries that a program or library needs, as the loader would when it starts, by reading files only:
 * nothing is run. Libraries for CPUs of a certain level (`glibc-hwcaps`), and those that a program asks for later
 * (`dlopen`), are not looked for.
 *
 * @param path - Absolute path inside.
 * @returns `undefined` for what is no x86-64 ELF file.
 *
 * Source: ld.so(8); glibc/elf/dl-load.c, `_dl_map_object`; musl/ldso/dynlink.c.
 *
 * @example
 * ```ts
 * import { findLibraries } from '@occlum/elf';
 *
 * const { libraries = [], missing } = findLibraries('/bin/true') ?? {};
 * libraries.map(({ name }) => name).at(-1); // => 'libc.so.6'
 * missing; // => []
 * ```
 */
export function findLibraries(path: string, options: FindLibrariesOptions = {}): LibraryReport | undefined {
  const { root = '/', interpreter: fallback = GLIBC_LOADER } = options;
  const real = realPathInRoot(root, path);
  const program = real === undefined ? undefined : readElfFile(join(root, real));
  if (program === undefined || real === undefined) return undefined;
  const { interpreter } = program.image;
  if (program.dynamic === undefined) return { interpreter, libraries: [], missing: [] };
  const search = new LibrarySearch(loaderAt(root, interpreter ?? fallback), { ...options, root });
  return { interpreter, ...search.load({ path: real, dynamic: program.dynamic, parent: undefined }, interpreter ?? fallback) };
}

class LibrarySearch {
  readonly #loader: Loader;
  readonly #root: string;
  readonly #libraryPath: readonly string[];
  readonly #files = new Map<string, ElfFile | undefined>();

  constructor(loader: Loader, { root = '/', libraryPath = [] }: FindLibrariesOptions) {
    this.#loader = loader;
    this.#root = root;
    this.#libraryPath = libraryPath;
  }

  /** Loads a program breadth first, as loaders do. */
  load(program: Loaded, interpreter: string): Pick<LibraryReport, 'libraries' | 'missing'> {
    const names = new Set([basename(interpreter), interpreter]);
    const realPaths = new Set([realPathInRoot(this.#root, interpreter)]);
    const libraries: FoundLibrary[] = [];
    const missing: MissingLibrary[] = [];
    const queue = [program];
    for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
      for (const name of object.dynamic.needed) {
        if (names.has(name) || (this.#loader.kind === 'musl' && MUSL_ITSELF.test(name))) continue;
        names.add(name);
        const found = this.#find(name, object, program);
        if (found === undefined) {
          missing.push({ name, neededBy: object.path });
          continue;
        }
        const real = realPathInRoot(this.#root, found.path);
        if (realPaths.has(real)) continue;
        realPaths.add(real);
        libraries.push({ name, neededBy: object.path, ...found });
        const dynamic = this.#elf(found.path)?.dynamic;
        if (dynamic?.soname !== undefined) names.add(dynamic.soname);
        if (dynamic !== undefined) queue.push({ path: found.path, dynamic, parent: object });
      }
    }
    return { libraries, missing };
  }

  #find(name: string, object: Loaded, program: Loaded): Pick<FoundLibrary, 'path' | 'by'> | undefined {
    if (name.includes('/')) return this.#isLibrary(name) ? { path: name, by: 'path' } : undefined;
    for (const [by, directories] of this.#directories(object, program)) {
      const directory = directories.find((one) => one.startsWith('/') && this.#isLibrary(join(one, name)));
      if (directory !== undefined) return { path: join(directory, name), by };
    }
    if (object.dynamic.noDefaultLibraries) return undefined;
    const cached = this.#loader.cache.get(name)?.find((path) => this.#isLibrary(path));
    const standard = this.#loader.directories.find((directory) => this.#isLibrary(join(directory, name)));
    // What stands in both places is found by a loader without the cache, too.
    if (standard !== undefined && (cached === undefined || cached === join(standard, name))) return { path: join(standard, name), by: 'standard directories' };
    return cached === undefined ? undefined : { path: cached, by: 'cache' };
  }

  /** Directories that come before the standard ones, in order. */
  #directories(object: Loaded, program: Loaded): [FoundLibrary['by'], string[]][] {
    const chain: Loaded[] = [];
    for (let one: Loaded | undefined = object; one !== undefined; one = one.parent) chain.push(one);
    if (this.#loader.kind === 'musl') {
      return [['LD_LIBRARY_PATH', [...this.#libraryPath]], ['rpath', chain.flatMap((one) => this.#expand(one.dynamic.runpath ?? one.dynamic.rpath, one))]];
    }
    const withRpath = object.dynamic.runpath === undefined ? [...chain, program] : [];
    return [
      ['rpath', withRpath.flatMap((one) => this.#expand(one.dynamic.rpath, one))],
      ['LD_LIBRARY_PATH', [...this.#libraryPath]],
      ['runpath', this.#expand(object.dynamic.runpath, object)],
    ];
  }

  /** The directories of a path with the loader's tokens. Source: ld.so(8), "Dynamic string tokens". */
  #expand(path: string | undefined, { path: origin }: Loaded): string[] {
    if (path === undefined) return [];
    const values: Record<string, readonly string[]> = { ORIGIN: [dirname(origin)], LIB: this.#libs(), PLATFORM: ['x86_64', 'haswell'] };
    return path.split(':').flatMap((text) => {
      const used = /\$\{?(LIB|PLATFORM)\}?/.exec(text)?.[1];
      const choices = used === undefined ? [''] : (values[used] ?? ['']);
      return choices.map((choice) => text.replace(/\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM)\b)/g, (_token, braced?: string, plain?: string) => {
        const name = braced ?? plain ?? '';
        return name === used ? choice : (values[name]?.[0] ?? '');
      }));
    });
  }

  /** What `$LIB` may be: the last part of the standard directories, such as `lib/x86_64-linux-gnu`. */
  #libs(): string[] {
    return this.#loader.directories.filter((directory) => !directory.startsWith('/usr/')).map((directory) => directory.slice(1));
  }

  #isLibrary(path: string): boolean {
    return this.#elf(path)?.dynamic !== undefined;
  }

  #elf(path: string): ElfFile | undefined {
    if (!this.#files.has(path)) {
      const real = realPathInRoot(this.#root, path);
      this.#files.set(path, real === undefined ? undefined : readElfFile(join(this.#root, real)));
    }
    return this.#files.get(path);
  }
}
