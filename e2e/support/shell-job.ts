import { runArguments } from './occlum.js';
import { hostOnTerminal } from './on-terminal.js';
import type { OnTerminal } from './on-terminal.js';
import { OCCLUM } from './places.js';

/** A bash that says nothing by itself. */
export const BASH = ['--norc', '--noprofile', '--noediting', '-i'];

/** A shell of the host, on a terminal, that has started the command. */
export async function shellJob(program: string, args: readonly string[], flags: readonly string[], { before = '', after = '' } = {}): Promise<OnTerminal> {
  const shell = hostOnTerminal(['/bin/bash', ...BASH]);
  await shell.expect('$ ');
  const words = [OCCLUM, ...runArguments(program, args, { flags })].map((word) => `'${word.replaceAll('\'', '\'\\\'\'')}'`);
  shell.write(`${before}${words.join(' ')}${after}\r`);
  return shell;
}
