import type { Logger } from '@occlum/log';
import type { HostBinding } from '@occlum/native';

import type { FileDescription } from '../fs/file-description.js';
import type { ProcessTable } from '../process/process-table.js';
import type { SignalPost } from '../signal/signal-post.js';

/** What one enclave's kernel offers to the families of calls. */
export interface Kernel {
  readonly host: HostBinding;
  readonly log: Logger;
  readonly processes: ProcessTable;
  /** Sends signals. */
  readonly signals: SignalPost;

  /**
   * Calls a function whenever a host descriptor is ready. The descriptor stays its owner's.
   *
   * @param events - `EPOLL*` bits, edge-triggered allowed.
   * @returns Ends that.
   */
  watch(hostFd: number, events: number, ready: (events: number) => void): () => void;

  /**
   * Waits for a job of the addon, such as `copyFileJob`.
   *
   * @param id - What the binding returned; a negative error number comes back as it is.
   */
  job(id: number): Promise<number>;

  /**
   * Has the host tell which signals a terminal of its own raises; the last one is SIGHUP.
   *
   * @param slave - A host descriptor of it; stays the caller's.
   * @returns Ends that; a negative error number where the host has no room for it.
   */
  watchTerminal(slave: number, raised: (signal: number) => void): Promise<(() => void) | number>;

  /**
   * Has the host tell of descriptors that signal a process of the supervisor's (`F_SETOWN`, `F_SETSIG`, `O_ASYNC`).
   *
   * @param raised - Called with the number that the descriptor had here when that was set, and the signal's `si_code`; of the first call only.
   * @returns The host's id of that process, which stays the same; a negative error number where the host has no room for it.
   */
  listen(raised: (descriptor: number, code: number) => void): Promise<number>;

  /** Milliseconds of the host's monotonic clock. */
  now(): number;

  /** Takes in which objects every process has released; each call does so for its own process only. */
  takeReleases(): void;

  /** Gives a description its number, once. */
  register(description: FileDescription): void;
}
