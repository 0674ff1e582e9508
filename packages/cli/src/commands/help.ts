import type { Command } from 'commander';

import { UsageError } from '../usage-error.js';
import type { Define } from './command.js';

/** `occlum help`, for help and for completion; {@link withoutHelpCommand} carries it out. */
export const defineHelp: Define = (program) => {
  program.command('help').description('show the help of a command').usage('[COMMAND]').argument('[command]').addHelpText('after', '\nExample:\n  occlum help run');
};

/**
 * `help run` as `run --help`, and nothing at all as `--help`.
 *
 * @throws UsageError when help is asked for more than one command.
 */
export function withoutHelpCommand(args: readonly string[], program: Command): readonly string[] {
  const [first, name, ...more] = args;
  if (first === undefined) return ['--help'];
  if (first !== 'help') return args;
  if (more.length > 0) throw new UsageError(`help is asked for "${args.slice(1).join(' ')}", must be one command, see: occlum help`);
  if (name === undefined || name.startsWith('-')) return ['--help'];
  // What is no command is an unknown one, with or without help.
  return program.commands.some((command) => [command.name(), ...command.aliases()].includes(name)) ? [name, '--help'] : [name];
}
