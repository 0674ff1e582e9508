import { EpollEvents, FcntlCommand, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ListenerRecord } from '@occlum/native';
import type { HostBinding } from '@occlum/native';

import type { Supervisor } from './supervisor.js';

/** Records that are read at once; more come with the next read. */
const BATCH = 256;

/** What {@link DescriptorListener} needs of the kernel. */
export interface ListeningKernel {
  readonly host: HostBinding;
  readonly supervisor: Pick<Supervisor, 'listen'>;
  watch(hostFd: number, events: number, ready: () => void): () => void;
}

/** The process of the supervisor's that the host signals for descriptors of guests; there is none before it is needed. */
export class DescriptorListener {
  readonly #kernel: ListeningKernel;
  #pid: Promise<number> | undefined;

  constructor(kernel: ListeningKernel) {
    this.#kernel = kernel;
  }

  /**
   * Starts it, the first time.
   *
   * @param raised - Called with the number of each descriptor and the `si_code`.
   * @returns Its host process id; `-EAGAIN` where it could not be started, which is tried again the next time.
   */
  start(raised: (descriptor: number, code: number) => void): Promise<number> {
    this.#pid ??= this.#start(raised);
    return this.#pid;
  }

  #start(raised: (descriptor: number, code: number) => void): Promise<number> {
    const { host, supervisor } = this.#kernel;
    const ends = new Int32Array(2);
    const made = host.pipe(ends, OpenFlags.O_CLOEXEC);
    if (made < 0) return this.#failed();
    const [reader = -1, writer = -1] = ends;
    host.fcntl(reader, FcntlCommand.F_SETFL, OpenFlags.O_NONBLOCK);
    const sent = supervisor.listen(writer);
    host.close(writer);
    if (sent < 0) {
      host.close(reader);
      return this.#failed();
    }
    return new Promise((resolve) => {
      const bytes = new Uint8Array(BATCH * ListenerRecord.size);
      const view = new DataView(bytes.buffer);
      let isStarted = false;
      const unwatch = this.#kernel.watch(reader, EpollEvents.EPOLLIN, () => {
        const count = host.read(reader, bytes);
        if (count === -Errno.EAGAIN) return;
        if (count <= 0) {
          unwatch();
          host.close(reader);
          resolve(this.#failed());
          return;
        }
        for (let at = 0; at < count; at += ListenerRecord.size) {
          const descriptor = view.getInt32(at + ListenerRecord.descriptor, true);
          if (isStarted) raised(descriptor, view.getInt32(at + ListenerRecord.code, true));
          else resolve(descriptor);
          isStarted = true;
        }
      });
    });
  }

  /** There is none any more. */
  #failed(): Promise<number> {
    this.#pid = undefined;
    return Promise.resolve(-Errno.EAGAIN);
  }
}
