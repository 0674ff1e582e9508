import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { EnclaveListener } from '@occlum/libos';

import type { EnclaveCalls } from './kernel.js';
import type { KernelHost } from './kernel-host.js';
import type { AnswerMessage, CallMessage, CallName, EventMessage } from './kernel-messages.js';

/** What is asked of a worker thread; tests pass a fake. */
export interface KernelWorker {
  postMessage(message: CallMessage): void;
  on(event: 'message', listener: (message: AnswerMessage | EventMessage) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface Waiting {
  readonly resolve: (result: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Hosts the kernels of all enclaves on one worker thread, which starts with the first enclave and ends with the last, so
 * that neither can the program's work stall the guests nor the guests' the program.
 */
export class WorkerHost implements KernelHost {
  readonly #start: () => KernelWorker;
  #thread: KernelThread | undefined;
  #nextEnclave = 1;

  /** @param start - Starts the worker; the real one when left out. */
  constructor(start: () => KernelWorker = startWorker) {
    this.#start = start;
  }

  boot(listener: EnclaveListener): Promise<EnclaveCalls> {
    if (this.#thread === undefined || this.#thread.isOver) {
      this.#thread = new KernelThread(this.#start());
    }
    const thread = this.#thread;
    const enclave = this.#nextEnclave++;
    thread.enclaves.set(enclave, listener);
    const call = <Name extends CallName>(name: Name, ...args: Parameters<EnclaveCalls[Name]>): Promise<number> => thread.call(enclave, name, args);
    return Promise.resolve({
      init: (attributes) => call('init', attributes),
      newProcess: (attributes) => call('newProcess', attributes),
      execThread: (pid) => call('execThread', pid),
      kill: (...args) => call('kill', ...args),
      stopOf: (pid) => call('stopOf', pid),
      takes: (...args) => call('takes', ...args),
      broadcastInterrupts: () => call('broadcastInterrupts'),
      destroy: async () => {
        try {
          await call('destroy');
        } finally {
          await this.#release(thread, enclave);
        }
      },
    });
  }

  async #release(thread: KernelThread, enclave: number): Promise<void> {
    thread.enclaves.delete(enclave);
    if (thread.enclaves.size > 0) return;
    if (this.#thread === thread) this.#thread = undefined;
    await thread.end();
  }
}

/** One worker, the enclaves it serves and the calls it owes an answer. */
class KernelThread {
  readonly worker: KernelWorker;
  /** Who hears of the events of each. */
  readonly enclaves = new Map<number, EnclaveListener>();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #failure: Error | undefined;
  #isEnding = false;

  constructor(worker: KernelWorker) {
    this.worker = worker;
    worker.on('message', (message) => {
      if ('event' in message) this.enclaves.get(message.enclave)?.(message.event);
      else this.#answered(message);
    });
    worker.on('error', (error) => {
      this.#fail(new Error(`the kernel thread failed: ${error.message}`, { cause: error }));
    });
    worker.on('exit', () => {
      this.#fail(new Error('the kernel thread has ended'));
    });
    worker.unref();
  }

  get isOver(): boolean {
    return this.#failure !== undefined;
  }

  call(enclave: number, name: CallName, args: readonly unknown[]): Promise<number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      // An idle enclave does not keep Node alive; a call that waits does, and for as long as a guest runs one waits for its end.
      if (this.#waiting.size === 0) this.worker.ref();
      this.#waiting.set(id, { resolve, reject });
      // The pairing of name and arguments is checked where the call is made.
      this.worker.postMessage({ id, enclave, call: name, args } as CallMessage);
    });
  }

  /** Ends the worker; calls that wait for an answer fail. */
  async end(): Promise<void> {
    // Node waits for the end, also where an answer that is on its way leaves nobody waiting.
    this.#isEnding = true;
    this.worker.ref();
    await this.worker.terminate();
  }

  #answered(answer: AnswerMessage): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0 && !this.#isEnding) this.worker.unref();
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new Error(`the LibOS failed, which is a bug in it: ${answer.failure}`));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** Starts the worker from the built file beside this one. */
function startWorker(): KernelWorker {
  const name = 'occlum-kernel';
  if (!import.meta.filename.endsWith('.ts')) return new Worker(join(import.meta.dirname, 'kernel-thread.js'), { name });
  // Tests of this repository run from source text, which a worker of Node 20 reads only with a loader.
  const source = pathToFileURL(join(import.meta.dirname, 'kernel-thread.ts')).href;
  const code = `import(${JSON.stringify('tsx/esm/api')}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); });`;
  return new Worker(code, { name, eval: true, execArgv: ['--conditions=@occlum/source'] });
}
