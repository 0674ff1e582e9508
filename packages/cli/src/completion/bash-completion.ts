import type { CommandNode, FlagNode } from './command-node.js';
import { completedValue } from './completed-value.js';
import type { CompletedValue } from './completed-value.js';

/** The script for bash; it needs nothing besides. */
export function bashCompletion(commands: readonly CommandNode[]): string {
  return `# bash completion of occlum
_occlum() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= program= at word flags
  COMPREPLY=()
  # bash takes --flag=value for three words.
  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ $word == -- ]]; then program=1; break; fi
    if [[ $word == = ]]; then ((at++)); continue; fi
    if [[ -z $command ]]; then
      [[ $word == -* ]] || command=$word
      continue
    fi
    case $command:$word in
${commands.flatMap((row) => row.flags.filter(({ value }) => value !== undefined).map((flag) => `      ${patterns(row, flag)}) [[ \${COMP_WORDS[at+1]} == = ]] && ((at++)); ((at++)); continue ;;`)).join('\n')}
    esac
    [[ $word == -* ]] || { program=1; break; }
  done
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W '--help --version ${commands.map(({ names: [name] }) => name).join(' ')}' -- "$current"))
    return
  fi
  if [[ -n $program ]]; then
    case $command in
${commands.filter(({ operand }) => operand === 'program').map(({ names }) => `      ${names.join('|')}) if ((at == COMP_CWORD - 1)) && [[ \${COMP_WORDS[at]} == -- ]]; then COMPREPLY=($(compgen -c -- "$current")); else compopt -o default; fi ;;`).join('\n')}
    esac
    return
  fi
  case $command:$previous in
${commands.flatMap((row) => row.flags.flatMap((flag) => (flag.value === undefined ? [] : [`    ${patterns(row, flag)}) ${reply(completedValue(flag.value))}; return ;;`]))).join('\n')}
  esac
  case $command in
${commands.map((row) => `    ${row.names.join('|')}) flags='${['--help', ...row.flags.map(({ name }) => `--${name}`)].join(' ')}'; [[ $current == -* ]] || { ${operandReply(row)}; return; } ;;`).join('\n')}
    *) return ;;
  esac
  COMPREPLY=($(compgen -W "$flags" -- "$current"))
}
complete -F _occlum occlum
`;
}

function patterns(row: CommandNode, flag: FlagNode): string {
  return row.names.flatMap((name) => [`${name}:--${flag.name}`, ...(flag.short === undefined ? [] : [`${name}:-${flag.short}`])]).join('|');
}

function reply(completed: CompletedValue): string {
  switch (completed) {
    case 'directories':
      return 'compopt -o filenames; COMPREPLY=($(compgen -d -- "$current"))';
    case 'files':
      return 'compopt -o filenames; COMPREPLY=($(compgen -f -- "$current"))';
    case 'variables':
      return 'COMPREPLY=($(compgen -e -- "$current"))';
    case 'nothing':
      return ':';
    default:
      return `COMPREPLY=($(compgen -W '${completed.join(' ')}' -- "$current"))`;
  }
}

function operandReply({ operand }: CommandNode): string {
  return operand === 'program' ? 'COMPREPLY=($(compgen -c -- "$current"))' : reply(operand);
}
