/** The program behind the `occlum` command. */

import { writeSync } from 'node:fs';

import { isErrnoError } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import pkg from '../package.json' with { type: 'json' };
import type { Surroundings } from './commands/command.js';
import { hostWords } from './host-arguments.js';
import { readRun } from './read-run.js';
import { run } from './run.js';
import type { Shell } from './run.js';
import type { RunWords } from './run-flags.js';
import { toRunRequest } from './run-request.js';
import type { RunRequest } from './run-request.js';
import { Status } from './status.js';
import { loadTools } from './tools.lazy.js';
import { isUsageError, UsageError } from './usage-error.js';

/** A command that still runs after this time was not stopped. */
const UNSTOPPED_MS = 200;

const shell: Shell = {
  onSignal(signal, listener) {
    process.on(signal, listener);
    return () => process.off(signal, listener);
  },
  async stop(signal) {
    const continued = new Promise<void>((resolve) => process.once('SIGCONT', () => { resolve(); }));
    // Node's own handler would keep the default action from taking place.
    const listeners = process.listeners(signal) as (() => void)[];
    for (const listener of listeners) process.off(signal, listener);
    // All of the job, as Ctrl-Z does; this process is stopped before the call returns. What the host ignores, since nobody could continue it, is over at once.
    process.kill(0, signal);
    // At once: a key that comes before this program runs on would stop it alone, and what runs inside would read the shell's keys.
    for (const listener of listeners) process.on(signal, listener);
    // Where this program gets no time, that is over before Node has looked at what came: it looks before `setImmediate` calls back.
    await Promise.race([continued, new Promise((resolve) => setTimeout(() => setImmediate(resolve), UNSTOPPED_MS))]);
  },
  now: () => Date.now(),
  complain(line) {
    write(2, `occlum: ${line}\n`);
  },
};

async function main(args: readonly string[]): Promise<number> {
  let words = args[0] === 'run' ? readRun(args.slice(1)) : undefined;
  if (words === undefined) {
    const { readCommandLine } = await loadTools();
    const parsed = readCommandLine(args, pkg.version);
    if ('text' in parsed) {
      write(1, parsed.text);
      return 0;
    }
    if ('perform' in parsed) return parsed.perform(surroundings());
    words = parsed.run;
  }
  const status = await run(await toRequest(await withLetters(words, args)), shell);
  if (status !== Status.failed && !isObserved()) process.once('exit', (last) => hostBinding().exit(last));
  return status;
}

/** Reads the command line once more, byte by byte, where Node has changed what is no UTF-8. */
async function withLetters(words: RunWords, args: readonly string[]): Promise<RunWords> {
  const own = hostWords(args);
  if (own === undefined) return words;
  const plain = readRun(own.slice(1));
  if (plain !== undefined) return { ...words, letters: plain };
  const { readCommandLine } = await loadTools();
  const parsed = readCommandLine(own, pkg.version);
  return 'run' in parsed ? { ...words, letters: parsed.run } : words;
}

async function toRequest(words: RunWords): Promise<RunRequest> {
  const host = { cwd: process.cwd(), env: process.env };
  if (words.flags.rootfs.length > 0) return toRunRequest(words, host);
  const { toInstanceRequest } = await import('./instance-request.js');
  try {
    return toInstanceRequest(words, { ...host, version: pkg.version, bundles: __dirname, tell: (line) => { shell.complain(line); } });
  } catch (error) {
    // An instance that is not as it was built is no mistake of this program.
    throw isErrnoError(error) ? new UsageError(error.message) : error;
  }
}

function surroundings(): Surroundings {
  return {
    cwd: process.cwd(),
    env: process.env,
    version: pkg.version,
    isOnTerminal: hostBinding().isatty(2) === 1,
    print: (text) => { write(1, text); },
    tell: (text) => { write(2, text); },
  };
}

/**
 * Whether somebody may have asked Node to write something when it ends, such as a profile. Else it need not take its heap
 * apart, which is a tenth of an empty start: everything of this program has been closed and written by then.
 */
function isObserved(): boolean {
  const { NODE_OPTIONS = '', NODE_V8_COVERAGE = '' } = process.env;
  return process.execArgv.length > 0 || NODE_OPTIONS !== '' || NODE_V8_COVERAGE !== '';
}

/** Writes a text at once: `process.stdout` would load its streams, and put a terminal into another mode. */
function write(descriptor: 1 | 2, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody reads any more: there is no one left to tell.
  }
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    const isOurs = !isUsageError(error);
    shell.complain(error instanceof Error ? error.message : String(error));
    if (isOurs && error instanceof Error) write(2, `${error.stack ?? ''}\n`);
    process.exit(Status.failed);
  },
);
