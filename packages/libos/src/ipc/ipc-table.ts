import { IPC_PRIVATE, IpcFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Credentials } from '../process/credentials.js';
import type { IpcObject } from './ipc-object.js';

/** Bits of an id that are the index. Source: linux/ipc/util.h, `IPCMNI_SHIFT`. */
const INDEX_BITS = 15;
const INDEX_MASK = 2 ** INDEX_BITS - 1;
/** Numbers that tell objects of one index apart. Source: linux/ipc/util.h, `ipcid_seq_max`. */
const SEQUENCE_END = 2 ** (31 - INDEX_BITS);

/** Least indexes that are gone through before one is used again. Source: linux/ipc/util.h, `ipc_min_cycle`. */
const CYCLE_MIN = 64;

/** What a `get` call asks for. */
export interface IpcGetRequest<Kind extends IpcObject> {
  readonly key: number;
  readonly flags: number;
  readonly credentials: Credentials;
  /** Makes one; a negative error number where it may not be. */
  readonly make: () => Kind | number;
  /** What is asked of one that is there: 0 or a negative error number. */
  readonly check: (found: Kind) => number;
}

/** The objects of one kind in an enclave, by id and by key. */
export class IpcTable<Kind extends IpcObject> {
  readonly #max: number;
  readonly #slots: (Kind | undefined)[] = [];
  readonly #keys = new Map<number, Kind>();
  #sequence = 0;
  #lastIndex = -1;
  #count = 0;

  /** @param max - Most objects. */
  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#count;
  }

  /** Highest index in use; 0 where there is none, as Linux tells it. */
  get highestIndex(): number {
    return Math.max(0, this.#slots.findLastIndex((slot) => slot !== undefined));
  }

  /** All of them, in the order of their indexes. */
  all(): Kind[] {
    return this.#slots.filter((slot) => slot !== undefined);
  }

  /**
   * Finds or makes the object of a key.
   *
   * Errors, in the order Linux checks them: `ENOENT` none and not to be made; `EEXIST`; those of `check`; `EACCES`; those of
   * `make`; `ENOSPC` too many.
   *
   * Source: linux/ipc/util.c, `ipcget`.
   *
   * @returns Its id.
   */
  get({ key, flags, credentials, make, check }: IpcGetRequest<Kind>): number {
    const found = key === IPC_PRIVATE ? undefined : this.#keys.get(key);
    if (found === undefined) {
      if (key !== IPC_PRIVATE && (flags & IpcFlags.IPC_CREAT) === 0) return -Errno.ENOENT;
      if (this.#count >= this.#max) return -Errno.ENOSPC;
      const made = make();
      return typeof made === 'number' ? made : this.#add(made);
    }
    const isNewWanted = (flags & (IpcFlags.IPC_CREAT | IpcFlags.IPC_EXCL)) === (IpcFlags.IPC_CREAT | IpcFlags.IPC_EXCL);
    if (isNewWanted) return -Errno.EEXIST;
    return check(found) || found.checkAccess(credentials, flags) || found.id;
  }

  /** The object of an id; `-EINVAL` for one that never was, `-EIDRM` where another one has its place. */
  find(id: number): Kind | number {
    const found = id < 0 ? undefined : this.#slots[id & INDEX_MASK];
    if (found === undefined) return -Errno.EINVAL;
    return found.id === id ? found : -Errno.EIDRM;
  }

  /** The object of an index, as `*_STAT` asks for it; `-EINVAL` where there is none. */
  at(index: number): Kind | number {
    return this.#slots[index & INDEX_MASK] ?? -Errno.EINVAL;
  }

  /** Nobody finds it by its key any more. */
  hide(object: Kind): void {
    if (this.#keys.get(object.key) === object) this.#keys.delete(object.key);
    object.key = IPC_PRIVATE;
  }

  /** Nobody finds it any more. */
  remove(object: Kind): void {
    this.hide(object);
    const index = object.id & INDEX_MASK;
    if (this.#slots[index] !== object) return;
    this.#slots[index] = undefined;
    this.#count--;
    object.isRemoved = true;
  }

  /** Source: linux/ipc/util.c, `ipc_idr_alloc`: the next free index in a circle; another sequence number after each round. */
  #add(made: Kind): number {
    const cycle = Math.max(Math.floor((this.#count * 3) / 2), CYCLE_MIN);
    let index = this.#lastIndex + 1;
    while (index < cycle && this.#slots[index] !== undefined) index++;
    if (index >= cycle) for (index = 0; this.#slots[index] !== undefined; ) index++;
    if (index <= this.#lastIndex) this.#sequence = (this.#sequence + 1) % SEQUENCE_END;
    this.#lastIndex = index;
    this.#slots[index] = made;
    this.#count++;
    made.id = this.#sequence * 2 ** INDEX_BITS + index;
    if (made.key !== IPC_PRIVATE) this.#keys.set(made.key, made);
    return made.id;
  }
}
