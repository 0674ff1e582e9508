import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { GUEST_BUILD, GUEST_SOURCES, NODE_FOLDER, ROOT } from './places.js';
import { findProgram } from './programs.js';

const C_FLAGS = ['-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror', '-Wno-unused-function', '-pthread'];
const GO_ENVIRONMENT = { ...process.env, GOCACHE: join(GUEST_BUILD, 'go-cache'), GOFLAGS: '-buildvcs=false', GO111MODULE: 'off' };

/** Sources that are not simply compiled. */
const MADE_OTHERWISE: ReadonlySet<string> = new Set(['tiny.c', 'musl-program.c', 'cpu-count.c']);

/** One program: what it is made of, and the command that makes it. */
interface Guest {
  readonly name: string;
  readonly sources: readonly string[];
  readonly command: readonly string[];
}

/** Builds the programs that the tests run, those that are older than their sources. Runs once, before all tests. */
export default function buildGuests(): void {
  mkdirSync(NODE_FOLDER, { recursive: true });
  rmSync(join(NODE_FOLDER, 'node'), { force: true });
  symlinkSync(process.execPath, join(NODE_FOLDER, 'node'));
  for (const guest of guests()) {
    const target = join(GUEST_BUILD, guest.name);
    const [compiler = '', ...args] = guest.command;
    if (findProgram(compiler) === undefined || isNewer(target, guest.sources)) continue;
    execFileSync(compiler, [...args, '-o', target, guest.sources[0]!], { stdio: 'inherit', cwd: GUEST_SOURCES, env: GO_ENVIRONMENT });
  }
  execFileSync('make', ['-s', '-C', join(ROOT, 'examples')], { stdio: 'inherit' });
}

function guests(): Guest[] {
  const files = readdirSync(GUEST_SOURCES);
  const names = files.filter((name) => name.endsWith('.c') && !MADE_OTHERWISE.has(name)).map((name) => name.slice(0, -'.c'.length));
  const headers = files.filter((name) => name.endsWith('.h')).map((name) => join(GUEST_SOURCES, name));
  const source = (name: string): string => join(GUEST_SOURCES, name);
  return [
    ...names.map((name) => ({ name, sources: [source(`${name}.c`), ...headers], command: ['gcc', ...C_FLAGS] })),
    { name: 'stock-container', sources: [join(ROOT, 'e2e', 'support', 'stock-container.c')], command: ['gcc', ...C_FLAGS] },
    { name: 'tiny', sources: [source('tiny.c')], command: ['gcc', '-O1', '-static', '-nostdlib', '-Wl,--build-id=none'] },
    { name: 'openmp-cpu-count', sources: [source('cpu-count.c')], command: ['gcc', ...C_FLAGS, '-fopenmp'] },
    { name: 'go-cpu-count', sources: [source('cpu-count.go')], command: ['go', 'build'] },
    { name: 'musl-static', sources: [source('musl-program.c')], command: ['musl-gcc', ...C_FLAGS, '-static'] },
    { name: 'musl-dynamic', sources: [source('musl-program.c')], command: ['musl-gcc', ...C_FLAGS] },
    { name: 'go-static', sources: [source('go-program.go')], command: ['go', 'build', '-tags', 'netgo,osusergo'] },
    { name: 'go-dynamic', sources: [source('go-program.go')], command: ['go', 'build'] },
  ];
}

function isNewer(target: string, sources: readonly string[]): boolean {
  return existsSync(target) && sources.every((source) => statSync(source).mtimeMs <= statSync(target).mtimeMs);
}
