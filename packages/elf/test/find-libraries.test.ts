import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findLibraries } from '@occlum/elf';

const LOADER = '/lib64/ld-linux-x86-64.so.2';
const MUSL_LOADER = '/lib/ld-musl-x86_64.so.1';
const hasCompiler = spawnSync('cc', ['--version']).status === 0;

let directory = '';
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'occlum-elf-')));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What the loader itself says that it would load, links resolved. */
function listed(path: string, env: Record<string, string> = {}): string[] | undefined {
  const { status, stdout } = spawnSync(LOADER, ['--list', path], { encoding: 'utf8', env: { LC_ALL: 'C', ...env } });
  if (status !== 0) return undefined;
  return [...stdout.matchAll(/=> (\/\S+) \(/g)].map(([, library = '']) => realpathSync(library)).filter((library) => library !== realpathSync(LOADER)).sort();
}

function found(path: string, libraryPath: string[] = []): string[] | undefined {
  return findLibraries(path, { libraryPath })?.libraries.map((library) => realpathSync(library.path)).sort();
}

describe.runIf(existsSync(LOADER))('findLibraries beside the loader', () => {
  it('agrees on programs of the machine', () => {
    const programs = ['/bin', '/usr/sbin'].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const compared = programs.filter((_path, index) => index % 9 === 0).flatMap((path) => {
      const { interpreter } = findLibraries(path) ?? {};
      const expected = interpreter === LOADER ? listed(path) : undefined;
      return expected === undefined ? [] : [[path, found(path), expected] as const];
    });
    expect(compared.length).toBeGreaterThan(10);
    for (const [path, ours, expected] of compared) expect([path, ours]).toEqual([path, expected]);
  });

  it.runIf(existsSync('/usr/lib/python3/dist-packages') || existsSync('/usr/lib/python3.11/lib-dynload'))('agrees on shared libraries', () => {
    const folder = '/usr/lib/python3.11/lib-dynload';
    for (const name of existsSync(folder) ? readdirSync(folder).filter((one) => one.endsWith('.so')) : []) {
      expect([name, found(join(folder, name))]).toEqual([name, listed(join(folder, name))]);
    }
  });
});

describe.runIf(hasCompiler)('findLibraries', () => {
  const cc = (output: string, source: string, ...flags: string[]): string => {
    execFileSync('cc', ['-xc', '-', '-o', output, ...flags], { input: source });
    return output;
  };
  const library = (folder: string, name: string, ...flags: string[]): string => {
    mkdirSync(folder, { recursive: true });
    return cc(join(folder, `lib${name}.so`), `int ${name}(void) { return 1; }`, '-shared', '-fPIC', `-Wl,-soname,lib${name}.so`, ...flags);
  };
  const program = (name: string, ...flags: string[]): string => cc(join(directory, name), 'int main(void) { return 0; }', '-Wl,--no-as-needed', ...flags);

  it.each([
    ['RPATH', '--disable-new-dtags', 'rpath'],
    ['RUNPATH', '--enable-new-dtags', 'runpath'],
  ])('follows %s and $ORIGIN', (name, dtags, by) => {
    const folder = join(directory, `lib-${name}`);
    library(folder, 'own');
    const path = program(`own-${name}`, '-L', folder, '-lown', `-Wl,${dtags},-rpath,$ORIGIN/lib-${name}`);
    expect(findLibraries(path)?.libraries[0]).toEqual({ name: 'libown.so', path: join(folder, 'libown.so'), neededBy: path, by });
    expect(found(path)).toEqual(listed(path));
  });

  it('lets RPATH hold for what a library needs, and RUNPATH not', () => {
    const folder = join(directory, 'deep');
    library(folder, 'below');
    library(folder, 'above', '-Wl,--no-as-needed', '-L', folder, '-lbelow');
    const flags = ['-L', folder, '-labove', `-Wl,-rpath-link,${folder}`];
    const old = program('deep-rpath', ...flags, `-Wl,--disable-new-dtags,-rpath,${folder}`);
    expect(findLibraries(old)?.missing).toEqual([]);
    expect(found(old)).toEqual(listed(old));
    const fresh = program('deep-runpath', ...flags, `-Wl,--enable-new-dtags,-rpath,${folder}`);
    expect(findLibraries(fresh)?.missing).toEqual([{ name: 'libbelow.so', neededBy: join(folder, 'libabove.so') }]);
    expect(listed(fresh)).toBeUndefined();
    expect(found(fresh, [folder])).toEqual(listed(fresh, { LD_LIBRARY_PATH: folder }));
  });

  it('skips what is no library for this machine', () => {
    const [first, second] = [join(directory, 'broken'), join(directory, 'whole')];
    library(second, 'skip');
    mkdirSync(first, { recursive: true });
    writeFileSync(join(first, 'libskip.so'), '/* GNU ld script */');
    const path = program('skips', '-L', second, '-lskip');
    expect(findLibraries(path, { libraryPath: [first, second] })?.libraries[0]?.path).toBe(join(second, 'libskip.so'));
  });

  it('names what is missing, and looks in another root only', () => {
    const root = join(directory, 'root');
    const path = program('plain');
    mkdirSync(join(root, 'bin'), { recursive: true });
    copyFileSync(path, join(root, 'bin', 'plain'));
    expect(findLibraries('/bin/plain', { root })).toEqual({ interpreter: LOADER, libraries: [], missing: [{ name: 'libc.so.6', neededBy: '/bin/plain' }] });
    mkdirSync(join(root, 'usr', 'lib'), { recursive: true });
    symlinkSync('/usr/lib', join(root, 'lib'));
    const [libc] = findLibraries(path)?.libraries ?? [];
    copyFileSync(libc?.path ?? '', join(root, 'usr', 'lib', 'libc.so.6'));
    expect(findLibraries('/bin/plain', { root })).toMatchObject({ libraries: [{ name: 'libc.so.6', path: '/lib/libc.so.6', by: 'standard directories' }], missing: [] });
  });

  it('says that a static program needs nothing', () => {
    const path = program('static', '-static');
    expect(findLibraries(path)).toEqual({ interpreter: undefined, libraries: [], missing: [] });
  });

  it.runIf(existsSync(MUSL_LOADER) && spawnSync('musl-gcc', ['--version']).status === 0)('knows what the loader of musl answers itself', () => {
    const path = join(directory, 'musl');
    execFileSync('musl-gcc', ['-xc', '-', '-o', path], { input: 'int main(void) { return 0; }' });
    expect(findLibraries(path)).toEqual({ interpreter: MUSL_LOADER, libraries: [], missing: [] });
  });
});

it.each(['/etc/passwd', '/etc', '/no/such/file', '/dev/null'])('finds nothing in %s', (path) => {
  expect(findLibraries(path)).toBeUndefined();
});
