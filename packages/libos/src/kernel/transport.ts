import { InterruptHelper } from '@occlum/interrupt';
import { StatusPage, TransportEvent } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import { takeShortTurns } from './short-turn.js';

/** What the transport tells the owner of a guest process. */
export interface ProcessEvents {
  /** A call is posted in a slot. */
  called(slot: number): void;
  /** The control socket can be read. */
  controlled(): void;
  /** The guest's end of the control socket is closed. */
  hungUp(): void;
}

/** What the transport tells the owner of a supervisor. */
export interface SupervisorEvents {
  received(): void;
  gone(): void;
}

/** Triples that one collection may give. */
const BATCH = 256;

/** How long a removed process keeps what it has here, in milliseconds, and how many let it go at once then. */
const LEAVING_MS = 10;
const LEAVING_BATCH = 32;

/**
 * Everything that wakes the kernels of one Node thread: posted calls, control sockets, supervisors, watches and jobs. The
 * addon has one transport a thread, so all enclaves of a thread share this object.
 */
export class Transport {
  readonly host: HostBinding;
  /** Interrupts the threads of all guests. */
  readonly interrupts: InterruptHelper;
  readonly #processes = new Map<number, ProcessEvents>();
  readonly #supervisors = new Map<number, SupervisorEvents>();
  readonly #watches = new Map<number, (events: number) => void>();
  readonly #notifies = new Map<number, () => void>();
  /** Removed processes that have not let go what they have. */
  readonly #leaving: number[] = [];
  readonly #jobs = new Map<number, (result: number) => void>();
  readonly #events = new Int32Array(3 * BATCH);
  readonly #failed: (error: unknown) => void;
  #holders = 0;
  #isOpen = false;

  /**
   * @param host - The addon.
   * @param failed - Called with what an owner threw: a mistake of ours that must not end the loop.
   */
  constructor(host: HostBinding, failed: (error: unknown) => void) {
    this.host = host;
    this.interrupts = new InterruptHelper(host);
    this.#failed = failed;
  }

  /** Begins to listen; 0 or a negative error number. */
  open(): number {
    if (this.#isOpen) return 0;
    takeShortTurns(this.host);
    const result = this.host.transportOpen(() => {
      this.#collect();
    });
    if (result < 0) return result;
    const helped = this.interrupts.open();
    if (helped < 0) return helped;
    this.#isOpen = true;
    return this.host.transportRef(0);
  }

  /** Has the runtimes report their own calls too. All enclaves of the thread share the page; who does not trace drops them. */
  reportOwnCalls(): void {
    this.#show(StatusPage.trace, 1);
  }

  /** Keeps the event loop alive until {@link letGo} was called as often. */
  hold(): void {
    if (this.#holders++ === 0) this.host.transportRef(1);
  }

  letGo(): void {
    if (--this.#holders === 0) this.host.transportRef(0);
  }

  addProcess(handle: number, events: ProcessEvents): void {
    this.#processes.set(handle, events);
  }

  /** Nothing is told of a process any more. Its arena and descriptors are let go a little later: who waits for its end goes first. */
  removeProcess(handle: number): void {
    this.#processes.delete(handle);
    if (this.#leaving.push(handle) === 1) setTimeout(() => { this.#letSomeGo(); }, LEAVING_MS).unref();
  }

  /**
   * Lets go at once what removed processes still have.
   *
   * @returns Whether there was anything.
   */
  letProcessesGo(): boolean {
    const leaving = this.#leaving.splice(0);
    for (const handle of leaving) this.host.processClose(handle);
    return leaving.length > 0;
  }

  /** Not all at once: each takes as long as some calls. */
  #letSomeGo(): void {
    for (const handle of this.#leaving.splice(0, LEAVING_BATCH)) this.host.processClose(handle);
    if (this.#leaving.length > 0) setImmediate(() => { this.#letSomeGo(); });
  }

  addSupervisor(handle: number, events: SupervisorEvents): void {
    this.#supervisors.set(handle, events);
  }

  removeSupervisor(handle: number): void {
    this.#supervisors.delete(handle);
    this.host.supervisorClose(handle);
  }

  /** Calls a function whenever a descriptor is ready; returns what ends that. */
  watch(descriptor: number, events: number, ready: (events: number) => void): () => void {
    const handle = this.host.watchAdd(descriptor, events);
    if (handle < 0) return () => undefined;
    this.#watches.set(handle, ready);
    return () => {
      if (this.#watches.delete(handle)) this.host.watchRemove(handle);
    };
  }

  /** Calls a function whenever a clone waits on a filter's listener; returns the handle. */
  addNotify(listener: number, waiting: () => void): number {
    const handle = this.host.notifyAdd(listener);
    if (handle >= 0) this.#notifies.set(handle, waiting);
    return handle;
  }

  removeNotify(handle: number): void {
    if (this.#notifies.delete(handle)) this.host.notifyRemove(handle);
  }

  /** Result of a job of the addon; a negative id comes back as it is. */
  job(id: number): Promise<number> {
    if (id < 0) return Promise.resolve(id);
    return new Promise((resolve) => this.#jobs.set(id, resolve));
  }

  /** Sets a word of the page that guests read. */
  #show(field: number, value: number): void {
    new Uint32Array(this.host.transportStatus())[field / 4] = value;
  }

  #collect(): void {
    for (;;) {
      const count = this.host.transportCollect(this.#events);
      if (count <= 0) return;
      // A handler may call back into here only through the event loop, so the array is not overwritten meanwhile.
      for (let i = 0; i < count; i++) {
        try {
          this.#route(this.#events[3 * i] ?? -1, this.#events[3 * i + 1] ?? -1, this.#events[3 * i + 2] ?? 0);
        } catch (error) {
          this.#failed(error);
        }
      }
    }
  }

  #route(kind: number, object: number, value: number): void {
    switch (kind) {
      case TransportEvent.call: this.#processes.get(object)?.called(value); return;
      case TransportEvent.control: this.#processes.get(object)?.controlled(); return;
      case TransportEvent.hangup: this.#processes.get(object)?.hungUp(); return;
      case TransportEvent.supervisor: this.#supervisors.get(object)?.received(); return;
      case TransportEvent.supervisorHangup: this.#supervisors.get(object)?.gone(); return;
      case TransportEvent.notify: this.#notifies.get(object)?.(); return;
      case TransportEvent.watch: this.#watches.get(object)?.(value); return;
      case TransportEvent.job: {
        const done = this.#jobs.get(object);
        this.#jobs.delete(object);
        done?.(value);
        return;
      }
      default:
    }
  }
}

/** The transport of each loaded addon: it mirrors the addon's own state, of which there is one a thread. */
const transports = new WeakMap<HostBinding, Transport>();

/**
 * The transport of this thread.
 *
 * @param host - The addon.
 * @param failed - As of {@link Transport}, where it is made now.
 */
export function transportOf(host: HostBinding, failed: (error: unknown) => void): Transport {
  const known = transports.get(host);
  if (known !== undefined) return known;
  const made = new Transport(host, failed);
  transports.set(host, made);
  return made;
}
