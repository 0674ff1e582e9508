import type { Command } from 'commander';

/** What a command takes from the process it runs in. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Version of this command. */
  readonly version: string;
  /** Whether stderr is a terminal, on which a line can be written over. */
  readonly isOnTerminal: boolean;
  /** Writes text to stdout. */
  readonly print: (text: string) => void;
  /** Writes text to stderr. */
  readonly tell: (text: string) => void;
}

/** Does what was asked for; gives the exit status. */
export type Perform = (surroundings: Surroundings) => Promise<number>;

/** Adds a command, or a few, to the command line; calls `chosen` when it is the one. */
export type Define = (program: Command, chosen: (perform: Perform) => void) => void;

/** What a software enclave has to say beside every measurement. */
export const MODE = 'software';
