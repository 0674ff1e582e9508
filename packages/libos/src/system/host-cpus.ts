import { readHostFile } from '../time/host-file.js';
import type { FileHost } from '../time/host-file.js';

/** Bytes of the kernel's unit of masks, an `unsigned long`. */
const LONG_BYTES = 8;

/** Digits of one word in `Cpus_allowed`, of 32 CPUs. Source: proc_pid_status(5). */
const WORD_DIGITS = 8;

/** CPUs of the host. */
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

  /**
   * The CPUs that a host process may run on, as a mask of {@link maskSize} bytes.
   *
   * @param hostPid - A process that the host vouched for; this process where it is 0 or gone.
   */
  allowed(hostPid: number): Uint8Array {
    const status = (hostPid > 0 ? readHostFile(this.#host, `/proc/${hostPid}/status`) : undefined) ?? readHostFile(this.#host, '/proc/self/status') ?? '';
    const words = /^Cpus_allowed:\s+(\S+)$/m.exec(status)?.[1]?.split(',').reverse() ?? ['1'];
    const mask = new Uint8Array(Math.max(this.maskSize, words.length * 4));
    const view = new DataView(mask.buffer);
    for (const [index, word] of words.entries()) view.setUint32(index * 4, Number.parseInt(word.slice(-WORD_DIGITS), 16), true);
    return mask.slice(0, this.maskSize);
  }
}
