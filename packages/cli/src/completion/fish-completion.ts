import type { CommandNode, FlagNode } from './command-node.js';
import { completedValue } from './completed-value.js';

/** The script for fish. */
export function fishCompletion(commands: readonly CommandNode[]): string {
  const lines = commands.flatMap(({ names: [name, ...others], summary, flags, operand }) => {
    const seen = quoted(`__fish_seen_subcommand_from ${[name, ...others].join(' ')}`);
    return [
      `complete -c occlum -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...flags.map((flag) => `complete -c occlum -n ${seen} ${flagWords(flag)}`),
      ...operandWords(operand).map((words) => `complete -c occlum -n ${seen} ${words}`),
    ];
  });
  return `# fish completion of occlum\ncomplete -c occlum -f -l help -d 'show help'\ncomplete -c occlum -n __fish_use_subcommand -f -l version -d 'show the version'\n${lines.join('\n')}\n`;
}

function flagWords({ name, short, value, help }: FlagNode): string {
  return [`-l ${name}`, ...(short === undefined ? [] : [`-s ${short}`]), ...(value === undefined ? [] : valueWords(value)), `-d ${quoted(help)}`].join(' ');
}

function valueWords(value: string): string[] {
  const completed = completedValue(value);
  if (typeof completed !== 'string') return ['-x', `-a ${quoted(completed.join(' '))}`];
  return { directories: ['-x', "-a '(__fish_complete_directories)'"], files: ['-r', '-F'], variables: ['-x', "-a '(set -nx)'"], nothing: ['-x'] }[completed];
}

function operandWords(operand: CommandNode['operand']): string[] {
  if (operand === 'program') return ["-x -a '(__fish_complete_subcommand)'"];
  return operand === 'nothing' ? [] : [`-f -a ${quoted(operand.join(' '))}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (letter) => `\\${letter}`)}'`;
}
