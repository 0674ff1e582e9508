/** The program behind the `occlum` command. */

import { writeSync } from 'node:fs';

import pkg from '../package.json' with { type: 'json' };
import { readRun } from './read-run.js';
import { run } from './run.js';
import type { Shell } from './run.js';
import { toRunRequest } from './run-request.js';
import { Status } from './status.js';
import { UsageError } from './usage-error.js';

const shell: Shell = {
  onSignal(signal, listener) {
    process.on(signal, listener);
    return () => process.off(signal, listener);
  },
  now: () => Date.now(),
  complain(line) {
    write(2, `occlum: ${line}\n`);
  },
};

async function main(args: readonly string[]): Promise<number> {
  let words = args[0] === 'run' ? readRun(args.slice(1)) : undefined;
  if (words === undefined) {
    const { readCommandLine } = await import('./command-line.js');
    const parsed = readCommandLine(args, pkg.version);
    if ('text' in parsed) {
      write(1, parsed.text);
      return 0;
    }
    words = parsed.run;
  }
  return run(toRunRequest(words, { cwd: process.cwd(), env: process.env }), shell);
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
    const isOurs = !(error instanceof UsageError);
    shell.complain(error instanceof Error ? error.message : String(error));
    if (isOurs && error instanceof Error) write(2, `${error.stack ?? ''}\n`);
    process.exit(Status.failed);
  },
);
