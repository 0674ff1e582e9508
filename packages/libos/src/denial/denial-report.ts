import type { Logger } from '@occlum/log';

import type { LimitName } from '../limits/enclave-limits.js';
import type { Denial, DenialCount, DenialSummary } from './denial.js';
import type { EnclaveListener } from './enclave-event.js';
import { imageDenial } from './image-denial.js';
import { limitDenial } from './limit-denial.js';

/** Kinds of denials that are told: a program that tries names without end must not fill the memory of who listens. */
const TOLD_MAX = 1000;

/** Tells of what the enclave's options refuse, each kind once. */
export class DenialReport {
  readonly #listener: EnclaveListener;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #told = new Map<string, { denial: Denial; count: number }>();
  #untold = 0;
  #permissionErrors = 0;
  #lastOfImage: Denial | undefined;

  constructor(listener: EnclaveListener, log: Pick<Logger, 'warn'>) {
    this.#listener = listener;
    this.#log = log;
  }

  /** What an image refused last; another object each time. */
  get lastOfImage(): Denial | undefined {
    return this.#lastOfImage;
  }

  /**
   * A file of an image is not as it was measured.
   *
   * @param path - Inside, as a byte string.
   * @param what - What was found.
   */
  imageChanged(path: string, what: string): void {
    this.#lastOfImage = imageDenial(path, what);
    this.report(this.#lastOfImage);
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
    const known = this.#told.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (this.#told.size >= TOLD_MAX) {
      this.#untold++;
      return;
    }
    this.#told.set(key, { denial, count: 1 });
    const { operation, object, rule, hint } = denial;
    // Whoever misses a system call has logged it by its number.
    if (rule !== 'missing') this.#log.warn({ ...(denial.pid === undefined ? {} : { pid: denial.pid }), path: object, rule }, `${operation} was refused: ${hint}`);
    this.#listener({ type: 'denied', denial });
  }

  /** A permission of Linux refused something, and no option. */
  permissionError(): void {
    this.#permissionErrors++;
  }

  /** Tells what was refused in all. */
  summarize(): void {
    const denials: DenialCount[] = [...this.#told.values()];
    const summary: DenialSummary = { denials, untold: this.#untold, permissionErrors: this.#permissionErrors };
    this.#listener({ type: 'summary', summary });
  }
}
