import { EpollEvents, FileMode, Signal } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Kernel } from '../kernel/kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { sentByKernel } from '../signal/signal-info.js';
import { statusOf } from './socket-identity.js';

/** Descriptions that are watched at once; each costs a few bytes for as long as the enclave lives. */
const WATCHED_MAX = 1024;

/** The part of a {@link SyscallContext} that this uses. */
export interface AsyncCaller extends Pick<SyscallContext, 'hostFd'> {
  readonly kernel: Pick<Kernel, 'host' | 'watch' | 'processes' | 'signals'>;
}

/** Whom an open description signals when there is something to read. */
interface AsyncState {
  /** A process, or below 0 a group; 0 is nobody. */
  owner: number;
  isOn: boolean;
  isWatched: boolean;
}

/**
 * Signal-driven input (`F_SETOWN`, `FIOASYNC`) of sockets and pipes.
 *
 * The host must not signal a guest on a guest's word, so the kernel hears of input itself and sends SIGIO. It does so
 * without keeping a descriptor, which would keep connections open: epoll watches a description, not a descriptor, and
 * forgets it when the guest's last one is closed. Such a watch is never ended, since that would need the same descriptor;
 * what it says while nobody wants to know is passed over.
 */
export class AsyncOwners {
  readonly #states = new Map<bigint, AsyncState>();

  /**
   * `F_SETOWN`.
   *
   * Errors, in the order Linux checks them: `EINVAL` what cannot signal; `ESRCH` no such process or group.
   *
   * Source: linux/fs/fcntl.c, `f_setown`.
   */
  setOwner(context: AsyncCaller, owner: number): number {
    const state = this.#of(context);
    if (typeof state === 'number') return state;
    const { processes } = context.kernel;
    const isThere = owner === 0 || (owner < 0 ? processes.group(-owner) : (processes.get(owner) ?? processes.thread(owner))) !== undefined;
    if (!isThere) return -Errno.ESRCH;
    state.owner = owner;
    return 0;
  }

  /** `F_GETOWN`. */
  owner(context: AsyncCaller): number {
    const state = this.#of(context);
    return typeof state === 'number' ? 0 : state.owner;
  }

  /**
   * `FIOASYNC`.
   *
   * @returns 0; `-ENOTTY` for what cannot signal, `-ENOMEM` when too much is watched.
   */
  setAsync(context: AsyncCaller, isOn: boolean): number {
    const state = this.#of(context);
    if (typeof state === 'number') return state === -Errno.EINVAL ? -Errno.ENOTTY : state;
    state.isOn = isOn;
    if (!isOn || state.isWatched) return 0;
    const { kernel } = context;
    state.isWatched = true;
    kernel.watch(context.hostFd(0), EpollEvents.EPOLLIN | EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLET, () => { tell(kernel, state); });
    return 0;
  }

  #of(context: AsyncCaller): AsyncState | number {
    const fd = context.hostFd(0);
    if (fd < 0) return fd;
    const status = statusOf(context.kernel.host, fd);
    const type = (status?.mode ?? 0) & FileMode.S_IFMT;
    if (status === undefined || (type !== FileMode.S_IFSOCK && type !== FileMode.S_IFIFO)) return -Errno.EINVAL;
    const known = this.#states.get(status.inode);
    if (known !== undefined) return known;
    if (this.#states.size >= WATCHED_MAX) return -Errno.ENOMEM;
    const made = { owner: 0, isOn: false, isWatched: false };
    this.#states.set(status.inode, made);
    return made;
  }
}

function tell({ processes, signals }: AsyncCaller['kernel'], { owner, isOn }: AsyncState): void {
  if (!isOn || owner === 0) return;
  const info = sentByKernel(Signal.SIGIO);
  const group = owner < 0 ? processes.group(-owner) : undefined;
  const process = processes.get(owner) ?? processes.thread(owner)?.process;
  if (group !== undefined) signals.toGroup(group, info);
  else if (process !== undefined) signals.toProcess(process, info);
}
