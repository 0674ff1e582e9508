import { OpenFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import { sealedMemfd } from './synthetic/sealed-memfd.js';

/**
 * Makes the host descriptors that stand for what has no data path: directories, and descriptors opened with `O_PATH`.
 * A directory of the host is never handed out: it could name files. An empty sealed file names nothing.
 */
export class Placeholder {
  readonly #binding: FileBinding;
  #file = -1;

  constructor(binding: FileBinding) {
    this.#binding = binding;
  }

  /** A descriptor for a directory. */
  directory(): number {
    return this.#reopen(OpenFlags.O_RDONLY);
  }

  /** A descriptor for `O_PATH`: the host itself answers `EBADF` to reads. */
  path(): number {
    return this.#reopen(OpenFlags.O_PATH);
  }

  close(): void {
    if (this.#file >= 0) this.#binding.close(this.#file);
  }

  #reopen(flags: number): number {
    if (this.#file < 0) this.#file = sealedMemfd(this.#binding, new Uint8Array());
    return this.#file < 0 ? this.#file : this.#binding.reopen(this.#file, flags | OpenFlags.O_CLOEXEC);
  }
}
