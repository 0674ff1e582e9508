import { checkCpus, checkCpuset } from './cpu-options.js';
import { checkBytes, checkEnvironment, checkKeys, checkPath, checkSwitch, refuse } from './option-checks.js';
import type { Variables } from './option-checks.js';
import type { TerminalSize } from './guest-ends.js';
import type { StdioItem, StdioOption } from './guest-stdio.js';
import type { TerminalOptions } from './guest-terminal.js';

/** How a program is started. */
export interface SpawnOptions {
  /** Variables over those of the enclave; `undefined` takes one out. A value that is no UTF-8 as bytes. */
  readonly env?: Variables;
  /** Absolute guest path of the directory it starts in; `/` when left out. */
  readonly cwd?: string;
  /** What its stdin, stdout and stderr are: new pipes to this program when left out. */
  readonly stdio?: StdioOption;
  /**
   * Gives it a pseudo-terminal of its own instead of `stdio`, which is the controlling terminal of its session: `stdin` types,
   * `stdout` shows, `stderr` is not there. `true` is 80 columns and 24 rows.
   */
  readonly tty?: boolean | TerminalOptions;
  /** Whether this program continues it when a key or a signal such as SIGTSTP has stopped it; else those stop nothing that it is in. */
  readonly jobControl?: boolean;
  /** Ends the program and all that it started when aborted. */
  readonly signal?: AbortSignal;
  /** Ends the program and all that it started after this many milliseconds. */
  readonly timeout?: number;
  /**
   * When its time is over or it is aborted, it gets SIGTERM first, and this many milliseconds to end by itself. Left out: it is killed at once.
   */
  readonly stopTimeout?: number;
  /** The only CPUs that it, and what it starts, run on: some of the enclave's, which are all when left out. */
  readonly cpuset?: string;
  /** How many CPUs' worth of time it has, together with what it starts; beside the limit of the enclave. No limit of its own when left out. */
  readonly cpus?: number;
  /** What the program sees as its own name; the path given to spawn when left out. */
  readonly argv0?: string | Uint8Array;
}

const KEYS = ['env', 'cwd', 'stdio', 'tty', 'jobControl', 'signal', 'timeout', 'stopTimeout', 'cpuset', 'cpus', 'argv0'];
const TTY_KEYS = ['columns', 'rows', 'like'];
/** Source: ioctl_tty(2), `struct winsize`. */
const SIZE_MAX = 65535;
/** The longest that Node's timers can wait. */
const TIMEOUT_MAX = 2 ** 31 - 1;

/** Options of `Enclave.spawn`, checked and complete. */
export interface CheckedSpawn {
  readonly path: string | Uint8Array;
  readonly argv: readonly (string | Uint8Array)[];
  readonly env: Variables;
  readonly cwd: string;
  readonly stdio: readonly [StdioItem, StdioItem, StdioItem];
  /** Terminal of its own, instead of `stdio`. */
  readonly tty: TerminalOptions | undefined;
  readonly jobControl: boolean;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly stopTimeoutMs: number | undefined;
  readonly cpuset: string | undefined;
  readonly cpus: number | undefined;
}

/**
 * Checks what was given to `Enclave.spawn`.
 *
 * @param enclaveCpuset - CPUs that the enclave was restricted to.
 * @throws TypeError when something is wrong, with its place, its value and what would be right.
 */
export function checkSpawn(path: string | Uint8Array, args: readonly (string | Uint8Array)[], options: SpawnOptions, enclaveCpuset?: string): CheckedSpawn {
  if (checkBytes('path', path).length === 0) refuse('path', path, 'the name or path of a program');
  if (!Array.isArray(args)) refuse('args', args, 'an array of strings or bytes');
  checkKeys('options', options, KEYS);
  const { signal, timeout } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('options.signal', signal, 'an AbortSignal; a POSIX signal is sent with kill()');
  checkTime('options.timeout', timeout);
  checkTime('options.stopTimeout', options.stopTimeout);
  return {
    path,
    argv: [options.argv0 === undefined ? path : checkBytes('options.argv0', options.argv0), ...args.map((arg, index) => checkBytes(`args[${index}]`, arg))],
    env: checkEnvironment('options.env', options.env),
    cwd: options.cwd === undefined ? '/' : checkPath('options.cwd', options.cwd),
    stdio: checkStdio(options.stdio ?? 'pipe'),
    tty: checkTerminal(options),
    jobControl: checkSwitch('options.jobControl', options.jobControl, false),
    signal,
    timeoutMs: timeout,
    stopTimeoutMs: options.stopTimeout,
    cpuset: options.cpuset === undefined ? undefined : checkCpuset('options.cpuset', options.cpuset, enclaveCpuset),
    cpus: options.cpus === undefined ? undefined : checkCpus('options.cpus', options.cpus),
  };
}

function checkTime(place: string, time: number | undefined): void {
  if (time === undefined || (typeof time === 'number' && time > 0 && time <= TIMEOUT_MAX)) return;
  refuse(place, time, `milliseconds, over 0 and up to ${TIMEOUT_MAX}`);
}

function checkTerminal({ tty, stdio }: SpawnOptions): TerminalOptions | undefined {
  if (tty === undefined || tty === false) return undefined;
  if (stdio !== undefined) refuse('options.stdio', stdio, 'left out beside tty');
  if (tty === true) return {};
  checkKeys('options.tty', tty, TTY_KEYS);
  const { like } = tty;
  if (like !== undefined && !(Number.isInteger(like) && like >= 0)) refuse('options.tty.like', like, 'a descriptor');
  checkTerminalSize('options.tty', { columns: tty.columns ?? 80, rows: tty.rows ?? 24 });
  return tty;
}

/**
 * Checks the size of a terminal.
 *
 * @throws TypeError when it is none, with its place.
 */
export function checkTerminalSize(place: string, size: TerminalSize): void {
  for (const name of ['columns', 'rows'] as const) {
    const value: unknown = size[name];
    if (!(typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= SIZE_MAX)) refuse(`${place}.${name}`, value, `1 to ${SIZE_MAX}`);
  }
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
