import { Argument } from 'commander';

import { completionScript } from '../completion/completion-script.js';
import { SHELLS } from '../completion/shells.js';
import type { ShellName } from '../completion/shells.js';
import type { Define } from './command.js';

const EXAMPLES = `
Examples:
  eval "$(occlum completion bash)"                   in ~/.bashrc
  occlum completion zsh >"\${fpath[1]}/_occlum"
  occlum completion fish >~/.config/fish/completions/occlum.fish

The script starts nothing: it holds all commands and options of this version.`;

/** `occlum completion`. */
export const defineCompletion: Define = (program, chosen) => {
  program
    .command('completion')
    .description('print a script that completes command lines in a shell')
    .usage(SHELLS.join('|'))
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: ShellName) => {
      chosen(({ print }) => {
        print(completionScript(shell, program));
        return Promise.resolve(0);
      });
    });
};
