import { createHash } from 'node:crypto';

import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import type { HostStat } from '../host/host-stat.js';

/** Bytes read and hashed before others have their turn. */
const CHUNK_BYTES = 1 << 20;
/** Seconds after which a change of a file is sure to give it another time than it had, however coarse the host's clock is. */
const SETTLED_SEC = 2;

/** What of a file tells that it was not changed since. */
interface Identity {
  readonly size: number;
  readonly changed: string;
  readonly hash: string;
}

/** Hashes files of the host, each once as long as the host says that it was not changed. */
export class ContentCheck {
  readonly #binding: Pick<FileBinding, 'pread'>;
  readonly #nowSec: () => number;
  readonly #known = new Map<string, Identity>();
  /** Those that are being read. */
  readonly #pending = new Map<string, Promise<string | number>>();

  /** @param nowSec - Seconds of the wall clock. */
  constructor(binding: Pick<FileBinding, 'pread'>, nowSec: () => number) {
    this.#binding = binding;
    this.#nowSec = nowSec;
  }

  /** The hash that a file had when it was read, if the host says that nothing was written since. */
  known(seen: HostStat): string | undefined {
    const identity = this.#known.get(keyOf(seen));
    return identity?.size === seen.size && identity.changed === changeOf(seen) ? identity.hash : undefined;
  }

  /** The hash of bytes that were read at once. */
  ofBytes(bytes: Uint8Array, seen: HostStat): string {
    const hash = createHash('sha256').update(bytes).digest('hex');
    this.#keep(seen, hash);
    return hash;
  }

  /**
   * Reads a whole file, a part at a time.
   *
   * @param descriptor - To read from; stays the caller's and open until the result is there.
   * @param seen - What was seen of it; looked at now only.
   * @returns Its hash, or a negative error number.
   */
  ofFile(descriptor: number, seen: HostStat): Promise<string | number> {
    const key = `${keyOf(seen)}:${seen.size}:${changeOf(seen)}`;
    const known = this.#pending.get(key);
    if (known !== undefined) return known;
    const keep = this.#keeper(seen);
    const reading = this.#read(descriptor, seen.size).then((hash) => {
      if (typeof hash === 'string') keep(hash);
      return hash;
    }).finally(() => {
      this.#pending.delete(key);
    });
    this.#pending.set(key, reading);
    return reading;
  }

  async #read(descriptor: number, size: number): Promise<string | number> {
    const hash = createHash('sha256');
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let at = 0; at < size;) {
      const count = this.#binding.pread(descriptor, chunk, at);
      if (count < 0) return count;
      if (count === 0) return -Errno.EIO;
      hash.update(chunk.subarray(0, count));
      at += count;
      await new Promise(setImmediate);
    }
    return hash.digest('hex');
  }

  #keep(seen: HostStat, hash: string): void {
    this.#keeper(seen)(hash);
  }

  #keeper(seen: HostStat): (hash: string) => void {
    const key = keyOf(seen);
    const identity = { size: seen.size, changed: changeOf(seen) };
    const isSettled = this.#nowSec() - seen.ctime.sec > SETTLED_SEC;
    return (hash) => {
      if (isSettled) this.#known.set(key, { ...identity, hash });
    };
  }
}

function keyOf(seen: HostStat): string {
  return `${seen.device}:${seen.ino}`;
}

function changeOf({ mtime, ctime }: HostStat): string {
  return `${mtime.sec}.${mtime.nsec}:${ctime.sec}.${ctime.nsec}`;
}
