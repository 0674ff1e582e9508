import { closeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

import { ErrnoError, errnoName } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import type { OutputMeter } from './output-meter.js';
import type { GuestEnds, TerminalSize } from './guest-ends.js';
import { TerminalStreams } from './terminal-streams.js';
import type { OutputBinding } from './terminal-streams.js';

/** The host calls that make a pseudo-terminal. */
export type TerminalBinding = OutputBinding & Pick<HostBinding, 'openpty' | 'ioctl' | 'tcgetattr' | 'tcsetattr'>;

/** What a program's own terminal begins as. */
export interface TerminalOptions {
  /** 80 when left out. */
  readonly columns?: number;
  /** 24 when left out. */
  readonly rows?: number;
  /** A descriptor of a terminal whose settings it begins with, such as which key erases. */
  readonly like?: number;
}

/** Source: linux/include/uapi/asm-generic/ioctls.h. */
const TIOCSWINSZ = 0x5414;
/** Size of the host kernel's struct termios. Source: linux/include/uapi/asm-generic/termbits.h. */
const TERMIOS_BYTES = 36;
const TCSANOW = 0;

/** A pseudo-terminal of a program's own: all three of its descriptors are one end, the other is here. */
export class GuestTerminal implements GuestEnds {
  readonly descriptors: readonly [number, number, number];
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr = undefined;
  readonly #binding: TerminalBinding;
  readonly #master: number;
  readonly #streams: TerminalStreams;
  #slave: number;

  /**
   * @throws {@link ErrnoError} `ENOSPC`, `EMFILE` and others when the host has no pseudo-terminal to give.
   */
  constructor({ columns = 80, rows = 24, like }: TerminalOptions, binding: TerminalBinding, meter?: OutputMeter) {
    const ends = new Int32Array(2);
    const made = binding.openpty(ends);
    if (made < 0) throw new ErrnoError(errnoName(made) ?? 'EIO', { syscall: 'openpty', detail: 'cannot make a pseudo-terminal' });
    [this.#master, this.#slave] = ends as unknown as [number, number];
    this.#binding = binding;
    const settings = new Uint8Array(TERMIOS_BYTES);
    if (like !== undefined && binding.tcgetattr(like, settings) >= 0) binding.tcsetattr(this.#slave, TCSANOW, settings);
    this.descriptors = [this.#slave, this.#slave, this.#slave];
    try {
      this.#streams = new TerminalStreams(this.#master, binding, meter);
    } catch (error) {
      closeSync(this.#slave);
      throw error;
    }
    this.stdin = this.#streams.stdin;
    this.stdout = this.#streams.stdout;
    this.resize({ columns, rows });
  }

  readonly resize = ({ columns, rows }: TerminalSize): void => {
    if (this.stdin.destroyed) return;
    this.#binding.ioctl(this.#master, TIOCSWINSZ, new Uint8Array(Uint16Array.of(rows, columns, 0, 0).buffer));
  };

  handedOver(): void {
    if (this.#slave >= 0) closeSync(this.#slave);
    this.#slave = -1;
  }

  /** Others may be on the terminal still. */
  ended(): void {
    this.handedOver();
    this.#streams.take();
  }

  destroy(): void {
    this.handedOver();
    this.#streams.destroy();
  }
}
