import type { Command } from 'commander';

import { bashCompletion } from './bash-completion.js';
import { commandNodes } from './command-node.js';
import { fishCompletion } from './fish-completion.js';
import type { ShellName } from './shells.js';
import { zshCompletion } from './zsh-completion.js';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** The script that completes command lines in a shell. It is made of what reads them. */
export function completionScript(shell: ShellName, program: Command): string {
  return SCRIPTS[shell](commandNodes(program));
}
