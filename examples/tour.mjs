// A tour of the LibOS: boots it with the host's root as its own and runs real programs in it, and shows for each what it
// did and what it could not see. `node examples/tour.mjs`, after the build; exit status 1 when a program did not do its job.
import { accessSync, constants } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

import { Enclave } from '@occlum/pal';

const here = dirname(fileURLToPath(import.meta.url));
const BUILT = '/opt/examples';
const SEARCH = ['/usr/local/bin', '/usr/bin', '/bin'];

/** What is run, in this order. A program of the machine that is not there is left out, and that is said. */
const STOPS = [
  ['A shell, and the coreutils', 'sh', ['-c', 'echo "I am process $$ of the LibOS, user $(id -u), in $(pwd)"; uname -sn; ls / | head -n 5 | paste -sd " "; seq 1000 | sort -rn | tail -n 1']],
  ['What it writes stays inside', 'sh', ['-c', 'echo changed >/etc/motd.tour 2>/dev/null || echo changed >/tmp/tour; cat /etc/motd.tour /tmp/tour 2>/dev/null; ls /tmp /run | head']],
  ['A C program', join(BUILT, 'hello'), []],
  ['Threads', join(BUILT, 'threads'), ['8']],
  ['fork, exec and a pipe', join(BUILT, 'pipeline'), []],
  ['Sockets', join(BUILT, 'echo-server'), []],
  ['Signals', join(BUILT, 'signals'), []],
  ['Node', 'node', ['-e', 'const { Worker } = require("node:worker_threads"); new Worker("require(\'node:worker_threads\').parentPort.postMessage(6 * 7)", { eval: true }).on("message", (n) => console.log(`Node ${process.version} as process ${process.pid}; a worker thread says ${n}`))']],
  ['Python', 'python3', ['-c', 'import os, platform, subprocess; print("Python", platform.python_version(), "as process", os.getpid()); print(subprocess.run(["wc", "-l", "/etc/passwd"], capture_output=True, text=True).stdout.strip())']],
  ['What a program can not see', join(BUILT, 'look-around'), [String(process.pid)]],
];

execFileSync('make', ['-s', '-C', here], { stdio: 'inherit' });
const start = performance.now();
const enclave = await Enclave.create({ rootfs: '/', mounts: [{ source: join(here, 'build'), target: BUILT, readOnly: true }] });
console.log(`The LibOS has booted in ${(performance.now() - start).toFixed(0)} ms. Its root is this machine's, read-only.\n`);
let failures = 0;
try {
  for (const [title, program, args] of STOPS) await visit(title, program, args);
} finally {
  await enclave.destroy();
}
console.log(failures === 0 ? 'Every program has done its job; the LibOS is gone, with all that they wrote.' : `${failures} programs have not done their job.`);
process.exitCode = failures === 0 ? 0 : 1;

/** Runs one program and shows its output, indented. */
async function visit(title, program, args) {
  if (!program.startsWith(BUILT) && !isInstalled(program)) {
    console.log(`${styleText('bold', title)}: ${program} is not installed here, left out\n`);
    return;
  }
  const shown = [program.replace(`${BUILT}/`, ''), ...args].map((word) => (word.length > 60 ? `${word.slice(0, 57)}...` : word)).join(' ');
  console.log(`${styleText('bold', title)}  ${styleText('dim', `$ ${shown}`)}`);
  const begin = performance.now();
  const guest = enclave.spawn(program, args);
  guest.stdin.end();
  const [output, errors, status] = await Promise.all([text(guest.stdout), text(guest.stderr), guest.exited]);
  for (const line of `${output}${errors}`.trimEnd().split('\n')) console.log(`  ${line}`);
  const ended = status.code === 0 ? 'done' : `ended with ${JSON.stringify(status)}`;
  console.log(styleText('dim', `  ${ended} after ${(performance.now() - begin).toFixed(0)} ms\n`));
  if (status.code !== 0) failures++;
}

async function text(stream) {
  stream.setEncoding('utf8');
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

function isInstalled(program) {
  return SEARCH.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
