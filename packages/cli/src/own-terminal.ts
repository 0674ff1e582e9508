import process from 'node:process';

import type { GuestProcess, TerminalOptions } from '@occlum/pal';

import { relay } from './relay.js';
import { UserTerminal } from './user-terminal.js';
import type { UserTerminalBinding } from './user-terminal.js';

/** How long output may take to be written once the program and all it started have ended. */
const OUTPUT_LIMIT_MS = 5000;

/** A program's own terminal, shown on the user's. */
export class OwnTerminal {
  readonly #user: UserTerminal;
  #process: GuestProcess | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(binding: UserTerminalBinding) {
    this.#user = new UserTerminal(binding);
  }

  /** What the program's terminal begins as: the user's is its model. */
  get options(): TerminalOptions {
    const { input } = this.#user;
    return { ...this.#user.size(), ...(input === undefined ? {} : { like: input }) };
  }

  /** Shows the program from now on; the user's keys are the program's. */
  attach(program: GuestProcess): void {
    this.#process = program;
    this.#user.makeRaw();
    this.#written = relay(program, process.stdin);
  }

  /** The user's terminal has another size. */
  resize(): void {
    const size = this.#user.size();
    if (size !== undefined) this.#process?.resize(size);
  }

  /** The user's keys are somebody else's for now. */
  pause(): void {
    process.stdin.pause();
  }

  /** The user is back after a stop. */
  resume(): void {
    process.stdin.resume();
    this.#user.makeRaw();
    this.resize();
  }

  /** All output is written, or nobody takes it. */
  async finish(): Promise<void> {
    process.stdin.pause();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, OUTPUT_LIMIT_MS)));
    await Promise.race([this.#written, limit]);
    clearTimeout(timer);
  }
}
