import { write } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

/** The end that a program's own terminal has here. */
export interface TerminalEnd {
  readonly stdin: Writable;
  readonly stdout: Readable;
}

const STDOUT = 1;
/** Ctrl-D, which ends the input of a terminal that nobody has set otherwise. */
const END_OF_INPUT = '\u0004';
const NEWLINE = 10;

/**
 * Carries keys to a program's terminal, and what it shows to stdout.
 *
 * @param input - The command's stdin. Where it is no terminal, its end is typed.
 * @param mayRead - Whether to go on reading once the program has taken what was typed before.
 * @returns When all output is written; that is after every process has left the terminal.
 */
export function relay({ stdin, stdout }: TerminalEnd, input: Readable & { readonly isTTY?: boolean }, mayRead: () => boolean = () => true): Promise<void> {
  let last = NEWLINE;
  input.on('data', (chunk: Buffer) => {
    last = chunk.at(-1) ?? last;
    if (stdin.write(chunk)) return;
    input.pause();
    stdin.once('drain', () => {
      if (mayRead()) input.resume();
    });
  });
  input.on('end', () => {
    // After half a line the first only ends the line.
    if (input.isTTY !== true) stdin.write(last === NEWLINE ? END_OF_INPUT : END_OF_INPUT.repeat(2));
  });
  // A stdin that cannot be read is one at its end.
  input.on('error', () => undefined);
  return new Promise((resolve) => {
    // A stream is at its end once its last chunk was taken, which has to be written still.
    let isWriting = false;
    let isOver = false;
    const settle = (): void => {
      if (isOver && !isWriting) resolve();
    };
    const written = (): void => {
      isWriting = false;
      stdout.resume();
      settle();
    };
    const show = (chunk: Buffer, at = 0): void => {
      write(STDOUT, chunk, at, (error, count) => {
        if (error !== null && error.code === 'EAGAIN') setTimeout(show, RETRY_MS, chunk, at);
        else if (error !== null) {
          // Nobody sees it any more; the program goes on.
          stdout.removeAllListeners('data');
          written();
        } else if (at + count < chunk.length) show(chunk, at + count);
        else written();
      });
    };
    stdout.on('data', (chunk: Buffer) => {
      isWriting = true;
      stdout.pause();
      show(chunk);
    });
    for (const event of ['end', 'error']) {
      stdout.on(event, () => {
        isOver = true;
        settle();
      });
    }
  });
}

/** How long to wait for a stdout that somebody has set to O_NONBLOCK. */
const RETRY_MS = 5;
