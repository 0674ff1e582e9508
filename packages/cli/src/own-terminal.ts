import process from 'node:process';

import type { GuestProcess, TerminalOptions } from '@occlum/pal';

import type { JobTerminal } from './job-terminal.js';
import { relay } from './relay.js';
import { UserTerminal } from './user-terminal.js';
import type { UserTerminalBinding } from './user-terminal.js';

/** How long output may take to be written once the program and all it started have ended. */
const OUTPUT_LIMIT_MS = 5000;
/** How often to look whether the user has brought the command to the front: a shell tells nobody who runs already. */
const LOOK_MS = 100;

/** A program's own terminal, shown on the user's. */
export class OwnTerminal {
  readonly #user: UserTerminal;
  readonly #job: JobTerminal;
  #process: GuestProcess | undefined;
  #written: Promise<void> = Promise.resolve();
  /** The user's keys are the program's. */
  #isEntered = false;
  #looks: NodeJS.Timeout | undefined;

  constructor(binding: UserTerminalBinding, job: JobTerminal) {
    this.#user = new UserTerminal(binding);
    this.#job = job;
  }

  /** What the program's terminal begins as: the user's is its model, unless it is as a shell's line editor has set it. */
  get options(): TerminalOptions {
    const { input } = this.#user;
    return { ...this.#user.size(), ...(input === undefined || !this.#job.isInFront() ? {} : { like: input }) };
  }

  /** Shows the program from now on. */
  attach(program: GuestProcess): void {
    this.#process = program;
    this.#written = relay(program, process.stdin, () => this.#mayRead());
    this.enter();
  }

  /** The user's terminal has another size. */
  resize(): void {
    const size = this.#user.size();
    if (size !== undefined) this.#process?.resize(size);
  }

  /** The user's keys are the program's as long as the command is in front. */
  readonly enter = (): void => {
    clearTimeout(this.#looks);
    this.#isEntered = this.#job.enter();
    if (this.#isEntered) {
      this.#user.makeRaw();
      this.resize();
    } else this.#looks = setTimeout(this.enter, LOOK_MS).unref();
    if (this.#mayRead()) process.stdin.resume();
    else process.stdin.pause();
  };

  /** The user's keys are somebody else's from now on. */
  readonly leave = (): void => {
    clearTimeout(this.#looks);
    this.#isEntered = false;
    process.stdin.pause();
    this.#job.leave();
  };

  /** What is no terminal is the program's also in the background. */
  #mayRead(): boolean {
    return this.#isEntered || this.#user.input === undefined;
  }

  /** All output is written, or nobody takes it. */
  async finish(): Promise<void> {
    clearTimeout(this.#looks);
    process.stdin.pause();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, OUTPUT_LIMIT_MS)));
    await Promise.race([this.#written, limit]);
    clearTimeout(timer);
  }
}
