import { isErrnoError } from '@occlum/errno';
import { hostBinding } from '@occlum/native';
import { Enclave } from '@occlum/pal';
import type { DenialSummary, EnclaveOptions, GuestProcess, SignalName, SpawnOptions } from '@occlum/pal';

import { checkVolumes } from './check-volumes.js';
import { forwardSignals, holdSignal } from './forward-signals.js';
import type { Forwarding, SignalSource } from './forward-signals.js';
import { JobTerminal } from './job-terminal.js';
import { isForeground, isJob } from './job.js';
import type { OwnTerminal } from './own-terminal.js';
import type { RunRequest } from './run-request.js';
import type { Ending } from './run-result.js';
import { refusalOf, Status, statusOf } from './status.js';
import { Suspension } from './suspension.js';
import { terminalOf } from './terminal.js';

/** What `occlum run` needs of the process it runs in. */
export interface Shell extends SignalSource {
  /** Writes one line to stderr. */
  complain(line: string): void;
  /** Stops the command's own process group; resolves when it goes on. */
  stop(signal: SignalName): Promise<void>;
}

/**
 * Boots an enclave, runs a program in it on this process's own stdin, stdout and stderr, and ends all that is left.
 *
 * @returns The exit status for the shell.
 * @throws UsageError when a volume names nothing that can be mounted, or a result cannot be written where it is to be.
 */
export async function run(request: RunRequest, shell: Shell): Promise<number> {
  checkVolumes(request);
  const isAsked = request.results.length > 0;
  // Only who asks for it waits for its code.
  const results = isAsked ? await import('./run-result.js') : undefined;
  const writer = results === undefined ? undefined : new results.ResultWriter(request.results);
  const startMs = shell.now();
  let summary: DenialSummary | undefined;
  let ending: Ending = { status: Status.failed };
  try {
    ending = await runWhole(request, shell, request.explain || isAsked ? { onSummary: (all) => (summary = all) } : {});
  } finally {
    if (request.explain && summary !== undefined) for (const line of (await import('./explain.js')).explain(summary, request)) shell.complain(line);
    if (results !== undefined) writer?.write(results.toResult(request.program, ending, summary, shell.now() - startMs));
  }
  return ending.status;
}

async function runWhole(request: RunRequest, shell: Shell, listener: Pick<EnclaveOptions, 'onSummary'>): Promise<Ending> {
  let enclave: Enclave;
  try {
    enclave = await boot(request, listener);
  } catch (error) {
    const { message } = refusalOf(error, request.program);
    shell.complain(message);
    return { status: Status.failed, error: message };
  }
  const binding = hostBinding();
  const user = terminalOf(binding);
  const job = new JobTerminal(binding, () => user === undefined || isForeground(binding, user));
  // Only who asks for a terminal waits for its code.
  const terminal = request.tty ? new (await import('./own-terminal.js')).OwnTerminal(binding, job) : undefined;
  try {
    return await runIn(enclave, request, { shell, terminal, job, isOnTerminal: user !== undefined });
  } finally {
    if (terminal !== undefined) {
      // The output is at its end once nobody has the terminal. The host throws away what is unread when the enclave goes.
      await enclave.kill('SIGKILL').catch(() => undefined);
      await terminal.finish();
    }
    await enclave.destroy();
    job.end();
  }
}

function boot({ place }: RunRequest, listener: Pick<EnclaveOptions, 'onSummary'>): Promise<Enclave> {
  if ('enclave' in place) return Enclave.create({ ...place.enclave, ...listener, kernelThread: 'main' });
  return Enclave.fromInstance(place.instance, { ...place.options, ...listener, kernelThread: 'main' });
}

/** Where a program is run. */
interface Surroundings {
  readonly shell: Shell;
  /** The program's own. */
  readonly terminal: OwnTerminal | undefined;
  /** The user's. */
  readonly job: JobTerminal;
  /** Whether there is one. */
  readonly isOnTerminal: boolean;
}

async function runIn(enclave: Enclave, request: RunRequest, surroundings: Surroundings): Promise<Ending> {
  const { shell, terminal, job, isOnTerminal } = surroundings;
  const { stopTimeoutMs } = request;
  // The program may run, and read the terminal, before it is known here.
  const hasBeenStopped = holdSignal(shell, 'SIGTSTP');
  let forwarding: Forwarding | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const jobControl = isOnTerminal && isJob();
    const { process } = await start(enclave, request, { ...(terminal === undefined ? { stdio: 'inherit' } : { tty: terminal.options }), jobControl });
    terminal?.attach(process);
    const suspension = jobControl ? new Suspension({
      enclave,
      process,
      leaveTerminal: terminal?.leave ?? (() => { job.leave(); }),
      enterTerminal: terminal?.enter ?? (() => { job.enter(); }),
      stop: (signal) => shell.stop(signal),
    }) : undefined;
    forwarding = forwardSignals({
      enclave,
      process,
      isOnTerminal,
      resized: terminal === undefined ? undefined : () => { terminal.resize(); },
      continued: suspension?.goOn,
      terminated: stopTimeoutMs === undefined ? undefined : () => {
        timer ??= setTimeout(() => { enclave.kill('SIGKILL').catch(() => undefined); }, stopTimeoutMs);
      },
    }, shell);
    suspension?.run().catch(() => undefined);
    if (hasBeenStopped()) enclave.kill('SIGTSTP', 'foreground').catch(() => undefined);
    const status = await Promise.race([process.exited, forwarding.byUser]);
    if (typeof status === 'number') return { status };
    if (status.reason === 'timeout') shell.complain(`${request.program} ran longer than ${request.timeoutMs ?? 0} ms, all of its processes were ended`);
    const limit = 'limit' in status ? status.limit : undefined;
    const limitPlace = limit === undefined ? undefined : request.limitedBy?.(limit);
    if (status.reason === 'limit') shell.complain(`${status.detail}${limitPlace === undefined ? '' : `, by ${limitPlace}`}`);
    return { status: statusOf(status), ended: status, limitPlace };
  } catch (error) {
    const refusal = refusalOf(error, request.program);
    const why = request.whyNot?.();
    const message = why === undefined ? refusal.message : `cannot run ${request.program}: ${why}`;
    shell.complain(message);
    return { status: refusal.status, error: message };
  } finally {
    hasBeenStopped();
    forwarding?.stop();
    clearTimeout(timer);
  }
}

/** Starts the program in its directory; one that nobody asked for may be missing inside, and `/` takes its place. (A handle by itself is awaited for its status.) */
async function start(enclave: Enclave, request: RunRequest, place: SpawnOptions): Promise<{ process: GuestProcess }> {
  const { path, args, argv0, cwd, timeoutMs, stopTimeoutMs } = request;
  const options: SpawnOptions = {
    ...place,
    ...(argv0 === undefined ? {} : { argv0 }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(stopTimeoutMs === undefined ? {} : { stopTimeout: stopTimeoutMs }),
  };
  const process = enclave.spawn(path, args, { ...options, cwd: cwd.path });
  try {
    await process.started;
    return { process };
  } catch (error) {
    if (cwd.isAsked || !isErrnoError(error) || error.syscall !== 'chdir') throw error;
    const elsewhere = enclave.spawn(path, args, options);
    await elsewhere.started;
    return { process: elsewhere };
  }
}
