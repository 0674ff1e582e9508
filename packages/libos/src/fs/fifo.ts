import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { FileBinding } from '@occlum/native';

import { WaitQueue } from '../kernel/wait-queue.js';
import type { Inode, Later, Opened } from './inode.js';
import type { OpenRequest } from './open-request.js';
import { after, isError } from './result.js';

/** What a guest may ask of its end. */
const KEPT = OpenFlags.O_NONBLOCK | OpenFlags.O_DIRECT | 3;

/** A FIFO that is open, or being opened, at one end at least. */
interface Fifo {
  /** `O_PATH` handle of the host's pipe. It keeps neither end open. */
  readonly handle: number;
  readonly queue: WaitQueue;
  readers: number;
  writers: number;
  /** Opens so far: one that came and went ends the other side's wait too. */
  readerOpens: number;
  writerOpens: number;
}

/**
 * FIFOs by name. Behind each is a pipe of the host, whichever file system has the name; guests get its ends, opened anew
 * each time, and the kernel holds an end only while its opener waits for the other side.
 */
export class FifoTable {
  readonly #binding: Pick<FileBinding, 'pipe' | 'reopen' | 'close'>;
  readonly #fifos = new Map<Inode, Fifo>();

  /**
   * @param binding - Host calls.
   */
  constructor(binding: Pick<FileBinding, 'pipe' | 'reopen' | 'close'>) {
    this.#binding = binding;
  }

  /**
   * Opens a FIFO: waits for the other side unless told not to.
   *
   * Errors: `ENXIO` for a writer that will not wait and has no reader; `-ERESTARTSYS`.
   *
   * Source: linux/fs/pipe.c, `fifo_open`.
   */
  open(inode: Inode, request: OpenRequest): Later<Opened> {
    const access = request.flags & 3;
    const reads = access !== OpenFlags.O_WRONLY;
    const writes = access !== OpenFlags.O_RDONLY;
    const { context } = request;
    const waits = context !== undefined && access !== OpenFlags.O_RDWR && (request.flags & OpenFlags.O_NONBLOCK) === 0;
    // Who closed its end may not have said so yet.
    context?.kernel.takeReleases();
    if (writes && !reads && !waits && (this.#fifos.get(inode)?.readers ?? 0) === 0) return -Errno.ENXIO;

    const fifo = this.#fifo(inode);
    if (typeof fifo === 'number') return fifo;
    const hostFd = this.#binding.reopen(fifo.handle, (request.flags & KEPT) | OpenFlags.O_CLOEXEC);
    if (hostFd < 0) {
      this.#collect(inode, fifo);
      return hostFd;
    }
    this.#count(fifo, reads, writes, 1);
    const opened: Opened = {
      hostFd,
      kind: FdKind.pipe,
      closed: () => {
        this.#leave(inode, fifo, reads, writes);
      },
    };
    const alone = reads ? fifo.writers === 0 : fifo.readers === 0;
    if (!waits || !alone) return opened;

    const seen = reads ? fifo.writerOpens : fifo.readerOpens;
    const waited = context.wait(fifo.queue, () => ((reads ? fifo.writerOpens : fifo.readerOpens) === seen ? undefined : opened));
    return after(waited, (result) => {
      if (isError(result)) {
        this.#binding.close(hostFd);
        this.#leave(inode, fifo, reads, writes);
      }
      return result;
    });
  }

  #fifo(inode: Inode): Fifo | number {
    const known = this.#fifos.get(inode);
    if (known !== undefined) return known;
    const ends = new Int32Array(2);
    const result = this.#binding.pipe(ends, OpenFlags.O_CLOEXEC);
    if (result < 0) return result;
    const handle = this.#binding.reopen(ends[0] ?? -1, OpenFlags.O_PATH | OpenFlags.O_CLOEXEC);
    for (const end of ends) this.#binding.close(end);
    if (handle < 0) return handle;
    const fifo: Fifo = { handle, queue: new WaitQueue(), readers: 0, writers: 0, readerOpens: 0, writerOpens: 0 };
    this.#fifos.set(inode, fifo);
    return fifo;
  }

  #count(fifo: Fifo, reads: boolean, writes: boolean, change: 1 | -1): void {
    if (reads) {
      fifo.readers += change;
      if (change > 0) fifo.readerOpens++;
    }
    if (writes) {
      fifo.writers += change;
      if (change > 0) fifo.writerOpens++;
    }
    if (change > 0) fifo.queue.wake();
  }

  #leave(inode: Inode, fifo: Fifo, reads: boolean, writes: boolean): void {
    this.#count(fifo, reads, writes, -1);
    this.#collect(inode, fifo);
  }

  #collect(inode: Inode, fifo: Fifo): void {
    if (fifo.readers > 0 || fifo.writers > 0) return;
    this.#fifos.delete(inode);
    this.#binding.close(fifo.handle);
  }
}
