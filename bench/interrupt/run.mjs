// `npm run bench:interrupt`: how long a thread takes to notice what it is told: natively, in this LibOS and, where it is installed
// and works, in `runsc do`; idle, and with a busy loop for each CPU beside it. Each target's program is started once and takes its
// turn in each round, so that all of them meet the same conditions; percentiles are over all samples of an operation, ratios are to
// native of the same run.
//
//   npm run bench:interrupt -- [--quick] [--share PERCENT] [--rounds N] [--only NAME,NAME] [--json FILE]
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compile, workingTargets } from '../targets.mjs';

/** Samples of each operation. Fewer where each of them costs a process, and threads. */
const COUNTS = { 'handler-busy': 10_000, 'eintr-read': 10_000, 'eintr-futex': 10_000, 'eintr-sleep': 10_000, 'kill-reaped': 4000, 'exit-group-32': 1000 };
const QUICK_PERCENT = 5;
const TURN_TIMEOUT_MS = 30_000;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' }, share: { type: 'string' }, rounds: { type: 'string', default: '10' }, only: { type: 'string' }, json: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const share = Number(values.share ?? (values.quick ? QUICK_PERCENT : 100)) / 100;
const names = values.only?.split(',') ?? Object.keys(COUNTS);
const unknown = names.find((name) => !(name in COUNTS));
if (unknown !== undefined) throw new Error(`no operation ${unknown}: they are ${Object.keys(COUNTS).join(', ')}`);

const program = compile(join(dirname(fileURLToPath(import.meta.url)), 'interrupt.c'));
let turns = workingTargets(['native', 'occlum', 'runsc'], [program]).map(start);
const samples = new Map();
const startedAt = Date.now();

for (const load of ['idle', 'busy']) {
  const hogs = load === 'busy' ? cpus().map(() => spawn('/bin/sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })) : [];
  try {
    for (const operation of names) await measure(load, operation);
  } finally {
    for (const hog of hogs) hog.kill('SIGKILL');
  }
}
for (const { child } of turns) child.stdin.end();
print();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results(), null, 2)}\n`);

/** A target's program; `take` gives the samples of one of its turns, `undefined` where it did not get to the end of it. */
function start({ name, command }) {
  const [file, ...args] = command([program]);
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => undefined); // it has ended, which its output tells too
  const take = async (operation, count) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), TURN_TIMEOUT_MS);
    child.stdin.write(`${operation} ${count}\n`);
    const taken = [];
    for (let line = await lines.next(); !line.done && line.value !== ''; line = await lines.next()) taken.push(Number(line.value));
    clearTimeout(limit);
    return taken.length === count ? taken : undefined;
  };
  return { name, child, take };
}

/** All rounds of an operation. Who goes first changes, so that what a turn leaves behind meets each of them. */
async function measure(load, operation) {
  const count = Math.max(1, Math.round((COUNTS[operation] * share) / rounds));
  const row = new Map(turns.map(({ name }) => [name, []]));
  samples.set(`${operation}, ${load}`, row);
  for (let round = 0; round < rounds; round++) {
    if (process.stderr.isTTY) process.stderr.write(`\r${load}, ${operation}, round ${round + 1} of ${rounds}`.padEnd(60));
    const first = round % turns.length;
    for (const { name, take } of [...turns.slice(first), ...turns.slice(0, first)]) {
      const taken = await take(operation, count);
      if (taken === undefined) leaveOut(name, `${operation}, ${load}`);
      else row.get(name).push(...taken);
    }
  }
}

/** A target that hangs or fails must not keep the others from being measured; without ours or native there is nothing to see. */
function leaveOut(name, during) {
  console.log(`${name}: did not get through ${during} within ${TURN_TIMEOUT_MS / 1000} s a turn, left out from then on`);
  if (name !== 'runsc') process.exitCode = 1;
  turns = turns.filter((turn) => turn.name !== name);
}

/** Nanoseconds by operation, target and percentile. */
function results() {
  const percentiles = (all) => {
    const sorted = Float64Array.from(all).sort();
    const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
    return { samples: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999) };
  };
  return Object.fromEntries([...samples].map(([key, row]) => [key, Object.fromEntries([...row].filter(([, all]) => all.length > 0).map(([name, all]) => [name, percentiles(all)]))]));
}

function print() {
  const cell = (text) => text.padStart(11);
  const microseconds = (ns) => cell((ns / 1000).toFixed(1));
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(60)}\r`);
  console.log(`${cpus().length} CPUs, ${cpus()[0]?.model}, Node ${process.versions.node}; ${rounds} interleaved rounds in ${Math.round((Date.now() - startedAt) / 1000)} s; microseconds, (ratio to native)\n`);
  console.log(`${'operation'.padEnd(22)}${'target'.padEnd(8)}${'samples'.padStart(8)}${['p50', '', 'p99', '', 'p99.9', ''].map((text) => text.padStart(text === '' ? 8 : 11)).join('')}`);
  for (const [key, row] of Object.entries(results())) {
    for (const [name, result] of Object.entries(row)) {
      const columns = ['p50', 'p99', 'p999'].map((at) => {
        const ratio = name === 'native' || row.native === undefined ? '' : `(${(result[at] / row.native[at]).toFixed(2)})`;
        return `${microseconds(result[at])}${ratio.padStart(8)}`;
      });
      console.log(`${key.padEnd(22)}${name.padEnd(8)}${String(result.samples).padStart(8)}${columns.join('')}`);
    }
  }
}
