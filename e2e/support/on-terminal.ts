import { spawn } from '@lydell/node-pty';

import { runArguments } from './occlum.js';
import type { RunOptions } from './occlum.js';
import { OCCLUM } from './places.js';
import { HOST_PATH } from './programs.js';
import { CREDENTIALS, NATIVE, PREFIX } from './variant.js';
import { until } from './waiting.js';

/** What runs on a terminal of the host. */
export interface OnTerminal {
  /** Host process. */
  readonly pid: number;
  /** All that it wrote so far. */
  readonly output: () => string;
  readonly write: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Waits until it writes something that it has not written before the last such wait. */
  readonly expect: (wanted: string | RegExp) => Promise<void>;
  readonly exited: Promise<number>;
}

/** Starts a program of the LibOS on a terminal, by the command. */
export function onTerminal(program: string, args: readonly string[], options: RunOptions = {}): OnTerminal {
  return hostOnTerminal(NATIVE ? [program, ...args] : [OCCLUM, ...runArguments(program, args, options)]);
}

/** Starts a program of the host on a terminal. */
export function hostOnTerminal(command: readonly string[]): OnTerminal {
  const [file = '', ...rest] = [...PREFIX, ...command];
  const terminal = spawn(file, rest, { cols: 90, rows: 33, cwd: '/', env: { PATH: HOST_PATH, TERM: 'xterm', HOME: '/', LANG: 'C.UTF-8', PS1: '$ ' }, ...CREDENTIALS });
  let output = '';
  let seen = 0;
  terminal.onData((data) => (output += data));
  const exited = new Promise<number>((resolve) => terminal.onExit(({ exitCode, signal }) => { resolve(signal ? 128 + signal : exitCode); }));
  return {
    pid: terminal.pid,
    output: () => output,
    write: (text) => { terminal.write(text); },
    resize: (columns, rows) => { terminal.resize(columns, rows); },
    expect: async (wanted) => {
      const end = await until(`${String(wanted)} after ${JSON.stringify(output.slice(seen))}`, () => endOf(output, seen, wanted));
      seen = end;
    },
    exited,
  };
}

/** Where the wanted text ends in what was written after `from`; `undefined` while it is not there. */
function endOf(output: string, from: number, wanted: string | RegExp): number | undefined {
  const rest = output.slice(from);
  if (typeof wanted === 'string') return rest.includes(wanted) ? from + rest.indexOf(wanted) + wanted.length : undefined;
  const match = wanted.exec(rest);
  return match === null ? undefined : from + match.index + match[0].length;
}
