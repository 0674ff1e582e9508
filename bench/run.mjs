// `npm run bench`: what single operations and start-ups cost natively, in this LibOS and, where they are installed and
// work, in `runsc do` and proot. All of them take turns in each round; medians over the rounds are shown, and their
// ratios to native of the same run.
//
//   npm run bench -- [--rounds N] [--only NAME,NAME] [--json FILE]
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compile, workingTargets } from './targets.mjs';

const WARM_STARTS = 20;
const TIMEOUT_MS = 120_000;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' }, json: { type: 'string' } } });
const rounds = Number(values.rounds);
const only = values.only?.split(',') ?? [];

const microbench = compile(join(dirname(fileURLToPath(import.meta.url)), 'microbench.c'));
const targets = workingTargets(['native', 'occlum', 'runsc', 'proot'], ['/bin/true']);
const results = new Map();

for (let round = 1; round <= rounds; round++) {
  process.stderr.write(`\rround ${round} of ${rounds} `);
  if (only.every((name) => !name.startsWith('start'))) runOperations();
  if (only.length === 0 || only.some((name) => name.startsWith('start'))) await runStarts();
}
process.stderr.write('\r                    \r');
print();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(medians(), null, 2)}\n`);

/** All operations of microbench once by each target. */
function runOperations() {
  for (const { name, command } of targets) {
    const [file, ...args] = command([microbench, ...only]);
    const { stdout, status, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: TIMEOUT_MS });
    for (const line of (stdout ?? '').trim().split('\n')) {
      const [operation, nanoseconds] = line.split(' ');
      if (nanoseconds !== undefined) add(operation, name, Number(nanoseconds));
    }
    if (status !== 0) console.log(`${name}: microbench ended with ${status}: ${stderr}`);
  }
}

/** Start-up of /bin/true: by each target's command, by `node -e 0`, and by the API in a LibOS that is warm. */
async function runStarts() {
  for (let i = 0; i < 5; i++) {
    for (const { name, command } of targets) add('start /bin/true', name, await timeCommand(command(['/bin/true'])));
    add('start node -e 0', 'native', await timeCommand([process.execPath, '-e', '0']));
  }
  const { Enclave } = await import('@occlum/pal');
  const enclave = await Enclave.create({ rootfs: '/' });
  for (let i = 0; i < WARM_STARTS; i++) {
    const start = process.hrtime.bigint();
    await enclave.spawn('/bin/true', [], { stdio: 'ignore' });
    add('start /bin/true, warm API', 'occlum', Number(process.hrtime.bigint() - start));
    add('start /bin/true, warm API', 'native', await timeCommand(['/bin/true']));
  }
  await enclave.destroy();
}

/** Nanoseconds from spawn to exit. */
function timeCommand([file, ...args]) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(file, args, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', () => resolve(Number(process.hrtime.bigint() - start)));
  });
}

function add(operation, target, nanoseconds) {
  const row = results.get(operation) ?? new Map();
  row.set(target, [...(row.get(target) ?? []), nanoseconds]);
  results.set(operation, row);
}

function medians() {
  return Object.fromEntries([...results].map(([operation, row]) => [operation, Object.fromEntries([...row].map(([target, times]) => [target, median(times)]))]));
}

function median(times) {
  const sorted = [...times].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

function print() {
  console.log(`${cpus().length} CPUs, ${cpus()[0]?.model}, Node ${process.versions.node}; medians of ${rounds} interleaved rounds, (ratio to native)\n`);
  const names = targets.map(({ name }) => name);
  console.log(`${'operation'.padEnd(28)}${names.map((name) => name.padStart(20)).join('')}`);
  for (const [operation, row] of Object.entries(medians())) {
    const cells = names.map((name) => (row[name] === undefined ? '-' : `${readable(row[name])}${name === 'native' ? '' : ` (${ratio(row[name] / row.native)})`}`));
    console.log(`${operation.padEnd(28)}${cells.map((cell) => cell.padStart(20)).join('')}`);
  }
}

function ratio(value) {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

function readable(nanoseconds) {
  if (nanoseconds < 1000) return `${nanoseconds.toFixed(1)} ns`;
  return nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(2)} us` : `${(nanoseconds / 1e6).toFixed(2)} ms`;
}
