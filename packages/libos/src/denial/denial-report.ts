import type { Logger } from '@occlum/log';

import type { LimitName } from '../limits/enclave-limits.js';
import type { Denial } from './denial.js';
import type { EnclaveListener } from './enclave-event.js';
import { limitDenial } from './limit-denial.js';

/** Kinds of denials that are told: a program that tries names without end must not fill the memory of who listens. */
const TOLD_MAX = 1000;

/** Tells of what the enclave's options refuse, each kind once. */
export class DenialReport {
  readonly #listener: EnclaveListener;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #told = new Set<string>();

  constructor(listener: EnclaveListener, log: Pick<Logger, 'warn'>) {
    this.#listener = listener;
    this.#log = log;
  }

  /**
   * A limit ended something.
   *
   * @param process - What was ended; the whole enclave when left out.
   */
  limit(limit: LimitName, detail: string, process?: { readonly pid: number; readonly name: string; readonly isRoot: boolean }): void {
    this.report(limitDenial(limit, detail, process));
    // Nobody outside waits for what programs started themselves.
    if (process === undefined) this.#listener({ type: 'limit', limit, detail });
    else if (process.isRoot) this.#listener({ type: 'limit', limit, detail, pid: process.pid });
  }

  report(denial: Denial): void {
    const key = `${denial.operation}\0${denial.rule}\0${denial.object}`;
    if (this.#told.size >= TOLD_MAX || this.#told.has(key)) return;
    this.#told.add(key);
    const { operation, object, rule, hint } = denial;
    this.#log.warn({ ...(denial.pid === undefined ? {} : { pid: denial.pid }), path: object, rule }, `${operation} was refused: ${hint}`);
    this.#listener({ type: 'denied', denial });
  }
}
