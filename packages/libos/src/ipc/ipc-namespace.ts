import { CloneFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import type { EnclaveLimits } from '../limits/enclave-limits.js';
import type { Process } from '../process/process.js';
import type { Clock } from './ipc-object.js';
import { SharedMemory } from './shared-memory.js';

/** System V IPC of one enclave: nothing of it is the host's, and nobody outside sees it. */
export class IpcNamespace {
  readonly memory: SharedMemory;

  /** @param now - Seconds of the wall clock. */
  constructor(binding: FileBinding, now: Clock, limits: EnclaveLimits) {
    this.memory = new SharedMemory(binding, now, limits.memory);
  }

  /**
   * A process is being made.
   *
   * @param flags - Of clone.
   */
  forked(child: Process, parent: Process, flags: number): void {
    this.memory.forked(child, parent, (flags & CloneFlags.CLONE_VM) === 0 ? 'copied' : 'shared');
  }

  /** A process runs another program. */
  executed(process: Process): void {
    this.memory.left(process);
  }

  /** A process has ended. */
  ended(process: Process): void {
    this.memory.left(process);
  }

  /** Gives everything back. */
  close(): void {
    this.memory.close();
  }
}
