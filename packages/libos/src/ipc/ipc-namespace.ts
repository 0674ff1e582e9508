import { CloneFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import type { EnclaveLimits } from '../limits/enclave-limits.js';
import type { Process } from '../process/process.js';
import type { Clock } from './ipc-object.js';
import { MessageQueues } from './message-queues.js';
import { Semaphores } from './semaphores.js';
import { SharedMemory } from './shared-memory.js';

/** System V IPC of one enclave: nothing of it is the host's, and nobody outside sees it. */
export class IpcNamespace {
  readonly memory: SharedMemory;
  readonly semaphores: Semaphores;
  readonly messages: MessageQueues;

  /** @param now - Seconds of the wall clock. */
  constructor(binding: FileBinding, now: Clock, limits: EnclaveLimits) {
    this.memory = new SharedMemory(binding, now, limits.memory);
    this.semaphores = new Semaphores(now);
    this.messages = new MessageQueues(now);
  }

  /**
   * A process is being made.
   *
   * @param flags - Of clone.
   */
  forked(child: Process, parent: Process, flags: number): void {
    this.memory.forked(child, parent, (flags & CloneFlags.CLONE_VM) === 0 ? 'copied' : 'shared');
    if ((flags & CloneFlags.CLONE_SYSVSEM) !== 0) this.semaphores.share(child, parent);
  }

  /** A process runs another program. */
  executed(process: Process): void {
    this.memory.left(process);
  }

  /** A process has ended. */
  ended(process: Process): void {
    this.memory.left(process);
    this.semaphores.ended(process);
  }

  /** Gives everything back. */
  close(): void {
    this.memory.close();
  }
}
