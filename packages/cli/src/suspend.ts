import type { Enclave, GuestProcess, SignalName } from '@occlum/pal';

/** What is stopped together with the program. */
export interface Suspending {
  readonly enclave: Pick<Enclave, 'kill'>;
  readonly process: Pick<GuestProcess, 'kill' | 'stopped'>;
  /** Puts the user's terminal back, and returns what sets it again as it was. */
  readonly leaveTerminal: () => () => void;
  /** Stops the command; resolves when the user continues it. */
  readonly stop: (signal: SignalName) => Promise<void>;
}

/**
 * Stops the command whenever its program is stopped, as one job, until the program has ended.
 *
 * @returns When it has ended.
 */
export async function suspendTogether({ enclave, process, leaveTerminal, stop }: Suspending): Promise<void> {
  for (let signal = await process.stopped(); signal !== undefined; signal = await process.stopped()) {
    const enter = leaveTerminal();
    await stop(signal);
    enter();
    await enclave.kill('SIGCONT', 'foreground');
    await process.kill('SIGCONT');
  }
}
