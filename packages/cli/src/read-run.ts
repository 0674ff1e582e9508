import { RUN_FLAGS } from './run-flags.js';
import type { FlagName, FlagRow, RunWords } from './run-flags.js';

/**
 * Reads the words after `occlum run`, if they are plain: known flags, each in its own word, then a program. It is there because
 * commander takes 8 ms to load, a quarter of a start; whatever is not plain, commander reads and explains.
 *
 * @returns `undefined` when it is not plain.
 */
export function readRun(words: readonly string[]): RunWords | undefined {
  const flags = emptyFlags();
  let at = 0;
  for (let word = words[at]; word?.startsWith('-') === true && word !== '-' && word !== '--'; word = words[at]) {
    const switches = readSwitches(word);
    if (switches !== undefined) {
      if (switches.some(({ name }, index) => flags[name].length > 0 || switches.findIndex((other) => other.name === name) !== index)) return undefined;
      for (const { name } of switches) flags[name].push('');
      at++;
      continue;
    }
    const flag = readFlag(word);
    if (flag === undefined || (flag.row.repeatable !== true && flags[flag.row.name].length > 0)) return undefined;
    const takesNext = flag.row.value !== undefined && flag.value === undefined;
    const value = takesNext ? words[at + 1] : (flag.value ?? '');
    if (value === undefined || (flag.row.value === undefined && flag.value !== undefined)) return undefined;
    flags[flag.row.name].push(value);
    at += takesNext ? 2 : 1;
  }
  const command = words.slice(words[at] === '--' ? at + 1 : at);
  return command.length === 0 ? undefined : { flags, command };
}

/** Every flag without a value. */
export function emptyFlags(): Record<FlagName, string[]> {
  // Object.fromEntries forgets the keys' names; they are those of the rows.
  return Object.fromEntries(RUN_FLAGS.map(({ name }) => [name, [] as string[]])) as Record<FlagName, string[]>;
}

type Row = FlagRow & { readonly name: FlagName };

/** Flags without a value in one word, such as `-it`. */
function readSwitches(word: string): Row[] | undefined {
  if (!/^-[^-]{2,}$/.test(word)) return undefined;
  const rows = Array.from(word.slice(1), (letter) => (RUN_FLAGS as readonly Row[]).find(({ short, value }) => short === letter && value === undefined));
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

/** `--name`, `--name=value`, `-n` or `-nvalue`. */
function readFlag(word: string): { row: Row; value: string | undefined } | undefined {
  const [, name, long, short, rest] = /^(?:--([^=]+)(?:=([^]*))?|-([^-])([^]+)?)$/.exec(word) ?? [];
  const row = (RUN_FLAGS as readonly Row[]).find((flag) => (name === undefined ? flag.short === short : flag.name === name));
  return row === undefined ? undefined : { row, value: name === undefined ? rest : long };
}
