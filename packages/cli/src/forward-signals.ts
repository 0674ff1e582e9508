import type { Enclave, GuestProcess, SignalName } from '@occlum/pal';

import { statusOf } from './status.js';

/** Where signals come from. */
export interface SignalSource {
  /** Calls back for each such signal that arrives; returns what takes the listener off. */
  onSignal(signal: SignalName, listener: () => void): () => void;
  /** Milliseconds of a clock. */
  now(): number;
}

/** Where they go. */
export interface SignalTarget {
  readonly enclave: Pick<Enclave, 'kill' | 'takes'>;
  readonly process: Pick<GuestProcess, 'kill'>;
  /** Whether a person sits at a terminal, and so may type Ctrl-C any number of times. */
  readonly isOnTerminal: boolean;
  /** Called in place of SIGWINCH, where the program has a terminal of its own. */
  readonly resized?: (() => void) | undefined;
  /** Called in place of SIGCONT, where the command is stopped together with its program. */
  readonly continued?: (() => void) | undefined;
  /** Called when SIGTERM is sent on. */
  readonly terminated?: (() => void) | undefined;
}

/** Signals on their way. */
export interface Forwarding {
  /** The exit status for a person who insists; never resolves while nobody does. */
  readonly byUser: Promise<number>;
  readonly stop: () => void;
}

/** Signals that are sent on: those of a terminal to who has it inside, the others to the program. */
const FORWARDED = {
  SIGINT: 'foreground',
  SIGQUIT: 'foreground',
  SIGWINCH: 'foreground',
  SIGTSTP: 'foreground',
  SIGCONT: 'foreground',
  SIGTERM: 'program',
  SIGHUP: 'program',
  SIGUSR1: 'program',
  SIGUSR2: 'program',
} as const;
/** On a terminal, a program that has not taken a Ctrl-C after this time does not listen. */
const PATIENCE_MS = 2000;

/**
 * Sends the command's signals on. A further Ctrl-C is a person who insists on the end of it all: always where there is no terminal,
 * and else when nobody inside has taken the first within two seconds.
 */
export function forwardSignals(target: SignalTarget, source: SignalSource): Forwarding {
  const { enclave, process, terminated } = target;
  const instead: Readonly<Partial<Record<SignalName, (() => void) | undefined>>> = { SIGWINCH: target.resized, SIGCONT: target.continued };
  const stops: (() => void)[] = [];
  const byUser = new Promise<number>((insist) => {
    const patience = new Patience(target, source);
    for (const [name, receiver] of Object.entries(FORWARDED)) {
      const signal = name as keyof typeof FORWARDED;
      const send = (): void => {
        // One that has just ended needs no signal.
        (receiver === 'foreground' ? enclave.kill(signal, receiver) : process.kill(signal)).catch(() => undefined);
      };
      stops.push(source.onSignal(signal, () => {
        const other = instead[signal];
        if (other !== undefined) {
          other();
          return;
        }
        if (signal === 'SIGINT') {
          void patience.isOver().then((isOver) => {
            if (isOver) insist(statusOf({ signal, core: false }));
            else send();
          });
          return;
        }
        send();
        if (signal === 'SIGTERM') terminated?.();
      }));
    }
  });
  return {
    byUser,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

/** Keeps a signal from taking effect, and from being lost, until those are there who are to get it. Gives what ends that and tells whether it came. */
export function holdSignal(source: Pick<SignalSource, 'onSignal'>, signal: SignalName): () => boolean {
  let hasCome = false;
  const off = source.onSignal(signal, () => { hasCome = true; });
  return () => {
    off();
    return hasCome;
  };
}

/** How long Ctrl-C has been without effect. */
class Patience {
  readonly #target: SignalTarget;
  readonly #source: SignalSource;
  /** When the first was sent that nobody is known to have taken. */
  #since: number | undefined;

  constructor(target: SignalTarget, source: SignalSource) {
    this.#target = target;
    this.#source = source;
  }

  /** Called for each Ctrl-C, before it is sent. */
  async isOver(): Promise<boolean> {
    const now = this.#source.now();
    const since = (this.#since ??= now);
    if (since === now) return false;
    if (!this.#target.isOnTerminal) return true;
    if (await this.#target.enclave.takes('SIGINT', 'foreground')) {
      this.#since = now;
      return false;
    }
    return now - since >= PATIENCE_MS;
  }
}
