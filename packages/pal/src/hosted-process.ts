import type { Readable, Writable } from 'node:stream';

import { ErrnoError, errnoName } from '@occlum/errno';
import type { LimitName } from '@occlum/libos';

import { signalName, signalNumber, toExitStatus } from './exit-status.js';
import type { EndedStatus, ExitStatus, LimitedStatus, SignalName } from './exit-status.js';
import type { GuestProcess } from './guest-process.js';
import type { GuestEnds, TerminalSize } from './guest-ends.js';
import { checkTerminalSize } from './spawn-options.js';

/** What a process needs of its enclave. */
export interface ProcessCalls {
  /** Starts the program; its pid, or a negative error number. */
  start(): Promise<number>;
  /** The wait status of the program when it has ended, or a negative error number. */
  wait(pid: number): Promise<number>;
  /** Sends a signal to the program, or to it and all that it started. */
  kill(pid: number, signal: number, scope: 'process' | 'tree'): Promise<number>;
  /** The signal that stopped the program, once one has; 0 when it has ended. */
  stopOf(pid: number): Promise<number>;
  /** The limit that ended the program by a signal, if one did; known before its status is. */
  limitOf(pid: number): LimitName | undefined;
  /** It has ended, or was never started. */
  over(): void;
}

/** What may end a process from outside. */
export interface ProcessBounds {
  readonly timeoutMs: number | undefined;
  /** What the program has to end by itself. */
  readonly stopTimeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

const SIGKILL = 9;
const SIGTERM = 15;

/** The program behind a {@link GuestProcess}. */
export class HostedProcess implements GuestProcess {
  readonly #calls: ProcessCalls;
  readonly #stopTimeoutMs: number | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  readonly #stdio: GuestEnds;
  readonly #started: Promise<number>;
  readonly #exited: Promise<ExitStatus>;
  #pid: number | undefined;
  #ended: EndedStatus | LimitedStatus | undefined;
  #over = false;

  /**
   * Starts it.
   *
   * @param name - Program, for errors.
   */
  constructor(calls: ProcessCalls, stdio: GuestEnds, bounds: ProcessBounds, name: string) {
    this.#calls = calls;
    this.#stdio = stdio;
    this.#stopTimeoutMs = bounds.stopTimeoutMs;
    this.#started = this.#start(name);
    this.#exited = this.#run(bounds, name);
    // Both tell of the same failure: who looks at `exited` need not look at `started` too.
    this.#started.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  get started(): Promise<number> {
    this.#exited.catch(() => undefined);
    return this.#started;
  }

  get exited(): Promise<ExitStatus> {
    return this.#exited;
  }

  get stdin(): Writable {
    return piped(this.#stdio.stdin, 'stdin');
  }

  get stdout(): Readable {
    return piped(this.#stdio.stdout, 'stdout');
  }

  get stderr(): Readable {
    return piped(this.#stdio.stderr, 'stderr');
  }

  resize(size: TerminalSize): void {
    checkTerminalSize('size', size);
    if (this.#stdio.resize === undefined) throw new TypeError('it has no terminal of its own, spawn with tty to use resize');
    this.#stdio.resize(size);
  }

  async kill(signal: SignalName | number = 'SIGTERM'): Promise<void> {
    const number = signalNumber(signal);
    const pid = await this.started;
    if (this.#over) return;
    const result = await this.#calls.kill(pid, number, 'process');
    if (result < 0 && errnoName(result) !== 'ESRCH') throw failure(result, 'kill', `cannot send ${signal} to process ${pid}`);
  }

  async stopped(): Promise<SignalName | undefined> {
    const pid = await this.started;
    if (this.#over) return undefined;
    const signal = await this.#calls.stopOf(pid);
    return signal > 0 ? signalName(signal) : undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    await this.started;
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of this.stdout as AsyncIterable<Uint8Array>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    rest += decoder.decode();
    if (rest !== '') yield rest;
  }

  /** A handle that is awaited gives its status. */
  then<T = ExitStatus, U = never>(onfulfilled?: ((status: ExitStatus) => T | PromiseLike<T>) | null, onrejected?: ((reason: unknown) => U | PromiseLike<U>) | null): Promise<T | U> {
    return this.#exited.then(onfulfilled, onrejected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end({ reason: 'aborted', detail: 'the handle was disposed of' });
    await this.#exited.catch(() => undefined);
    this.#stdio.destroy();
  }

  /** The enclave is gone: a program that did not end before is over now. */
  enclaveDestroyed(): void {
    this.#stdio.ended();
    this.#end({ reason: 'destroyed', detail: 'the enclave was destroyed' });
  }

  /** A limit has ended all of the enclave. */
  limited(status: LimitedStatus): void {
    this.#end(status);
  }

  async #start(name: string): Promise<number> {
    try {
      const result = await this.#calls.start();
      if (result < 0) throw failure(result, 'spawn', name);
      return (this.#pid = result);
    } catch (error) {
      this.#over = true;
      this.#stdio.destroy();
      throw error;
    } finally {
      this.#stdio.handedOver();
    }
  }

  async #run({ timeoutMs, signal }: ProcessBounds, name: string): Promise<ExitStatus> {
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => {
      this.#stop({ reason: 'timeout', detail: `it ran longer than ${timeoutMs} ms` });
    }, timeoutMs);
    const abort = (): void => {
      this.#stop({ reason: 'aborted', detail: `the signal was aborted: ${String(signal?.reason)}` });
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    try {
      const pid = await this.#started;
      if (this.#ended !== undefined) this.#killTree(pid);
      const status = await this.#wait(pid);
      await this.#stdio.drained?.();
      if (this.#ended !== undefined) {
        // What it left behind does not outlive its time.
        this.#killTree(pid);
        return this.#ended;
      }
      if (status < 0) throw failure(status, 'spawn', name);
      const ended = toExitStatus(status);
      if (ended.signal === undefined) return ended;
      const limit = this.#calls.limitOf(pid);
      return limit === undefined ? ended : { ...ended, limit };
    } finally {
      this.#over = true;
      this.#calls.over();
      clearTimeout(timer);
      clearTimeout(this.#killTimer);
      signal?.removeEventListener('abort', abort);
      this.#stdio.ended();
    }
  }

  /** Ends it, after it had its time to do so by itself. */
  #stop(status: EndedStatus): void {
    if (this.#stopTimeoutMs === undefined || this.#pid === undefined) {
      this.#end(status);
      return;
    }
    if (this.#over || this.#ended !== undefined) return;
    this.#ended = status;
    const pid = this.#pid;
    this.#calls.kill(pid, SIGTERM, 'process').catch(() => undefined);
    this.#killTimer = setTimeout(() => { this.#killTree(pid); }, this.#stopTimeoutMs);
  }

  #end(status: EndedStatus | LimitedStatus): void {
    if (this.#over || this.#ended !== undefined) return;
    this.#ended = status;
    if (this.#pid !== undefined) this.#killTree(this.#pid);
  }

  /** What fails here has its enclave gone, and itself with it. */
  #killTree(pid: number): void {
    this.#calls.kill(pid, SIGKILL, 'tree').catch(() => undefined);
  }

  /** Its wait status; where its enclave is destroyed before that is known, the decided end holds. */
  async #wait(pid: number): Promise<number> {
    try {
      return await this.#calls.wait(pid);
    } catch (error) {
      if (this.#ended === undefined) throw error;
      return SIGKILL;
    }
  }
}

function piped<T>(stream: T | undefined, name: string): T {
  if (stream === undefined) throw new TypeError(`${name} is not a pipe, spawn with stdio "pipe" to use it`);
  return stream;
}

function failure(result: number, syscall: string, detail: string): ErrnoError {
  return new ErrnoError(errnoName(result) ?? 'EINVAL', { syscall, detail });
}
