// What benchmarks share: how a program is run natively, in this LibOS and elsewhere, and how one in C is compiled.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const BUILD = join(here, 'build');
const OCCLUM = join(dirname(here), 'packages', 'cli', 'bin', 'occlum.mjs');
const TRIAL_TIMEOUT_MS = 60_000;

/** How a program is run by each competitor. */
const TARGETS = [
  { name: 'native', command: (program) => program },
  { name: 'occlum', command: (program) => [OCCLUM, 'run', '--rootfs', '/', '-v', `${here}:${here}:ro`, '--', ...program] },
  { name: 'runsc', command: (program) => ['runsc', ...(process.getuid() === 0 ? [] : ['--rootless']), '--network=none', 'do', ...program] },
  { name: 'proot', command: (program) => ['proot', '-r', '/', ...program] },
];

/** Those of `names` that run a program which does nothing; says why another does not. The first two have to. */
export function workingTargets(names, trial) {
  return TARGETS.filter((target) => names.includes(target.name) && works(target, trial));
}

function works({ name, command }, trial) {
  const [file, ...args] = command(trial);
  const { status, error, stderr } = spawnSync(file, args, { encoding: 'utf8', input: '', timeout: TRIAL_TIMEOUT_MS });
  if (status === 0) return true;
  const reason = error?.code === 'ENOENT' ? 'not installed' : `cannot run here: ${(stderr ?? '').trim().split('\n')[0] || error?.code || `status ${status}`}`;
  if (name === 'native' || name === 'occlum') throw new Error(`${name}: ${reason}`);
  console.log(`${name}: ${reason}`);
  return false;
}

/** Compiles a program of one source where that is newer; gives its path. */
export function compile(source) {
  const program = join(BUILD, basename(source, '.c'));
  if (!existsSync(program) || statSync(program).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(BUILD, { recursive: true });
    execFileSync('cc', ['-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-pthread', '-o', program, source], { stdio: 'inherit' });
  }
  return program;
}
