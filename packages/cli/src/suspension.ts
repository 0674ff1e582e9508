import type { Enclave, GuestProcess, SignalName } from '@occlum/pal';

/** What is stopped together with the program. */
export interface Suspending {
  readonly enclave: Pick<Enclave, 'kill'>;
  readonly process: Pick<GuestProcess, 'kill' | 'stopped'>;
  /** The user's terminal is the shell's. */
  readonly leaveTerminal: () => void;
  /** It is the program's again, if the command is in front. */
  readonly enterTerminal: () => void;
  /** Stops the command; resolves when the user continues it. */
  readonly stop: (signal: SignalName) => Promise<void>;
}

/** Stops the command whenever its program is stopped, as one job, and continues the program whenever the command is. */
export class Suspension {
  readonly #job: Suspending;
  /** How often the command went on. */
  #times = 0;
  #going: Promise<void> = Promise.resolve();

  constructor(job: Suspending) {
    this.#job = job;
  }

  /** The command goes on, whoever stopped it: first the terminal, then who uses it. */
  readonly goOn = (): void => {
    this.#times++;
    this.#job.enterTerminal();
    this.#going = this.#continue();
    // One that has just ended needs no signal.
    this.#going.catch(() => undefined);
  };

  /** Resolves when the program has ended. */
  async run(): Promise<void> {
    const { process, leaveTerminal, stop } = this.#job;
    for (let signal = await process.stopped(); signal !== undefined; signal = await process.stopped()) {
      const before = this.#times;
      leaveTerminal();
      await stop(signal);
      // Where nobody could continue the command, the host has not stopped it.
      if (this.#times === before) this.goOn();
      await this.#going;
    }
  }

  async #continue(): Promise<void> {
    await this.#job.enclave.kill('SIGCONT', 'foreground');
    await this.#job.process.kill('SIGCONT');
  }
}
