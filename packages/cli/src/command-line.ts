import { Command, CommanderError } from 'commander';

import { defineBuild } from './commands/build.js';
import type { Perform } from './commands/command.js';
import { defineCompletion } from './commands/completion.js';
import { defineCopyBom } from './commands/copy-bom.js';
import { defineDoctor } from './commands/doctor.js';
import { reporting } from './commands/failure.js';
import { defineHelp, withoutHelpCommand } from './commands/help.js';
import { defineNew } from './commands/new.js';
import { definePackage } from './commands/package.js';
import { definePrint } from './commands/print.js';
import { defineStatus } from './commands/status.js';
import { emptyFlags } from './read-run.js';
import { RUN_FLAGS } from './run-flags.js';
import type { FlagRow, RunWords } from './run-flags.js';
import { UsageError } from './usage-error.js';

const EXAMPLES = `
Examples:
  occlum run /bin/hello                    (in an instance that was built)
  occlum run --rootfs / -- ls -l /etc
  occlum run --rootfs / -v .:/work -w /work -- make test
  occlum run --rootfs / -v ./data:/data:ro -e LANG=C -- python3 /data/job.py
  occlum run --rootfs / --network none --timeout 5s -- sh -c 'cat untrusted | bc'
  OCCLUM_LOG_LEVEL=trace occlum run --rootfs / --log-file trace.log -- true

Exit status: the program's own; 128+n if signal n ended it; 127 not found;
126 not executable; 125 occlum itself failed; 124 out of time.`;

/** All commands but `run`, in the order of `--help`. */
const COMMANDS = [
  defineNew, defineCopyBom, defineBuild, defineStatus, definePackage, definePrint, defineDoctor, defineCompletion, defineHelp,
];

/** What a command line asks for: to run something, something else, or a text for stdout. */
export type Parsed = { readonly run: RunWords } | { readonly perform: Perform } | { readonly text: string };

/**
 * Reads a whole command line with commander.
 *
 * @param args - The words after `occlum`.
 * @throws UsageError when it is wrong; one line that says how.
 */
export function readCommandLine(args: readonly string[], version: string): Parsed {
  let text = '';
  let asked: Parsed | undefined;
  const program = new Command('occlum')
    .description('Runs unmodified Linux programs in an enclave: a library OS in which they see and change only what you give them.')
    .version(version, '--version', 'show the version')
    .helpOption('--help', 'show this help, or that of a command')
    .helpCommand(false)
    .addHelpText('after', `\nExamples:\n  occlum run --rootfs / -- ls -l /etc\n  occlum new hello && cd hello && cp ../hello image/bin && occlum build && occlum run /bin/hello\n\nMore with: occlum help COMMAND`)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (part) => (text += part), writeErr: () => undefined });
  const command = program
    .command('run')
    .description('run a program')
    .usage('[options] [--] PROGRAM [ARGS...]')
    .argument('<program...>')
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action((words: string[]) => {
      asked = { run: { flags: collected, command: words } };
    });
  const collected = emptyFlags();
  for (const flag of RUN_FLAGS as readonly FlagRow[]) {
    const name = `${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}${flag.value === undefined ? '' : ` <${flag.value}>`}`;
    command.option(name, flag.help);
    command.on(`option:${flag.name}`, (value: string | null = '') => {
      const values = collected[flag.name as keyof typeof collected];
      if (flag.repeatable !== true && values.length > 0) throw new UsageError(`--${flag.name} is given twice${flag.value === undefined ? '' : `, as "${values[0] ?? ''}" and "${value ?? ''}"`}`);
      values.push(value ?? '');
    });
  }
  for (const define of COMMANDS) define(program, (perform) => (asked = { perform: reporting(perform) }));
  try {
    program.parse(withoutHelpCommand(args, program), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text };
    throw new UsageError(oneLine(error.message, program, args));
  }
  return asked ?? { text };
}

/** Commander's message, its second line with a guess made part of the first, and where to read on. */
function oneLine(message: string, program: Command, [name]: readonly string[]): string {
  const line = message.replace(/^error: /, '').replace(/\n?\(Did you mean (.*?)\?\)/, ', did you mean $1?').replace(/\s*\n\s*/g, ' ').replace(/\.$/, '');
  if (line.includes('did you mean')) return line;
  const known = program.commands.find((command) => command.name() === name);
  return `${line}, see: occlum help${known === undefined ? '' : ` ${known.name()}`}`;
}
