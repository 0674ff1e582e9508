import type { CommandNode, FlagNode } from './command-node.js';
import { completedValue } from './completed-value.js';

/** The script for zsh, as a file `_occlum` of its `fpath`. */
export function zshCompletion(commands: readonly CommandNode[]): string {
  return `#compdef occlum
_occlum() {
  local line state
  _arguments -C '--help[show help]' '--version[show the version]' '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${commands.map(({ names: [name], summary }) => `        ${quoted(`${name}:${summary}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    argument)
      case $line[1] in
${commands.map((row) => `        ${row.names.join('|')})\n          _arguments ${["'--help[show help]'", ...row.flags.flatMap(flagSpecs), ...operandSpec(row)].join(' \\\n            ')}\n          ;;`).join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _occlum ]]; then _occlum "$@"; else compdef _occlum occlum; fi
`;
}

function flagSpecs({ name, short, value, help }: FlagNode): string[] {
  const words = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
  const message = `[${help.replaceAll(/[[\]\\:]/g, (letter) => `\\${letter}`)}]`;
  return words.map((word) => quoted(`*${word}${value === undefined ? '' : word.startsWith('--') ? '=' : '+'}${message}${value === undefined ? '' : `:${value.replaceAll(':', '\\:')}:${action(value)}`}`));
}

function action(value: string): string {
  const completed = completedValue(value);
  if (typeof completed !== 'string') return `(${completed.join(' ')})`;
  return { directories: '_files -/', files: '_files', variables: '_parameters -g "*export*"', nothing: ' ' }[completed];
}

function operandSpec({ operand }: CommandNode): string[] {
  if (operand === 'program') return ["'*::program:_normal'"];
  return operand === 'nothing' ? [] : [quoted(`1:word:(${operand.join(' ')})`)];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
