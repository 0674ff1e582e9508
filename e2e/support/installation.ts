import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './places.js';
import { temporaryDirectory } from './variant.js';

/** What of a package is installed. */
const PARTS = ['package.json', 'dist', 'bin'];
const NATIVE_PARTS = ['package.json', 'dist', 'build/addon.node', 'build/occlum-runtime', 'build/occlum-supervisor'];

/** A copy of the built packages as npm would install them, which a test may change. */
export class Installation {
  readonly #folder = join(temporaryDirectory(), 'node_modules');

  constructor() {
    const packages = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name));
    for (const from of packages.filter((path) => existsSync(join(path, 'package.json')))) this.#copy(from, PARTS);
    this.#copy(join(ROOT, 'native'), NATIVE_PARTS);
  }

  /** The command. */
  get occlum(): string {
    return this.file('cli', 'bin/occlum.mjs');
  }

  /** A file of one of the packages. */
  file(name: string, path: string): string {
    return join(this.#folder, '@occlum', name, path);
  }

  #copy(from: string, parts: readonly string[]): void {
    const { name } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { name: string };
    for (const part of parts.filter((path) => existsSync(join(from, path)))) {
      const to = join(this.#folder, name, part);
      mkdirSync(join(to, '..'), { recursive: true });
      cpSync(join(from, part), to, { recursive: true, filter: (path) => !/\.(map|cache\S*|d\.ts)$/.test(path) });
    }
  }
}
