// `npm run bench:interrupt`: how long a thread takes to notice what it is told: natively, in this LibOS and, where it is installed
// and works, in `runsc do`; idle, and with a busy loop for each CPU beside it. Programs take turns; each operation's
// percentiles are over all of its samples, and the ratio is to native in the same run.
//
//   npm run bench:interrupt -- [--count N] [--only NAME,NAME] [--rounds N] [--json FILE]
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const build = join(root, 'bench', 'build');
const OCCLUM = join(root, 'packages', 'cli', 'bin', 'occlum.mjs');
const TIMEOUT_MS = 1_800_000;
const NAMES = ['handler-busy', 'eintr-read', 'eintr-futex', 'eintr-sleep', 'kill-reaped', 'exit-group-32'];

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, only: { type: 'string' }, rounds: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const rounds = Number(values.rounds);
const each = Math.max(1, Math.ceil(Number(values.count) / rounds));
const names = values.only?.split(',') ?? NAMES;

const TARGETS = [
  { name: 'native', command: (program) => program },
  { name: 'occlum', command: (program) => [OCCLUM, 'run', '--rootfs', '/', '-v', `${build}:${build}:ro`, '--', ...program] },
  { name: 'runsc', command: (program) => ['runsc', ...(process.getuid() === 0 ? [] : ['--rootless']), '--network=none', 'do', ...program] },
];

const program = compile();
const targets = TARGETS.filter(({ name, command }) => works(name, command));
const samples = new Map();

for (const load of ['idle', 'busy']) {
  const hogs = load === 'busy' ? cpus().map(() => spawn('/bin/sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })) : [];
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const operation of names) {
        for (const target of targets) {
          process.stderr.write(`\r${load}, round ${round} of ${rounds}: ${operation} ${target.name}`.padEnd(70));
          measure(load, operation, target);
        }
      }
    }
  } finally {
    for (const hog of hogs) hog.kill('SIGKILL');
  }
}
process.stderr.write(`\r${' '.repeat(70)}\r`);
print();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results(), null, 2)}\n`);

/** Compiles interrupt.c where it is newer than its program. */
function compile() {
  const source = join(here, 'interrupt.c');
  const made = join(build, 'interrupt');
  if (!existsSync(made) || statSync(made).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(build, { recursive: true });
    execFileSync('cc', ['-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-pthread', '-o', made, source], { stdio: 'inherit' });
  }
  return made;
}

function works(name, command) {
  const [file, ...args] = command([program, '1', 'eintr-read']);
  const { status, error, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return true;
  const reason = error?.code === 'ENOENT' ? 'not installed' : `cannot run here: ${(stderr ?? '').trim().split('\n')[0] || error?.code || `status ${status}`}`;
  if (name !== 'runsc') throw new Error(`${name}: ${reason}`);
  console.log(`${name}: ${reason}`);
  return false;
}

/** Adds the samples of one turn. */
function measure(load, operation, { name, command }) {
  const [file, ...args] = command([program, String(each), operation]);
  const { stdout, status, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: 1 << 28 });
  if (status !== 0) {
    console.log(`${name}: ${operation} ended with ${status}: ${stderr}`);
    return;
  }
  const key = `${operation}, ${load}`;
  const row = samples.get(key) ?? new Map();
  row.set(name, [...(row.get(name) ?? []), ...stdout.trim().split('\n').map(Number)]);
  samples.set(key, row);
}

/** Nanoseconds by operation, target and percentile. */
function results() {
  const percentiles = (all) => {
    const sorted = Float64Array.from(all).sort();
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return { samples: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999) };
  };
  return Object.fromEntries([...samples].map(([key, row]) => [key, Object.fromEntries([...row].map(([name, all]) => [name, percentiles(all)]))]));
}

function print() {
  const microseconds = (ns) => (ns / 1000).toFixed(1).padStart(11);
  console.log(`${cpus().length} CPUs, ${cpus()[0]?.model}, Node ${process.versions.node}; microseconds\n`);
  console.log(`${'operation'.padEnd(22)}${'target'.padEnd(8)}${'samples'.padStart(8)}${'p50'.padStart(11)}${'p99'.padStart(11)}${'p99.9'.padStart(11)}   p50 to native`);
  for (const [key, row] of Object.entries(results())) {
    for (const [name, { samples: count, p50, p99, p999 }] of Object.entries(row)) {
      const ratio = name === 'native' || row.native === undefined ? '' : (p50 / row.native.p50).toFixed(2);
      console.log(`${key.padEnd(22)}${name.padEnd(8)}${String(count).padStart(8)}${microseconds(p50)}${microseconds(p99)}${microseconds(p999)}   ${ratio}`);
    }
  }
}
