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
  readonly enclave: Pick<Enclave, 'kill'>;
  readonly process: Pick<GuestProcess, 'kill'>;
  /** Whether the program reads the terminal key by key, and so may get Ctrl-C any number of times. */
  readonly isReadByKey: () => boolean;
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
  SIGTERM: 'program',
  SIGHUP: 'program',
  SIGUSR1: 'program',
  SIGUSR2: 'program',
} as const;
const URGENT: readonly SignalName[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'];
/** Two urgent signals in this time mean that the first was not listened to. */
const INSIST_MS = 2000;

/** Sends the command's signals on; two urgent ones in two seconds are a person who insists on the end of it all. */
export function forwardSignals({ enclave, process, isReadByKey }: SignalTarget, source: SignalSource): Forwarding {
  const stops: (() => void)[] = [];
  const byUser = new Promise<number>((insist) => {
    let last = Number.NEGATIVE_INFINITY;
    for (const [name, target] of Object.entries(FORWARDED)) {
      const signal = name as keyof typeof FORWARDED;
      stops.push(source.onSignal(signal, () => {
        if (URGENT.includes(signal)) {
          const now = source.now();
          if (now - last < INSIST_MS && !isReadByKey()) insist(statusOf({ signal, core: false }));
          last = now;
        }
        // One that has just ended needs no signal.
        (target === 'foreground' ? enclave.kill(signal, target) : process.kill(signal)).catch(() => undefined);
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
