import { execPath } from 'node:process';
import { join } from 'node:path';

import type { ResultPromise } from 'execa';

import { ageMs, descendants, hostProcesses } from './host-processes.js';
import type { HostProcess } from './host-processes.js';
import { guest, host, runArguments } from './occlum.js';
import { OCCLUM, ROOT } from './places.js';
import { until } from './waiting.js';

/** What the guest program `survivor` can do to stay alive. */
export const PROGRAMS = ['ignore', 'block', 'leave', 'spin', 'threads', 'bomb', 'raw-block', 'stop'] as const;
export type Program = (typeof PROGRAMS)[number];

/** The ways to stop what runs in a LibOS. */
export const WAYS = ['handle.kill', 'enclave.kill', 'enclave.destroy', 'abort', 'timeout', 'Ctrl-C', 'SIGTERM', 'SIGKILL', 'exit_group'] as const;
export type Way = (typeof WAYS)[number];

/** What a program that was stopped left. */
export interface Stopped {
  /** From the event to the end of the last process, in milliseconds; `undefined` where some are left. */
  readonly goneMs: number | undefined;
  /** Host processes that there were. */
  readonly processes: number;
  /** Host processes that are left. */
  readonly left: readonly HostProcess[];
}

/** How long the last process may take before it counts as left; a second is what it takes on a machine that is not busy. */
const LIMIT_MS = 15_000;
const READY_MS = 40_000;
const INSIST_AFTER_MS = 100;
/** What the command gives a program that was sent SIGTERM. */
const STOP_TIMEOUT_MS = 300;
/** Ways that are signals to the command. */
const SIGNALS: Readonly<Partial<Record<Way, NodeJS.Signals>>> = { 'Ctrl-C': 'SIGINT', SIGTERM: 'SIGTERM', SIGKILL: 'SIGKILL' };
const LOOK_EVERY_MS = 10;
/** Descriptors of the kernel's process bound the processes of the LibOS: enough for a bomb that this machine can bear. */
const LIMITED = ['/bin/sh', '-c', 'ulimit -n 512; exec "$@"', 'sh'];
const API = join(ROOT, 'e2e', 'support', 'stop-by-api.mjs');
/** `--timeout` of the command: the first in which the program gets ready. */
const TIMEOUTS_S = [2, 8, 32];

/** Ways that apply to the first process of a program alone. */
const ONLY_FIRST: readonly Way[] = ['handle.kill'];
const SEVERAL_PROCESSES: readonly Program[] = ['leave', 'threads', 'bomb'];

/** Whether a way is meant to stop all of a program. */
export function applies(program: Program, way: Way): boolean {
  if (ONLY_FIRST.includes(way)) return !SEVERAL_PROCESSES.includes(program);
  // A stopped process has no thread that could call anything.
  return way !== 'exit_group' || program !== 'stop';
}

/** A program in a LibOS that is ready to be stopped. */
interface Running {
  readonly command: ResultPromise;
  /** Processes below the command. */
  readonly before: readonly HostProcess[];
  readonly supervisor: HostProcess;
}

/** Starts the program, stops it, and looks at the host for what is left. */
export async function stop(program: Program, way: Way, look?: (guests: readonly HostProcess[]) => Promise<void>): Promise<Stopped> {
  const isApi = way.includes('.') || way === 'abort';
  const file = guest('survivor');
  let complaint = '';
  for (const seconds of way === 'timeout' ? TIMEOUTS_S : [0]) {
    const flags = seconds > 0 ? ['--timeout', `${seconds}s`] : way === 'SIGTERM' ? ['--stop-timeout', `${STOP_TIMEOUT_MS}ms`] : [];
    const started = isApi ? [execPath, API, 'occlum', way, file, program] : [OCCLUM, ...runArguments(file, [program], { flags })];
    const command = host([...LIMITED, ...started], { stdin: 'pipe', timeout: READY_MS + LIMIT_MS });
    try {
      const running = await ready(command);
      if (running === undefined) continue;
      await look?.(running.before.filter(({ pid }) => pid !== running.supervisor.pid));
      const since = await act(running, way, seconds);
      return await gone(running, since, way !== 'enclave.destroy' && isApi);
    } finally {
      command.stdin?.destroy();
      command.kill('SIGKILL');
      complaint = String((await command).stderr);
    }
  }
  throw new Error(`${program} ended before it was ready: ${complaint}`);
}

/** `undefined` where the command ended before the program was ready. */
async function ready(command: ResultPromise): Promise<Running | undefined> {
  let output = '';
  let isOver = false;
  command.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  void command.then(() => { isOver = true; });
  const count = await until('the program', () => (isOver ? -1 : Number(/ready (\d+)\n/.exec(output)?.[1] ?? 0) || false), READY_MS);
  if (count < 0) return undefined;
  const before = descendants(command.pid ?? -1);
  const supervisor = before.find(({ parent }) => parent === command.pid);
  if (supervisor === undefined || before.length < count + 1) throw new Error(`${before.length} processes of the host for ${count} in the LibOS`);
  return { command, before, supervisor };
}

/** Makes the event; gives the time of `performance.now()` when it happened. */
async function act({ command, before, supervisor }: Running, way: Way, seconds: number): Promise<number> {
  if (way === 'timeout') {
    const ages = before.filter(({ parent }) => parent === supervisor.pid).map(ageMs);
    return performance.now() - Math.max(...ages) + 1000 * seconds;
  }
  const signal = SIGNALS[way];
  if (signal === 'SIGTERM') {
    command.kill(signal);
    return performance.now() + STOP_TIMEOUT_MS;
  }
  if (signal === 'SIGINT') {
    // One that is not listened to; the second is a person who insists.
    command.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, INSIST_AFTER_MS));
  }
  const now = performance.now();
  if (signal === undefined) command.stdin?.write('now\n');
  else command.kill(signal);
  return now;
}

/** Waits until nothing is left that there was before, or that was started since. */
async function gone({ before, supervisor }: Running, since: number, staysSupervisor: boolean): Promise<Stopped> {
  for (;;) {
    const left = remaining(before, supervisor).filter(({ pid }) => !(staysSupervisor && pid === supervisor.pid));
    const now = performance.now();
    if (left.length === 0) return { goneMs: Math.max(0, now - since), processes: before.length, left };
    if (now - since > LIMIT_MS) return { goneMs: undefined, processes: before.length, left };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** A guest is its supervisor's child, and in the group of others, for ever. One that has ended is left until the supervisor has reaped it. */
function remaining(before: readonly HostProcess[], supervisor: HostProcess): HostProcess[] {
  const groups = new Set(before.map(({ group }) => group));
  const isKnown = (one: HostProcess): boolean => before.some(({ pid, startTime }) => pid === one.pid && startTime === one.startTime);
  return hostProcesses().filter((one) => {
    if (one.state === 'Z' && one.parent !== supervisor.pid) return false;
    return one.parent === supervisor.pid || groups.has(one.group) || isKnown(one);
  });
}
