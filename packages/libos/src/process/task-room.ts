import { ResourceLimit } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { HostBinding } from '@occlum/native';

import type { EnclaveLimits } from '../limits/enclave-limits.js';
import { ProcessLink } from '../kernel/process-link.js';
import type { ProcessTable } from './process-table.js';

/** Most processes and threads of an enclave at once, whoever they are: a fork bomb must not take the host's process ids. */
export const TASK_MAX = 4096;

/** Descriptors that are kept for the program around the kernel and for files on their way to guests: a part, and most of them. */
const KEPT_PART = 1 / 8;
const KEPT_MAX = 256;

/** Who makes a process: one of the enclave, or the program around it. */
export type Maker = 'guest' | 'outside';

/** What is asked of the host. */
export type TaskHost = Pick<HostBinding, 'getrlimit'> & Parameters<typeof ProcessLink.open>[0];

/** What a {@link TaskRoom} is told besides. */
export interface TaskRoomOptions {
  /** Of the enclave. */
  readonly limits?: Pick<EnclaveLimits, 'processes' | 'threads'>;
  /** Hears of a limit of the enclave that keeps someone from making a process or thread. */
  readonly refused?: (limit: 'processes' | 'threads') => void;
  /** Closes descriptors of processes that have ended; tells whether there were any. */
  readonly letGo?: () => boolean;
}

/** The room for more processes and threads: their number, and the descriptors that the kernel needs for each process. */
export class TaskRoom {
  readonly #host: TaskHost;
  readonly #table: Pick<ProcessTable, 'processes' | 'threads'>;
  readonly #descriptorEnd: Readonly<Record<Maker, number>>;
  readonly #limits: Pick<EnclaveLimits, 'processes' | 'threads'>;
  readonly #refused: (limit: 'processes' | 'threads') => void;
  readonly #letGo: () => boolean;
  /** The enclave is being ended: nobody starts anything any more. */
  isClosed = false;

  constructor(host: TaskHost, table: Pick<ProcessTable, 'processes' | 'threads'>, { limits = {}, refused = () => undefined, letGo = () => false }: TaskRoomOptions = {}) {
    this.#host = host;
    this.#table = table;
    this.#limits = limits;
    this.#refused = refused;
    this.#letGo = letGo;
    const limit = new Float64Array(2);
    const [soft = 0] = host.getrlimit(ResourceLimit.RLIMIT_NOFILE, limit) < 0 ? [Number.POSITIVE_INFINITY] : limit;
    const kept = Math.min(KEPT_MAX, Math.floor(soft * KEPT_PART));
    this.#descriptorEnd = { guest: soft - kept, outside: soft - Math.floor(kept / 2) };
  }

  /** Whether there may be one more process or thread. Zombies count as on Linux, since they keep their number. */
  get isFull(): boolean {
    const { processes, threads } = this.#table;
    return this.isClosed || Math.max(processes.size, threads.size) >= TASK_MAX;
  }

  /** Whether there may be one more thread; tells of the limit of the enclave where not. */
  hasRoomForThread(): boolean {
    return !this.isFull && this.#isBelow('threads');
  }

  /**
   * Makes what ties the kernel to one more process. Those that are started from outside have room that no fork bomb takes.
   *
   * Errors, in the order they are checked: `EAGAIN` too many processes and threads; what the host says; `EAGAIN` too few
   * descriptors would be left. (fork(2), `EAGAIN`, has both kinds of limit.)
   */
  openLink(maker: Maker): ProcessLink | number {
    if (this.isClosed || (maker === 'guest' && this.isFull) || !this.#isBelow('processes') || !this.#isBelow('threads')) return -Errno.EAGAIN;
    const link = this.#tryToOpen(maker);
    return link === -Errno.EAGAIN && this.#letGo() ? this.#tryToOpen(maker) : link;
  }

  #tryToOpen(maker: Maker): ProcessLink | number {
    const link = ProcessLink.open(this.#host);
    if (typeof link === 'number') return link === -Errno.EMFILE ? -Errno.EAGAIN : link;
    if (link.highestDescriptor < this.#descriptorEnd[maker]) return link;
    link.discard();
    return -Errno.EAGAIN;
  }

  #isBelow(limit: 'processes' | 'threads'): boolean {
    if (this.#table[limit].size < (this.#limits[limit] ?? Infinity)) return true;
    this.#refused(limit);
    return false;
  }
}
