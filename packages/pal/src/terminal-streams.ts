import { closeSync } from 'node:fs';
import { getBuiltinModule } from 'node:process';
import type { Readable, Writable } from 'node:stream';

import { ErrnoError, errnoName } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import { outputBuffer } from './output-meter.js';
import type { OutputMeter } from './output-meter.js';

/** The host calls that read what a stream left. */
export type OutputBinding = Pick<HostBinding, 'dup' | 'fcntl' | 'read'>;

/** As much as the host keeps of what is written on a terminal, and more. */
const TAKE_MAX_BYTES = 256 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Source: linux/include/uapi/asm-generic/fcntl.h. */
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/**
 * Both directions of a pseudo-terminal, from its master. That nobody has the terminal any more, which the host calls EIO, is the
 * end of the output.
 *
 * libuv takes a hang-up for the end when a read gave less than it had room for, as reads of terminals always do, and drops what is still
 * there. So the rest is read by another descriptor.
 */
export class TerminalStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly #binding: OutputBinding;
  readonly #socket: Readable & Writable;
  readonly #ahead: Readable & Writable;
  /** Another descriptor of the master; -1 once it is closed. */
  #rest: number;

  /**
   * @param master - Belongs to this.
   * @param meter - Counts what is passed on.
   * @throws {@link ErrnoError} `EMFILE` there is no descriptor left.
   */
  constructor(master: number, binding: OutputBinding, meter: OutputMeter | undefined) {
    const { ReadStream } = getBuiltinModule('node:tty');
      this.#binding = binding;
    this.#rest = binding.dup(master);
    if (this.#rest < 0) {
      closeSync(master);
      throw new ErrnoError(errnoName(this.#rest) ?? 'EIO', { syscall: 'dup', detail: 'cannot make a pseudo-terminal' });
    }
    const socket = (this.#socket = new ReadStream(master, { writable: true }));
    const ahead = (this.#ahead = outputBuffer(meter));
    this.stdin = socket;
    this.stdout = ahead;
    socket.on('data', (chunk: Uint8Array) => {
      if (!ahead.write(chunk)) socket.pause();
    });
    ahead.on('drain', () => socket.resume());
    socket.on('end', () => { this.#end(); });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EIO') this.#end();
      else ahead.destroy(error);
      socket.destroy();
    });
    ahead.on('close', () => socket.destroy());
    socket.on('close', () => { this.#end(); });
  }

  /** Takes what the program has written so far, before the host throws it away. */
  take(): void {
    if (this.#rest < 0 || this.#ahead.writableEnded || this.#ahead.destroyed) return;
    for (let chunk: unknown; (chunk = this.#socket.read()) !== null;) this.#ahead.write(chunk);
    const flags = this.#binding.fcntl(this.#rest, F_GETFL, 0);
    this.#binding.fcntl(this.#rest, F_SETFL, flags | O_NONBLOCK);
    // One that goes on writing is not waited for.
    for (let bytes = 0; bytes < TAKE_MAX_BYTES;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = this.#binding.read(this.#rest, chunk);
      if (count <= 0) break;
      this.#ahead.write(chunk.subarray(0, count));
      bytes += count;
    }
    this.#binding.fcntl(this.#rest, F_SETFL, flags);
  }

  destroy(): void {
    this.#socket.destroy();
    this.#ahead.destroy();
    this.#close();
  }

  #end(): void {
    this.take();
    this.#close();
    if (!this.#ahead.writableEnded) this.#ahead.end();
  }

  #close(): void {
    if (this.#rest >= 0) closeSync(this.#rest);
    this.#rest = -1;
  }
}
