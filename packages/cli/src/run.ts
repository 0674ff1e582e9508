import { isErrnoError } from '@occlum/errno';
import { hostBinding } from '@occlum/native';
import { Enclave } from '@occlum/pal';
import type { GuestProcess } from '@occlum/pal';

import { checkVolumes } from './check-volumes.js';
import { forwardSignals } from './forward-signals.js';
import type { Forwarding, SignalSource } from './forward-signals.js';
import type { RunRequest } from './run-request.js';
import { refusalOf, Status, statusOf } from './status.js';
import { isReadByKey, saveTerminal } from './terminal.js';

/** What `occlum run` needs of the process it runs in. */
export interface Shell extends SignalSource {
  /** Writes one line to stderr. */
  complain(line: string): void;
}

/**
 * Boots an enclave, runs a program in it on this process's own stdin, stdout and stderr, and ends all that is left.
 *
 * @returns The exit status for the shell.
 * @throws UsageError when a volume names nothing that can be mounted.
 */
export async function run(request: RunRequest, shell: Shell): Promise<number> {
  checkVolumes(request);
  let enclave: Enclave;
  try {
    enclave = await Enclave.create({ ...request.enclave, kernelThread: 'main' });
  } catch (error) {
    shell.complain(refusalOf(error, request.program).message);
    return Status.failed;
  }
  const restoreTerminal = saveTerminal(hostBinding());
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
    killed = forwardSignals({ enclave, process, isReadByKey: () => isReadByKey(hostBinding()) }, shell);
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
