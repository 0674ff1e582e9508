import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { execPath } from 'node:process';

import { processesWithArgument } from './host-processes.js';
import { guest, host } from './occlum.js';
import { ROOT } from './places.js';
import type { Program } from './stop-program.js';
import { until } from './waiting.js';

/** Other ways to start a program from Node. */
export const PEERS = ['child_process', 'execa'] as const;
export type Peer = (typeof PEERS)[number];

/** The ways that they have to stop it, each with SIGKILL where one can say so. */
export const PEER_WAYS = ['kill', 'abort', 'timeout', 'end of Node', 'SIGKILL of Node'] as const;
export type PeerWay = (typeof PEER_WAYS)[number];

const READY_MS = 40_000;
/** As long as the LibOS has when the machine is idle. */
const WAIT_MS = 1000;
const TIMEOUT_MS = 1000;

/** Starts the program by a peer on the host itself, stops it, counts what is left a second later, and ends that. */
export async function stopPeer(peer: Peer, program: Program, way: PeerWay): Promise<number> {
  const mark = randomUUID();
  const script = join(ROOT, 'e2e', 'support', 'stop-by-api.mjs');
  const command = host([execPath, script, peer, way, guest('survivor'), program, mark], { stdin: 'pipe', timeout: READY_MS });
  const guests = (): number[] => processesWithArgument(mark).filter(({ pid, state }) => pid !== command.pid && state !== 'Z').map(({ pid }) => pid);
  try {
    let output = '';
    command.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(`${program} under ${peer}`, () => output.includes('ready'), READY_MS);
    if (way === 'SIGKILL of Node') command.kill('SIGKILL');
    else command.stdin?.write('now\n');
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS + (way === 'timeout' ? TIMEOUT_MS : 0)));
    return guests().length;
  } finally {
    command.kill('SIGKILL');
    // Stopped first, all of them: what forks could not be ended one by one.
    for (const signal of ['SIGSTOP', 'SIGSTOP', 'SIGKILL'] as const) for (const pid of guests()) send(pid, signal);
    await until('the end of the survivors', () => {
      const left = guests();
      for (const pid of left) send(pid, 'SIGKILL');
      return left.length === 0;
    });
    await command;
  }
}

/** One that has ended needs no signal. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
}
