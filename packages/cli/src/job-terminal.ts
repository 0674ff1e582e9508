import { saveTerminal } from './terminal.js';
import type { TerminalBinding } from './terminal.js';

/**
 * The user's terminal, which the command shares with the shell whose job it is: as the program has set it while the command is in
 * front, and as it was before while it is stopped or in the background.
 */
export class JobTerminal {
  readonly #binding: TerminalBinding;
  /** Whether the terminal may be set: in the background the host would stop this process for it, and others use it. */
  readonly isInFront: () => boolean;
  #putBack: () => void;
  /** Sets it as the program had it. */
  #set: (() => void) | undefined;
  /** It is the program's. */
  #isEntered: boolean;

  constructor(binding: TerminalBinding, isInFront: () => boolean) {
    this.#binding = binding;
    this.isInFront = isInFront;
    this.#isEntered = isInFront();
    this.#putBack = saveTerminal(binding, isInFront);
  }

  /**
   * The command goes on, or was brought to the front.
   *
   * @returns Whether it is in front; else the terminal stays somebody else's, until this is called again.
   */
  enter(): boolean {
    if (!this.isInFront()) return false;
    if (this.#isEntered) return true;
    this.#isEntered = true;
    // What it was set to when the command was behind may have been what a line editor of the shell needs.
    this.#putBack = saveTerminal(this.#binding, this.isInFront);
    this.#set?.();
    this.#set = undefined;
    return true;
  }

  /** The command is about to be stopped. */
  leave(): void {
    if (this.#isEntered) this.#set = saveTerminal(this.#binding, this.isInFront);
    this.#isEntered = false;
    this.#putBack();
  }

  /** The command is about to end. */
  end(): void {
    this.#putBack();
  }
}
