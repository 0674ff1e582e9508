import { AT_FDCWD, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { cString } from '../fs/byte-string.js';
import type { Process } from '../process/process.js';
import type { EnclaveKernel } from './enclave-kernel.js';
import { countUnknownGuests } from './unknown-guests.js';

/** Words of a notification: pid, number and the halves of six arguments. */
const NOTIFICATION_WORDS = 14;

/** Bytes of /proc/N/status that certainly hold its Tgid line. */
const STATUS_BYTES = 512;

/** One listener, and the processes whose filter it belongs to. */
interface Listener {
  readonly handle: number;
  readonly descriptor: number;
  readonly members: Set<Process>;
}

/**
 * Lets a host clone through only where the kernel has prepared a child for the process that makes it: else a guest could
 * make host processes that no table knows.
 */
export class CloneGuard {
  readonly #kernel: EnclaveKernel;
  readonly #listeners = new Map<Process, Listener>();

  constructor(kernel: EnclaveKernel) {
    this.#kernel = kernel;
  }

  /**
   * Answers the clones of a process and of all that it will fork.
   *
   * @param root - First process with this filter.
   * @param descriptor - Listener of the filter; belongs to the guard. -1 for none.
   */
  add(root: Process, descriptor: number): void {
    if (descriptor < 0) return;
    if (root.link === undefined) {
      // It ended before its start was reported, and nothing that it forked can be left without it.
      this.#kernel.host.close(descriptor);
      return;
    }
    const handle = this.#kernel.transport.addNotify(descriptor, () => {
      this.#answer(handle);
    });
    this.#listeners.set(root, { handle, descriptor, members: new Set([root]) });
  }

  /** A child has its parent's filter. */
  inherit(child: Process, parent: Process): void {
    const listener = this.#listeners.get(parent);
    if (listener === undefined) return;
    listener.members.add(child);
    this.#listeners.set(child, listener);
  }

  /** A child says who it is. Of several the guard could not tell which one a clone made: it may have marked another. */
  identified(child: Process): void {
    if (child.creator === undefined || child.isCloning) return;
    const marked = [...child.creator.preparedChildren].find(({ hostPid, isCloning }) => isCloning && hostPid === 0);
    if (marked !== undefined) marked.isCloning = false;
    child.isCloning = true;
  }

  /** A process is gone; the last one closes the listener. */
  left(process: Process): void {
    const listener = this.#listeners.get(process);
    if (listener === undefined) return;
    this.#listeners.delete(process);
    listener.members.delete(process);
    if (listener.members.size > 0) return;
    this.#kernel.transport.removeNotify(listener.handle);
    this.#kernel.host.close(listener.descriptor);
  }

  #answer(handle: number): void {
    const { host } = this.#kernel;
    const words = new Uint32Array(NOTIFICATION_WORDS);
    while (host.notifyReceive(handle, words) >= 0) {
      const hostTid = words[0] ?? 0;
      const process = this.#kernel.ofHost(hostTid) ?? this.#kernel.ofHost(this.#groupOf(hostTid));
      const child = process === undefined ? undefined : [...process.preparedChildren].find(({ hostPid, isCloning }) => hostPid === 0 && !isCloning);
      const isAllowed = child !== undefined || this.#isAskedAgain(process);
      if (!isAllowed) this.#kernel.log.warn({ hostPid: hostTid }, 'refused a process that was not prepared');
      if (child !== undefined) child.isCloning = true;
      const answered = host.notifyAnswer(handle, isAllowed ? 0 : -Errno.EPERM);
      // A stop has taken the question back (before Linux 5.19): the clone was not made, and is asked for again.
      if (answered === -Errno.ENOENT && child !== undefined) child.isCloning = false;
    }
  }

  /**
   * Whether a clone was let through before and not made: the host takes a stop first, and makes the call again. Then it has fewer guests
   * that have not said who they are than were let through, so that a guest which hides a child gains none by asking again.
   *
   * Source: linux/kernel/fork.c, `copy_process`, ERESTARTNOINTR.
   */
  #isAskedAgain(process: Process | undefined): boolean {
    const { host, supervisor, processes } = this.#kernel;
    const isAwaited = ({ hostPid, state, isCloning, isRoot }: Process): boolean => hostPid === 0 && state === 'new' && (isCloning || isRoot);
    if (process === undefined || ![...process.preparedChildren].some(isAwaited)) return false;
    const unknown = countUnknownGuests(host, supervisor.pid, (hostPid) => this.#kernel.ofHost(hostPid) !== undefined);
    return unknown !== undefined && unknown < [...processes.processes.values()].filter(isAwaited).length;
  }

  /** Host process id of a host thread; 0 where it is gone. */
  #groupOf(hostTid: number): number {
    const { host } = this.#kernel;
    const file = host.openat(AT_FDCWD, cString(`/proc/${hostTid}/status`), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0, 0);
    if (file < 0) return 0;
    const bytes = new Uint8Array(STATUS_BYTES);
    const count = host.read(file, bytes);
    host.close(file);
    const [, group = '0'] = /^Tgid:\t(\d+)$/m.exec(Buffer.from(bytes.subarray(0, Math.max(0, count))).toString('latin1')) ?? [];
    return Number(group);
  }
}
