import { getBuiltinModule } from 'node:process';
import type { Duplex } from 'node:stream';

/** Output that a program may leave unread and still end: it is kept here, so that its descriptor can be closed. */
const BUFFER_BYTES = 256 * 1024;

/** Counts what all programs of an enclave write to their stdout and stderr. */
export class OutputMeter {
  readonly limit: number;
  readonly #exceeded: () => void;
  #used = 0;

  /** @param exceeded - Called with each byte that is too much. */
  constructor(limit: number, exceeded: () => void) {
    this.limit = limit;
    this.#exceeded = exceeded;
  }

  /** How many of some bytes are allowed; the others are not to be passed on. */
  take(bytes: number): number {
    const allowed = Math.min(bytes, this.limit - this.#used);
    this.#used += allowed;
    if (allowed < bytes) this.#exceeded();
    return allowed;
  }
}

/** A stream that keeps a program's output until it is read, and passes on no more than a meter allows. */
export function outputBuffer(meter: OutputMeter | undefined): Duplex {
  const { PassThrough, Transform } = getBuiltinModule('node:stream');
  if (meter === undefined) return new PassThrough({ readableHighWaterMark: BUFFER_BYTES });
  return new Transform({
    readableHighWaterMark: BUFFER_BYTES,
    transform(chunk: Buffer, _encoding, done) {
      done(null, chunk.subarray(0, meter.take(chunk.length)));
    },
  });
}
