import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

import type { HostBinding } from '@occlum/native';

/** Source: linux/include/uapi/asm-generic/ioctls.h. */
const FIONREAD = 0x541b;

/** Passes a program's output on to a descriptor that it would have got itself, were its output not counted. */
export class MeteredRelay {
  readonly #source: Readable;
  readonly #pipe: number;
  readonly #binding: Pick<HostBinding, 'ioctl'>;
  readonly #target;

  /**
   * @param source - What the program writes.
   * @param pipe - The descriptor behind it.
   * @param target - Where it goes; stays the caller's.
   */
  constructor(source: Readable, pipe: number, target: number, binding: Pick<HostBinding, 'ioctl'>) {
    this.#source = source;
    this.#pipe = pipe;
    this.#binding = binding;
    this.#target = createWriteStream('', { fd: target, autoClose: false });
    // Nobody reads any more, as where the program had the descriptor itself.
    this.#target.on('error', () => source.destroy());
    source.pipe(this.#target);
  }

  /** Resolves when all that was written by now is passed on. */
  async drained(): Promise<void> {
    while (!this.#source.destroyed && !this.#source.readableEnded && (this.#isWaiting() || this.#source.readableLength > 0 || this.#target.writableLength > 0)) {
      await new Promise(setImmediate);
    }
    while (!this.#target.destroyed && this.#target.writableLength > 0) await new Promise(setImmediate);
  }

  #isWaiting(): boolean {
    const bytes = new Uint8Array(4);
    return this.#binding.ioctl(this.#pipe, FIONREAD, bytes) >= 0 && bytes.some((byte) => byte !== 0);
  }
}
