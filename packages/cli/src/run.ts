import { isErrnoError } from '@occlum/errno';
import { hostBinding } from '@occlum/native';
import { Enclave } from '@occlum/pal';
import type { GuestProcess, SignalName } from '@occlum/pal';

import type { RunRequest } from './run-request.js';
import { refusalOf, Status, statusOf } from './status.js';
import { saveTerminal } from './terminal.js';

/** What `occlum run` needs of the process it runs in. */
export interface Shell {
  /** Calls back for each such signal that arrives; returns what takes the listener off. */
  onSignal(signal: SignalName, listener: () => void): () => void;
  /** Writes one line to stderr. */
  complain(line: string): void;
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
/** A second one of these means that the first was not listened to, and ends everything. */
const URGENT: readonly SignalName[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'];

/**
 * Boots an enclave, runs a program in it on this process's own stdin, stdout and stderr, and ends all that is left.
 *
 * @returns The exit status for the shell.
 */
export async function run(request: RunRequest, shell: Shell): Promise<number> {
  const restoreTerminal = saveTerminal(hostBinding());
  let enclave: Enclave;
  try {
    enclave = await Enclave.create({ ...request.enclave, kernelThread: 'main' });
  } catch (error) {
    shell.complain(refusalOf(error, request.program).message);
    return Status.failed;
  }
  try {
    return await runIn(enclave, request, shell);
  } finally {
    await enclave.destroy();
    restoreTerminal();
  }
}

async function runIn(enclave: Enclave, request: RunRequest, shell: Shell): Promise<number> {
  let killed: Forwarding | undefined;
  try {
    const { process } = await start(enclave, request);
    killed = forwardSignals(enclave, process, shell);
    const status = await Promise.race([process.exited, killed.byUser]);
    if (typeof status === 'number') return status;
    if (status.reason === 'timeout') shell.complain(`${request.program} ran longer than ${request.timeoutMs ?? 0} ms, all of its processes were ended`);
    return statusOf(status);
  } catch (error) {
    const refusal = refusalOf(error, request.program);
    shell.complain(refusal.message);
    return refusal.status;
  } finally {
    killed?.stop();
  }
}

/** Starts the program in its directory; one that nobody asked for may be missing inside, and `/` takes its place. (A handle by itself is awaited for its status.) */
async function start(enclave: Enclave, { program, args, cwd, timeoutMs }: RunRequest): Promise<{ process: GuestProcess }> {
  const options = { stdio: 'inherit', ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }) } as const;
  const process = enclave.spawn(program, args, { ...options, cwd: cwd.path });
  try {
    await process.started;
    return { process };
  } catch (error) {
    if (cwd.isAsked || !isErrnoError(error) || error.syscall !== 'chdir') throw error;
    const elsewhere = enclave.spawn(program, args, options);
    await elsewhere.started;
    return { process: elsewhere };
  }
}

interface Forwarding {
  /** The exit status for a person who insists. */
  readonly byUser: Promise<number>;
  readonly stop: () => void;
}

/** Sends the command's signals to the program. */
function forwardSignals(enclave: Enclave, process: GuestProcess, shell: Shell): Forwarding {
  const stops: (() => void)[] = [];
  const byUser = new Promise<number>((insist) => {
    let urgent = 0;
    for (const [name, target] of Object.entries(FORWARDED)) {
      const signal = name as keyof typeof FORWARDED;
      stops.push(shell.onSignal(signal, () => {
        if (URGENT.includes(signal) && ++urgent > 1) {
          insist(statusOf({ signal, core: false }));
          return;
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
