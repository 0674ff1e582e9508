import type { EnclaveListener } from '@occlum/libos';

import type { EnclaveCalls } from './kernel.js';

/** Something that boots LibOS kernels: a worker thread, or this very thread. */
export interface KernelHost {
  /**
   * A LibOS that has not been initialised yet.
   *
   * @param listener - Hears of its events.
   */
  boot(listener: EnclaveListener): Promise<EnclaveCalls>;
}

/** Hosts kernels on the calling thread: no worker to start, but whatever keeps the thread busy stalls its guests. */
export class MainThreadHost implements KernelHost {
  async boot(listener: EnclaveListener): Promise<EnclaveCalls> {
    const { LibOS } = await import('@occlum/libos');
    return new LibOS(listener);
  }
}
