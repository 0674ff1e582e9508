import type { Readable, Writable } from 'node:stream';

/** The descriptors a program starts with, and this program's ends of them. */
export interface GuestEnds {
  /** Descriptors to hand to the program. */
  readonly descriptors: readonly [number, number, number];
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Sets the size of its terminal; `undefined` where it has none of its own. */
  readonly resize?: (size: TerminalSize) => void;
  /** Closes the program's ends here: it has its own copies now, or will never start. */
  handedOver(): void;
  /** Resolves when what the program has written is where it was to go; left out where nothing is passed on. */
  drained?(): Promise<void>;
  /** Gives up what has no use once the program has ended. */
  ended(): void;
  /** Gives up everything: the program never started. */
  destroy(): void;
}

/** Size of a terminal in characters, each from 1 to 65535. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}
