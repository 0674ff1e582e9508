// A tour of the LibOS: boots it with the host's root as its own and runs real programs in it, and shows for each what it
// did and what it could not see. `node examples/tour.mjs`, after the build; exit status 1 when a program did not do its job.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

import { Enclave } from '@occlum/pal';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, 'build');
const BUILT = '/opt/examples';
const SEARCH = ['/usr/local/bin', '/usr/bin', '/bin'];
const WRITTEN = `/tmp/occlum-tour-${process.pid}`;

/** What is run, in this order. A program of the machine that is not there is left out, and that is said. */
const STOPS = [
  ['A shell, and the coreutils', 'sh', ['-c', 'echo "I am process $$ of the LibOS, user $(id -u), in $(pwd)"; uname -sn; ls / | head -n 5 | paste -sd " "; seq 1000 | sort -rn | tail -n 1']],
  ['What it writes stays inside', 'sh', ['-c', `echo "written by process $$" >${WRITTEN} && cat ${WRITTEN}; echo "in its /tmp: $(ls /tmp)"; echo "in its /run: $(ls /run | wc -l) files"`], isAbsentOutside],
  ['A C program', join(BUILT, 'hello'), []],
  ['Threads', join(BUILT, 'threads'), ['8']],
  ['fork, exec and a pipe', join(BUILT, 'pipeline'), []],
  ['Sockets', join(BUILT, 'echo-server'), []],
  ['Signals', join(BUILT, 'signals'), []],
  ['Node', process.execPath, ['-e', 'const { Worker } = require("node:worker_threads"); new Worker("require(\'node:worker_threads\').parentPort.postMessage(6 * 7)", { eval: true }).on("message", (n) => console.log(`Node ${process.version} as process ${process.pid}; a worker thread says ${n}`))']],
  ['Python', 'python3', ['-c', 'import os, platform, subprocess; print("Python", platform.python_version(), "as process", os.getpid()); print(subprocess.run(["wc", "-l", "/etc/passwd"], capture_output=True, text=True).stdout.strip())']],
  ['What a program can not see', join(BUILT, 'look-around'), [String(process.pid)]],
];

let failures = 0;
makeExamples();
const mounts = existsSync(built) ? [{ source: built, target: BUILT, readOnly: true }] : [];
const start = performance.now();
const enclave = await Enclave.create({ rootfs: '/', mounts });
console.log(`The LibOS has booted in ${(performance.now() - start).toFixed(0)} ms. Its root is this machine's, read-only.\n`);
try {
  for (const stop of STOPS) await visit(...stop);
} finally {
  await enclave.destroy();
}
console.log(failures === 0 ? 'Every program has done its job; the LibOS is gone, with all that they wrote.' : `${failures} programs have not done their job.`);
process.exitCode = failures === 0 ? 0 : 1;

/** Builds the C programs where that is possible and needed; says in one line why not, where it is not. */
function makeExamples() {
  const missing = ['make', 'cc'].filter((tool) => !isIn(tool, (process.env.PATH ?? '').split(delimiter)));
  if (missing.length > 0) return console.log(`${missing.join(' and ')} not found: the C programs of examples/ are not built anew (apt-get install gcc make)\n`);
  if (spawnSync('make', ['-q', '-C', here]).status === 0) return;
  if (!may(existsSync(built) ? built : here, constants.W_OK)) return console.log('examples/ is not yours to write to: its C programs are not built anew\n');
  const { status } = spawnSync('make', ['-s', '-C', here], { stdio: 'inherit' });
  if (status !== 0) failures++;
}

/** Runs one program and shows its output, indented; `check` says afterwards what is so outside. */
async function visit(title, program, args, check = () => []) {
  const name = program.startsWith('/') ? program.slice(program.lastIndexOf('/') + 1) : program;
  const isThere = program.startsWith(BUILT) ? may(join(built, name), constants.X_OK) : program.startsWith('/') || isIn(program, SEARCH);
  if (!isThere) {
    console.log(`${styleText('bold', title)}: ${name} is not ${program.startsWith(BUILT) ? 'built' : 'installed here'}, left out\n`);
    return;
  }
  const shown = [name, ...args].map((word) => (word.length > 60 ? `${word.slice(0, 57)}...` : word)).join(' ');
  console.log(`${styleText('bold', title)}  ${styleText('dim', `$ ${shown}`)}`);
  const begin = performance.now();
  const guest = enclave.spawn(program, args);
  guest.stdin.end();
  const [output, errors, status] = await Promise.all([text(guest.stdout), text(guest.stderr), guest.exited]);
  for (const line of [...`${output}${errors}`.trimEnd().split('\n'), ...check()]) console.log(`  ${line}`);
  const ended = status.code === 0 ? 'done' : `ended with ${JSON.stringify(status)}`;
  console.log(styleText('dim', `  ${ended} after ${(performance.now() - begin).toFixed(0)} ms\n`));
  if (status.code !== 0) failures++;
}

/** What the program wrote must not be on the host. */
function isAbsentOutside() {
  const isOutside = existsSync(WRITTEN);
  if (isOutside) failures++;
  return [isOutside ? `outside there is a ${WRITTEN}, which should not be` : `outside there is no ${WRITTEN}`];
}

async function text(stream) {
  stream.setEncoding('utf8');
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

function isIn(program, folders) {
  return folders.some((folder) => may(join(folder, program), constants.X_OK));
}

function may(path, mode) {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
