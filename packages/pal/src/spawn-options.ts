import { checkEnvironment, checkKeys, checkPath, checkText, refuse } from './option-checks.js';
import type { StdioItem, StdioOption } from './guest-stdio.js';

/** How a program is started. */
export interface SpawnOptions {
  /** Variables over those of the enclave; `undefined` takes one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Absolute guest path of the directory it starts in; `/` when left out. */
  readonly cwd?: string;
  /** What its stdin, stdout and stderr are: new pipes to this program when left out. */
  readonly stdio?: StdioOption;
  /** Ends the program and all that it started when aborted. */
  readonly signal?: AbortSignal;
  /** Ends the program and all that it started after this many milliseconds. */
  readonly timeout?: number;
  /** What the program sees as its own name; the path given to spawn when left out. */
  readonly argv0?: string;
}

const KEYS = ['env', 'cwd', 'stdio', 'signal', 'timeout', 'argv0'];
/** The longest that Node's timers can wait. */
const TIMEOUT_MAX = 2 ** 31 - 1;

/** Options of `Enclave.spawn`, checked and complete. */
export interface CheckedSpawn {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdio: readonly [StdioItem, StdioItem, StdioItem];
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

/**
 * Checks what was given to `Enclave.spawn`.
 *
 * @throws TypeError when something is wrong, with its place, its value and what would be right.
 */
export function checkSpawn(path: string, args: readonly string[], options: SpawnOptions): CheckedSpawn {
  if (checkText('path', path) === '') refuse('path', path, 'the name or path of a program');
  if (!Array.isArray(args)) refuse('args', args, 'an array of strings');
  checkKeys('options', options, KEYS);
  const { signal, timeout } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('options.signal', signal, 'an AbortSignal; a POSIX signal is sent with kill()');
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0 && timeout <= TIMEOUT_MAX)) {
    refuse('options.timeout', timeout, `milliseconds, over 0 and up to ${TIMEOUT_MAX}`);
  }
  return {
    path,
    argv: [options.argv0 === undefined ? path : checkText('options.argv0', options.argv0), ...args.map((arg, index) => checkText(`args[${index}]`, arg))],
    env: checkEnvironment('options.env', options.env),
    cwd: options.cwd === undefined ? '/' : checkPath('options.cwd', options.cwd),
    stdio: checkStdio(options.stdio ?? 'pipe'),
    signal,
    timeoutMs: timeout,
  };
}

function checkStdio(option: StdioOption): readonly [StdioItem, StdioItem, StdioItem] {
  if (typeof option === 'string') return [checkItem('options.stdio', option), option, option];
  const items: readonly StdioItem[] = option;
  if (!Array.isArray(items) || items.length !== 3) return refuse('options.stdio', option, 'one word for all three, or an array of three items');
  return [checkItem('options.stdio[0]', option[0]), checkItem('options.stdio[1]', option[1]), checkItem('options.stdio[2]', option[2])];
}

function checkItem(place: string, item: StdioItem): StdioItem {
  if (item === 'pipe' || item === 'inherit' || item === 'ignore') return item;
  const descriptor: unknown = typeof item === 'object' ? (item as StdioItem & object | null)?.fd : item;
  if (typeof descriptor === 'number' && Number.isInteger(descriptor) && descriptor >= 0) return item;
  return refuse(place, item, '"pipe", "inherit", "ignore", a descriptor, or an open stream that has one');
}
