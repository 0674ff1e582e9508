import { EpollEvents, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import type { Supervisor } from './supervisor.js';

/** Signals that are read at once; more come with the next read. */
const BATCH = 16;
/** First byte of the pipe: the terminal is watched. */
const READY = 0;

/** What {@link watchTerminal} needs of the kernel. */
export interface WatchingKernel {
  readonly host: HostBinding;
  readonly supervisor: Pick<Supervisor, 'watchTerminal'>;
  watch(hostFd: number, events: number, ready: () => void): () => void;
}

/**
 * Has the host tell which signals a terminal raises, from when this resolves until it is hung up.
 *
 * @param slave - A host descriptor of it; stays the caller's.
 * @param raised - Called with the number of each.
 * @returns Ends that; a negative error number where the terminal cannot be watched.
 */
export async function watchTerminal(kernel: WatchingKernel, slave: number, raised: (signal: number) => void): Promise<(() => void) | number> {
  const { host } = kernel;
  const ends = new Int32Array(2);
  const made = host.pipe(ends, OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK);
  if (made < 0) return made;
  const [reader = -1, writer = -1] = ends;
  const sent = kernel.supervisor.watchTerminal(slave, writer);
  host.close(writer);
  if (sent < 0) {
    host.close(reader);
    return sent;
  }
  return new Promise((resolve) => {
    const bytes = new Uint8Array(BATCH);
    let isOver = false;
    const stop = (): void => {
      if (isOver) return;
      isOver = true;
      unwatch();
      host.close(reader);
      // Where it never began. A promise that has resolved before keeps its value.
      resolve(-Errno.EAGAIN);
    };
    const unwatch = kernel.watch(reader, EpollEvents.EPOLLIN, () => {
      const count = host.read(reader, bytes);
      if (count === -Errno.EAGAIN) return;
      if (count <= 0) stop();
      for (const signal of bytes.subarray(0, Math.max(0, count))) {
        if (signal === READY) resolve(stop);
        else if (!isOver) raised(signal);
      }
    });
  });
}
