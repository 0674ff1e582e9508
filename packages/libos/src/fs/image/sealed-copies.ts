import { OpenFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import { HandleCache } from '../host/handle-cache.js';
import { sealedMemfd } from '../synthetic/sealed-memfd.js';

/** Copies that are kept: descriptors of Node, and memory of at most this times the largest copy. */
const KEPT = 64;

/** A copy's identity: one object for each hash. */
interface Copy {
  readonly hash: string;
}

/** Copies of small files in memory that nobody can change any more, not the host's user either. */
export class SealedCopies {
  readonly #binding: FileBinding;
  readonly #handles: HandleCache<Copy>;
  readonly #copies = new Map<string, Copy>();

  constructor(binding: FileBinding) {
    this.#binding = binding;
    this.#handles = new HandleCache(binding, KEPT);
  }

  /** A description of its own of the bytes that have a hash; `undefined` where no copy is kept. */
  open(hash: string, flags: number): number | undefined {
    const copy = this.#copies.get(hash);
    const handle = copy && this.#handles.get(copy);
    return handle === undefined ? undefined : this.#binding.reopen(handle, readOnly(flags));
  }

  /**
   * Copies bytes, and opens the copy.
   *
   * @param name - As /proc/N/maps is to show it.
   */
  add(hash: string, bytes: Uint8Array, name: string, flags: number): number {
    const handle = sealedMemfd(this.#binding, bytes, name);
    if (handle < 0) return handle;
    const copy = { hash };
    this.#copies.set(hash, copy);
    this.#handles.keep(copy, handle);
    if (this.#copies.size > 2 * KEPT) this.#forgetClosed();
    return this.#binding.reopen(handle, readOnly(flags));
  }

  close(): void {
    this.#handles.clear();
    this.#copies.clear();
  }

  #forgetClosed(): void {
    for (const [hash, copy] of this.#copies) if (!this.#handles.has(copy)) this.#copies.delete(hash);
  }
}

/** The host's memory has no direct input and output. */
function readOnly(flags: number): number {
  return (flags & OpenFlags.O_NONBLOCK) | OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC;
}
