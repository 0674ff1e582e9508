import { isErrnoError } from '@occlum/errno';
import { hostBinding } from '@occlum/native';
import { Enclave } from '@occlum/pal';
import type { DenialSummary, EnclaveOptions, GuestProcess, SignalName, SpawnOptions } from '@occlum/pal';

import { checkVolumes } from './check-volumes.js';
import { forwardSignals } from './forward-signals.js';
import type { Forwarding, SignalSource } from './forward-signals.js';
import { isForeground, isJob } from './job.js';
import type { OwnTerminal } from './own-terminal.js';
import type { RunRequest } from './run-request.js';
import { refusalOf, Status, statusOf } from './status.js';
import { suspendTogether } from './suspend.js';
import { saveTerminal, terminalOf } from './terminal.js';

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
 * @throws UsageError when a volume names nothing that can be mounted.
 */
export async function run(request: RunRequest, shell: Shell): Promise<number> {
  checkVolumes(request);
  let enclave: Enclave;
  let summary: DenialSummary | undefined;
  try {
    enclave = await boot(request, request.explain ? { onSummary: (all) => (summary = all) } : {});
  } catch (error) {
    shell.complain(refusalOf(error, request.program).message);
    return Status.failed;
  }
  const restoreTerminal = saveTerminal(hostBinding(), (descriptor) => isForeground(hostBinding(), descriptor));
  // Only who asks for a terminal waits for its code.
  const terminal = request.tty ? new (await import('./own-terminal.js')).OwnTerminal(hostBinding()) : undefined;
  try {
    return await runIn(enclave, request, { shell, terminal, restoreTerminal });
  } finally {
    if (terminal !== undefined) {
      // The output is at its end once nobody has the terminal. The host throws away what is unread when the enclave goes.
      await enclave.kill('SIGKILL').catch(() => undefined);
      await terminal.finish();
    }
    await enclave.destroy();
    restoreTerminal();
    // Only who asks for it waits for its code.
    if (summary !== undefined) for (const line of (await import('./explain.js')).explain(summary, request)) shell.complain(line);
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
  /** Sets the user's terminal as it was before. */
  readonly restoreTerminal: () => void;
}

/** What is needed to stop with the program. */
interface Suspension extends Surroundings {
  /** A descriptor of the user's terminal. */
  readonly user: number;
}

async function runIn(enclave: Enclave, request: RunRequest, surroundings: Surroundings): Promise<number> {
  const { shell, terminal } = surroundings;
  const { stopTimeoutMs } = request;
  let forwarding: Forwarding | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const user = terminalOf(hostBinding());
    const jobControl = user !== undefined && isJob();
    const { process } = await start(enclave, request, { ...(terminal === undefined ? { stdio: 'inherit' } : { tty: terminal.options }), jobControl });
    terminal?.attach(process);
    forwarding = forwardSignals({
      enclave,
      process,
      isOnTerminal: user !== undefined,
      resized: terminal === undefined ? undefined : () => { terminal.resize(); },
      terminated: stopTimeoutMs === undefined ? undefined : () => {
        timer ??= setTimeout(() => { enclave.kill('SIGKILL').catch(() => undefined); }, stopTimeoutMs);
      },
    }, shell);
    if (jobControl) suspendWith(enclave, process, { ...surroundings, user });
    const status = await Promise.race([process.exited, forwarding.byUser]);
    if (typeof status === 'number') return status;
    if (status.reason === 'timeout') shell.complain(`${request.program} ran longer than ${request.timeoutMs ?? 0} ms, all of its processes were ended`);
    if (status.reason === 'limit') shell.complain(`${status.detail}${request.limitedBy?.(status.limit) ?? ''}`);
    return statusOf(status);
  } catch (error) {
    const refusal = refusalOf(error, request.program);
    const why = request.whyNot?.();
    shell.complain(why === undefined ? refusal.message : `cannot run ${request.program}: ${why}`);
    return refusal.status;
  } finally {
    forwarding?.stop();
    clearTimeout(timer);
  }
}

/** Has Ctrl-Z stop the command with its program. Who continues it in the background keeps the terminal until it is in front again. */
function suspendWith(enclave: Enclave, process: GuestProcess, { shell, restoreTerminal, terminal, user }: Suspension): void {
  const binding = hostBinding();
  let awaited: (() => void) | undefined;
  const leaveTerminal = (): (() => void) => {
    // Where it was left before and has not come to the front since, it is as its user has it.
    if (awaited !== undefined) return awaited;
    const set = saveTerminal(binding);
    restoreTerminal();
    const enter = (): void => {
      if (!isForeground(binding, user)) {
        terminal?.pause();
        return;
      }
      off();
      awaited = undefined;
      if (terminal === undefined) set();
      else terminal.resume();
    };
    const off = shell.onSignal('SIGCONT', enter);
    awaited = enter;
    return enter;
  };
  void suspendTogether({ enclave, process, leaveTerminal, stop: (signal) => shell.stop(signal) }).catch(() => undefined);
}

/** Starts the program in its directory; one that nobody asked for may be missing inside, and `/` takes its place. (A handle by itself is awaited for its status.) */
async function start(enclave: Enclave, request: RunRequest, place: SpawnOptions): Promise<{ process: GuestProcess }> {
  const { program, args, argv0, cwd, timeoutMs, stopTimeoutMs } = request;
  const options: SpawnOptions = {
    ...place,
    ...(argv0 === undefined ? {} : { argv0 }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(stopTimeoutMs === undefined ? {} : { stopTimeout: stopTimeoutMs }),
  };
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
