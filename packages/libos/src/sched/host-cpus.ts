import { readHostFile } from '../time/host-file.js';
import type { FileHost } from '../time/host-file.js';

/** Bytes of the kernel's unit of masks, an `unsigned long`. */
const LONG_BYTES = 8;

/** How many CPUs the host may have. */
export class HostCpus {
  readonly #host: FileHost;
  #possible: number | undefined;

  constructor(host: FileHost) {
    this.#host = host;
  }

  /** One more than the highest number a CPU may ever have. */
  get possible(): number {
    const list = (this.#possible === undefined ? readHostFile(this.#host, '/sys/devices/system/cpu/possible') : undefined) ?? '';
    this.#possible ??= Number(/(\d+)\s*$/.exec(list)?.[1] ?? 0) + 1;
    return this.#possible;
  }

  /** Bytes of a mask of all possible CPUs. */
  get maskSize(): number {
    return Math.ceil(this.possible / (LONG_BYTES * 8)) * LONG_BYTES;
  }
}
