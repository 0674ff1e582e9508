import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

import { ROOT } from './places.js';

/** What npm says when it cannot reach the registry. */
const UNREACHABLE = /^npm (?:ERR!|error) code (?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E5\d\d)$/m;

/** One tarball, as `npm pack --json` tells of it. */
export interface Tarball {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** A project outside of the clone, as a user of the packages has it. */
export interface Project {
  readonly folder: string;
  readonly tarballs: readonly Tarball[];
}

/** npm, with nothing kept from earlier runs and nothing taken from the clone's configuration. */
function npm(args: readonly string[], cwd: string, cache: string) {
  const beside = join(dirname(process.execPath), 'npm');
  return execa(existsSync(beside) ? beside : 'npm', [...args, '--cache', cache, '--no-audit', '--no-fund', '--no-update-notifier', '--fetch-retries=1', '--fetch-timeout=60000'], { cwd, reject: false });
}

/**
 * Packs every package and installs the tarballs into an empty project, with what they depend on from the registry.
 *
 * @returns The project, or in one line why the registry could not be asked.
 */
export async function installPackages(): Promise<Project | string> {
  const top = mkdtempSync('/var/tmp/occlum-installed-');
  const [cache, packed, folder] = ['cache', 'packed', 'project'].map((name) => join(top, name)) as [string, string, string];
  for (const path of [packed, folder]) mkdirSync(path);
  const pack = await npm(['pack', '--workspaces', '--json', '--pack-destination', packed], ROOT, cache);
  if (pack.exitCode !== 0) throw new Error(`npm pack failed: ${pack.stderr}`);
  const tarballs = JSON.parse(pack.stdout) as readonly Tarball[];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const files = readdirSync(packed).map((name) => join(packed, name));
  const install = await npm(['install', '--ignore-scripts', ...files, '@types/node@20'], folder, cache);
  rmSync(cache, { recursive: true, force: true });
  if (install.exitCode === 0) return { folder, tarballs };
  rmSync(top, { recursive: true });
  if (UNREACHABLE.test(install.stderr)) return `npm cannot reach its registry: ${install.stderr.split('\n')[0] ?? ''}`;
  throw new Error(`npm install failed: ${install.stderr}`);
}

/** Removes what {@link installPackages} made. */
export function removeProject({ folder }: Project): void {
  rmSync(dirname(folder), { recursive: true, force: true, maxRetries: 3 });
}

/** Makes a folder where nothing is installed but one of the packages and what it declares to need, and so on. */
export function installAlone({ folder }: Project, name: string): string {
  const alone = join(dirname(folder), 'alone', name);
  const wanted = [name];
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const target = join(alone, 'node_modules', next);
    if (existsSync(target)) continue;
    cpSync(join(folder, 'node_modules', next), target, { recursive: true });
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Record<string, Record<string, string> | undefined>;
    wanted.push(...Object.keys({ ...dependencies, ...optionalDependencies }));
  }
  return alone;
}

/** The TypeScript blocks of a README. */
export function examples(readme: string): string[] {
  return [...readFileSync(readme, 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
}

/** The lines of the shell blocks of a README that begin with a word. */
export function commands(readme: string, word: string): string[] {
  const blocks = [...readFileSync(readme, 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)];
  return blocks.flatMap(([, text = '']) => text.split('\n').filter((line) => line.startsWith(`${word} `)));
}
