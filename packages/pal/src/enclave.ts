import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { getuid, pid } from 'node:process';

import { Errno, ErrnoError, errnoName } from '@occlum/errno';
import type { Denial, EnclaveEvent, LimitName } from '@occlum/libos';
import { hostBinding } from '@occlum/native';

import { checkEnclaveOptions, checkHostPaths } from './enclave-options.js';
import type { CheckedOptions, EnclaveOptions } from './enclave-options.js';
import { signalNumber } from './exit-status.js';
import type { LimitedStatus, SignalName } from './exit-status.js';
import type { GuestProcess } from './guest-process.js';
import type { GuestEnds } from './guest-ends.js';
import { GuestStdio } from './guest-stdio.js';
import { GuestTerminal } from './guest-terminal.js';
import { HostedProcess } from './hosted-process.js';
import type { EnclaveCalls } from './kernel.js';
import type { InstanceOptions } from './instance-options.js';
import { MainThreadHost } from './kernel-host.js';
import type { KernelHost } from './kernel-host.js';
import { layerFailure } from './layer-failure.js';
import { OutputMeter } from './output-meter.js';
import { searchProgram } from './path-search.js';
import { unsupportedPlatform } from './platform.js';
import { freeEnvironment } from './program-environment.js';
import type { Environment } from './program-environment.js';
import { makePrivateDirectory } from './private-directory.js';
import { checkSpawn } from './spawn-options.js';
import type { SpawnOptions } from './spawn-options.js';
import type { WorkerHost } from './worker-host.js';

/** One thread serves all enclaves of a Node process, whichever part of the program makes them: hence one holder a process. */
const shared: { workerHost?: WorkerHost } = {};
const ALL_PROCESSES = -1;
const FOREGROUND = 0;
const NOT_THERE = [-Errno.ENOENT, -Errno.ENOTDIR];

/**
 * A booted LibOS with its own processes, files and environment, in which unmodified Linux programs run.
 *
 * @example
 * ```ts
 * import { Enclave } from '@occlum/pal';
 *
 * await using enclave = await Enclave.create({ rootfs: '/' });
 * for await (const line of enclave.spawn('uname', ['-n'])) {
 *   line; // => 'occlum'
 * }
 * ```
 */
export class Enclave implements AsyncDisposable {
  readonly #calls: EnclaveCalls;
  readonly #environment: Environment;
  readonly #store: string;
  readonly #cpuset: string | undefined;
  readonly #processes = new Set<HostedProcess>();
  /** Limits that ended single processes, by pid. */
  readonly #limits = new Map<number, LimitName>();
  /** Counts what programs write to stdout and stderr, where that is limited. */
  readonly #meter: OutputMeter | undefined;
  #destroyed: Promise<void> | undefined;
  /** More was written than is allowed. */
  #isOver = false;
  /** Says that it is over. */
  #ended: () => void = () => undefined;

  private constructor({ calls, environment, store, cpuset, outputBytes, onDenied }: Booted) {
    this.#calls = calls;
    this.#environment = environment;
    this.#store = store;
    this.#cpuset = cpuset;
    if (outputBytes !== undefined) this.#meter = new OutputMeter(outputBytes, () => { this.#wroteTooMuch(outputBytes, onDenied); });
  }

  /**
   * Boots an enclave.
   *
   * @throws TypeError when an option is wrong, with its place and what would be right.
   * @throws {@link ErrnoError} `ENOENT` or `ENOTDIR` when a host path of an option is not there or of the wrong kind; `EBUSY` when another enclave
   *   has a writable layer; `EIO` when the hash tree of an image was changed; others as the host gives them.
   * @throws Error on a platform or kernel that cannot run enclaves, or when the native part is not built.
   */
  static create(options: EnclaveOptions): Promise<Enclave> {
    return Enclave.#boot(options, freeEnvironment);
  }

  /**
   * Boots an enclave of an instance that `occlum build` has made, once its signature, configuration, image, kernel and runtime are
   * verified. Its programs are root inside; they get the variables that its configuration gives them, and of those that are asked for
   * here, or when they are spawned, the ones that it lists as untrusted.
   *
   * A release enclave (`metadata.debuggable` is false) logs nothing, whatever the options say. That no other process of this user
   * reads its memory through this process, which hosts the kernel, is up to this program: see {@link protectProcess}.
   *
   * @param directory - Host directory of the instance.
   * @throws TypeError when an option is wrong, with its place and what would be right.
   * @throws {@link ErrnoError} `ENOENT` when it was not built, or a directory of the host that it names is not there; `EACCES` when something
   *   is not as it was measured or signed, with the part; `EBUSY` when it is running; those of {@link Enclave.create}.
   */
  static async fromInstance(directory: string, options: InstanceOptions = {}): Promise<Enclave> {
    const { verifyInstance } = await import('./verified-enclave.js');
    const { instance, options: measured, environment, mark } = verifyInstance(resolve(directory), options);
    const enclave = await Enclave.#boot(measured, () => environment, instance.isRelease);
    enclave.#ended = mark();
    return enclave;
  }

  static async #boot(options: EnclaveOptions, makeEnvironment: (env: CheckedOptions['env']) => Environment, isRelease = false): Promise<Enclave> {
    const { attributes, env, kernelThread, onDenied, onSummary } = checkEnclaveOptions(options);
    const unsupported = unsupportedPlatform();
    if (unsupported !== undefined) throw new Error(`Cannot run enclaves here: ${unsupported}`);
    checkHostPaths(attributes);
    const host = kernelThread === 'main' ? new MainThreadHost() : await sharedWorkerHost();
    const store = makePrivateDirectory(pid, getuid?.() ?? 0);
    let denied: Denial | undefined;
    let limited: (event: EnclaveEvent & { type: 'limit' }) => void = () => undefined;
    const calls = await host.boot((event) => {
      if (event.type === 'limit') {
        limited(event);
        return;
      }
      // Not from within the kernel, which a mistake there must not stop.
      if (event.type === 'summary') {
        if (onSummary !== undefined) queueMicrotask(() => { onSummary(event.summary); });
        return;
      }
      denied = event.denial;
      if (onDenied !== undefined) queueMicrotask(() => { onDenied(event.denial); });
    });
    try {
      const result = await calls.init({ ...attributes, store, isRelease });
      if (result < 0) throw failure(result, 'init', denied?.hint ?? bootFailure(attributes, result));
    } catch (error) {
      await calls.destroy().catch(() => undefined);
      rmSync(store, { recursive: true, force: true });
      throw error;
    }
    const enclave = new Enclave({ calls, environment: makeEnvironment(env), store, cpuset: attributes.cpuset, outputBytes: attributes.limits?.outputBytes, onDenied });
    limited = (event) => { enclave.#limited(event); };
    return enclave;
  }

  /**
   * Starts a program.
   *
   * @param path - Guest path, or a name that is looked for in the PATH of its environment; one that is no UTF-8 as bytes.
   * @param args - Its arguments, without its own name; one that is no UTF-8 as bytes.
   * @throws TypeError when something is wrong with the arguments.
   * @throws {@link ErrnoError} `EMFILE` or `ENFILE` when there are too many descriptors for its pipes, `ENOSPC` too many terminals. What else keeps the
   *   program from starting comes as the rejection of `started` and `exited`.
   */
  spawn(path: string | Uint8Array, args: readonly (string | Uint8Array)[] = [], options: SpawnOptions = {}): GuestProcess {
    const program = checkSpawn(path, args, options, this.#cpuset);
    const { entries: env, searchPath } = this.#environment(program.env);
    const ends: GuestEnds = program.tty === undefined ? new GuestStdio(program.stdio, hostBinding(), this.#meter) : new GuestTerminal(program.tty, hostBinding(), this.#meter);
    const { argv, cwd } = program;
    const attempt = (at: string): Promise<number> => this.#calls.newProcess({
      path: Buffer.from(at, 'latin1'), argv, env, cwd, stdio: ends.descriptors, isOnOwnTerminal: program.tty !== undefined, isContinuedOutside: program.jobControl,
      ...(program.cpuset !== undefined && { cpuset: program.cpuset }),
      ...(program.cpus !== undefined && { cpus: program.cpus }),
    });
    const calls = {
      start: async () => {
        if (this.#destroyed !== undefined) throw new Error(DESTROYED);
        if (this.#isOver) return -Errno.EAGAIN;
        try {
          const result = await searchProgram({ name: letters(program.path), searchPath: searchPath === undefined ? undefined : letters(searchPath), cwd: letters(cwd) }, attempt);
          if (NOT_THERE.includes(result)) await checkDirectory(cwd, attempt);
          if (result >= 0 || !this.#isDestroyed()) return result;
        } catch (error) {
          if (!this.#isDestroyed()) throw error;
        }
        throw new Error(DESTROYED);
      },
      wait: (at: number) => this.#calls.execThread(at),
      kill: (at: number, signal: number, scope: 'process' | 'tree') => this.#calls.kill(at, signal, scope),
      stopOf: (at: number) => this.#calls.stopOf(at),
      limitOf: (at: number) => this.#limits.get(at),
      over: () => {
        this.#processes.delete(process);
        if (process.pid !== undefined) this.#limits.delete(process.pid);
      },
    };
    const process = new HostedProcess(calls, ends, program, Buffer.from(program.path).toString());
    this.#processes.add(process);
    return process;
  }

  /**
   * Sends a signal to every process of the enclave, or to those that a terminal would send it to: the foreground group of
   * the session of its first program.
   *
   * @throws TypeError when there is no such signal.
   */
  async kill(signal: SignalName | number = 'SIGTERM', who: 'all' | 'foreground' = 'all'): Promise<void> {
    const result = await this.#calls.kill(who === 'all' ? ALL_PROCESSES : FOREGROUND, signalNumber(signal));
    if (result < 0 && errnoName(result) !== 'ESRCH') throw failure(result, 'kill', `cannot send ${signal} to the enclave`);
  }

  /**
   * Whether a program has taken such a signal, or would: one of those that {@link Enclave.kill} means has a handler for it, and none of
   * that signal waits for it.
   *
   * @throws TypeError when there is no such signal.
   */
  async takes(signal: SignalName | number, who: 'all' | 'foreground' = 'all'): Promise<boolean> {
    return (await this.#calls.takes(who === 'all' ? ALL_PROCESSES : FOREGROUND, signalNumber(signal))) > 0;
  }

  /** Ends every process, and gives back all that the enclave holds, its files too. More than one call does no harm. */
  destroy(): Promise<void> {
    if (this.#destroyed === undefined) {
      for (const process of this.#processes) process.enclaveDestroyed();
      // The supervisor removes its directory by itself, unless somebody ended it; rmSync is code that Node would load first.
      this.#destroyed = this.#calls.destroy().finally(() => {
        this.#ended();
        if (existsSync(this.#store)) rmSync(this.#store, { recursive: true, force: true });
      });
    }
    return this.#destroyed;
  }

  /** Ends everything; more than once where more than one byte is too much. */
  #wroteTooMuch(outputBytes: number, onDenied: CheckedOptions['onDenied']): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const detail = `the enclave was ended by its limit outputBytes: its programs wrote more than the ${outputBytes} bytes to stdout and stderr that are allowed`;
    const place = 'limits.outputBytes';
    onDenied?.({ operation: 'write', object: 'stdout and stderr', rule: place, place, hint: `${detail}; raise ${place} if it is meant to use more` });
    this.#limited({ type: 'limit', limit: 'outputBytes', detail });
    this.kill('SIGKILL').catch(() => undefined);
  }

  #limited({ limit, detail, pid }: EnclaveEvent & { type: 'limit' }): void {
    if (pid !== undefined) {
      this.#limits.set(pid, limit);
      return;
    }
    const status: LimitedStatus = { reason: 'limit', limit, detail };
    for (const process of this.#processes) process.limited(status);
  }

  /** Also after an await, in which it may come about. */
  #isDestroyed(): boolean {
    return this.#destroyed !== undefined;
  }

  /** As {@link Enclave.destroy}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.destroy();
  }
}

/** What an enclave that was booted has. */
interface Booted {
  readonly calls: EnclaveCalls;
  readonly environment: Environment;
  /** Its private directory. */
  readonly store: string;
  /** What programs may write to stdout and stderr. */
  readonly outputBytes: number | undefined;
  readonly onDenied: EnclaveOptions['onDenied'];
  /** The only CPUs that it may use. */
  readonly cpuset: string | undefined;
}

const DESTROYED = 'the enclave was destroyed';

/** The holder of the kernel thread; its code is not even loaded where nobody asks for that thread. */
async function sharedWorkerHost(): Promise<KernelHost> {
  const { WorkerHost } = await import('./worker-host.js');
  return (shared.workerHost ??= new WorkerHost());
}

/**
 * Tells a missing program from a missing directory to start it in. The LibOS looks at the directory first, and `/` is never a
 * program, so that its error is about the directory or EACCES.
 */
async function checkDirectory(cwd: string, attempt: (path: string) => Promise<number>): Promise<void> {
  const result = await attempt('/');
  if (NOT_THERE.includes(result)) throw failure(result, 'chdir', cwd);
}

function bootFailure(attributes: CheckedOptions['attributes'], result: number): string {
  const code = errnoName(result);
  if (code === 'EBUSY' || code === 'EUCLEAN') return layerFailure(attributes, code);
  return `cannot boot an enclave on ${attributes.rootfs}${mountsOf(attributes)}`;
}

/** What else can be wrong with a boot whose host paths are all there: a place that a mount cannot have. */
function mountsOf({ mounts }: CheckedOptions['attributes']): string {
  return mounts.length === 0 ? '' : ` with mounts at ${mounts.map(({ target }) => target).join(', ')}`;
}

function failure(result: number, syscall: string, detail: string): ErrnoError {
  return new ErrnoError(errnoName(result) ?? 'EINVAL', { syscall, detail });
}

/** Each byte as a letter: so text and bytes are looked at alike. */
function letters(text: string | Uint8Array): string {
  return Buffer.from(text).toString('latin1');
}
