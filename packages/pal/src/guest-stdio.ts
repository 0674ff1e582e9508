import { closeSync, openSync } from 'node:fs';
import { getBuiltinModule } from 'node:process';
import type { Readable, Writable } from 'node:stream';

import { ErrnoError, errnoName } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import type { GuestEnds } from './guest-ends.js';
import { MeteredRelay } from './metered-relay.js';
import { outputBuffer } from './output-meter.js';
import type { OutputMeter } from './output-meter.js';

/**
 * What one of a program's three standard descriptors is: a new pipe to this program, this program's own descriptor of
 * that number, `/dev/null`, a descriptor by number, or a stream that has one.
 */
export type StdioItem = 'pipe' | 'inherit' | 'ignore' | number | { readonly fd: number };

/** All three, or one word for all three. */
export type StdioOption = 'pipe' | 'inherit' | 'ignore' | readonly [StdioItem, StdioItem, StdioItem];

/** The host calls that make pipes, and look into them. */
export type PipeBinding = Pick<HostBinding, 'pipe' | 'ioctl'>;

/** Source: linux/include/uapi/asm-generic/fcntl.h. */
const O_CLOEXEC = 0o2000000;
const NAMES = ['stdin', 'stdout', 'stderr'] as const;

/** The descriptors a program starts with, and this program's ends of its pipes. */
export class GuestStdio implements GuestEnds {
  readonly descriptors: readonly [number, number, number];
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Those of `descriptors` that were opened here only to be handed over. */
  readonly #handedOver: number[] = [];
  readonly #relays: MeteredRelay[] = [];

  /**
   * Opens what the items ask for.
   *
   * @param meter - Counts what the program writes; nobody does when left out.
   * @throws {@link ErrnoError} `EMFILE` or `ENFILE` when there are too many descriptors; nothing stays open then.
   */
  constructor(items: readonly [StdioItem, StdioItem, StdioItem], binding: PipeBinding, meter?: OutputMeter) {
    const mine: (number | undefined)[] = [];
    // What is counted comes by here, wherever it goes.
    const isRelayed = (index: 1 | 2): boolean => meter !== undefined && items[index] !== 'pipe' && items[index] !== 'ignore';
    const opened = (index: 1 | 2): StdioItem => (isRelayed(index) ? 'pipe' : items[index]);
    try {
      this.descriptors = [this.#open(items[0], 0, binding, mine), this.#open(opened(1), 1, binding, mine), this.#open(opened(2), 2, binding, mine)];
    } catch (error) {
      this.handedOver();
      for (const end of mine) if (end !== undefined) closeSync(end);
      throw error;
    }
    this.stdin = mine[0] === undefined ? undefined : writer(mine[0]);
    const readers = ([1, 2] as const).map((index) => {
      const pipe = mine[index];
      if (pipe === undefined) return undefined;
      const stream = reader(pipe, meter);
      if (!isRelayed(index)) return stream;
      this.#relays.push(new MeteredRelay(stream, pipe, numberOf(items[index], index), binding));
      return undefined;
    });
    [this.stdout, this.stderr] = readers;
  }

  /** Resolves when what the program wrote is where it was to go. */
  async drained(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.drained()));
  }

  /** Closes the program's ends here: it has its own copies now, or will never start. */
  handedOver(): void {
    for (const descriptor of this.#handedOver.splice(0)) closeSync(descriptor);
  }

  /** Gives up what has no use once the program has ended: nobody reads its stdin any more. */
  ended(): void {
    this.stdin?.destroy();
  }

  /** Gives up everything: the program never started. */
  destroy(): void {
    this.handedOver();
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy();
  }

  #open(item: StdioItem, index: 0 | 1 | 2, binding: PipeBinding, mine: (number | undefined)[]): number {
    mine[index] = undefined;
    if (item !== 'pipe' && item !== 'ignore') return numberOf(item, index);
    if (item === 'ignore') {
      const descriptor = openSync('/dev/null', index === 0 ? 'r' : 'w');
      this.#handedOver.push(descriptor);
      return descriptor;
    }
    const ends = new Int32Array(2);
    const result = binding.pipe(ends, O_CLOEXEC);
    if (result < 0) throw new ErrnoError(errnoName(result) ?? 'EMFILE', { syscall: 'pipe2', detail: `cannot make the pipe for ${NAMES[index]}` });
    const [read = -1, write = -1] = ends;
    mine[index] = index === 0 ? write : read;
    this.#handedOver.push(index === 0 ? read : write);
    return index === 0 ? read : write;
  }
}

/** The descriptor that an item is. */
function numberOf(item: StdioItem, index: number): number {
  if (typeof item === 'number') return item;
  return typeof item === 'object' ? item.fd : index;
}

// The modules of Node's streams are loaded here, not on top: a program that passes descriptors on starts 3 ms earlier.

/** A stream that writes to the guest. A guest that closed its stdin is no error: what is left is thrown away. */
function writer(descriptor: number): Writable {
  const { Socket } = getBuiltinModule('node:net');
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && socket.listenerCount('error') === 1) throw error;
  });
  return socket;
}

/**
 * A stream that reads from the guest. It reads ahead, so that the descriptor is closed when the guest's end is, even if
 * nobody reads: a program run only for its exit status leaks none.
 */
function reader(descriptor: number, meter: OutputMeter | undefined): Readable {
  const { Socket } = getBuiltinModule('node:net');
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  const ahead = outputBuffer(meter);
  socket.on('error', (error) => ahead.destroy(error));
  ahead.on('close', () => socket.destroy());
  socket.pipe(ahead);
  return ahead;
}
