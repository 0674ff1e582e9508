// Runs a program by a library and stops it the way it is told, started by stop-program.ts, in a process of its own, so that
// this can be killed too: `node stop-by-api.mjs LIBRARY WAY PROGRAM [ARGUMENT...]`.
//
// LIBRARY is occlum, child_process or execa. Prints what the program prints; a line on stdin is the time to stop it. Then
// this process stays, whatever became of the program, until stdin ends.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

import { Enclave } from '@occlum/pal';
import { execa } from 'execa';

const TIMEOUT_MS = 1000;
const FORCE_MS = 100;
const [library, way, file, ...args] = process.argv.slice(2);
const controller = new AbortController();

/** What starts the program by each library, and the ways to stop it, with the strongest that each has to offer. */
const libraries = {
  async occlum() {
    // Also where the LibOS has something of its own at its place, as below /tmp.
    const place = dirname(file);
    const enclave = await Enclave.create({ rootfs: '/', mounts: [{ source: place, target: place, readOnly: true }] });
    const options = way === 'abort' ? { signal: controller.signal } : {};
    const program = enclave.spawn(file, args, options);
    program.stdout.pipe(process.stdout, { end: false });
    return {
      'handle.kill': () => program.kill('SIGKILL'),
      'enclave.kill': () => enclave.kill('SIGKILL'),
      'enclave.destroy': () => enclave.destroy(),
    };
  },
  child_process() {
    const options = { stdio: ['ignore', 'pipe', 'ignore'], killSignal: 'SIGKILL', signal: controller.signal, ...(way === 'timeout' && { timeout: TIMEOUT_MS }) };
    const program = spawn(file, args, options);
    program.on('error', () => undefined);
    program.stdout.pipe(process.stdout, { end: false });
    return { kill: () => program.kill('SIGKILL') };
  },
  execa() {
    const options = { stdin: 'ignore', stderr: 'ignore', buffer: false, reject: false, forceKillAfterDelay: FORCE_MS, cancelSignal: controller.signal, cleanup: true, ...(way === 'timeout' && { timeout: TIMEOUT_MS }) };
    const program = execa(file, args, options);
    program.stdout.pipe(process.stdout, { end: false });
    return { kill: () => program.kill() };
  },
};

const ways = {
  abort: () => { controller.abort(); },
  // Its own clock stops it.
  timeout: () => undefined,
  'end of Node': () => process.exit(0),
  ...(await libraries[library]()),
};

const lines = createInterface({ input: process.stdin });
lines.once('line', () => {
  void ways[way]();
});
lines.once('close', () => process.exit(0));
