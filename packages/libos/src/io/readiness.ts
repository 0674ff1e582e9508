import { OpenFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

/**
 * Shows a guest by poll and epoll of the host whether a file that is implemented here can be read: the guest holds the end of a
 * pipe that has a byte in it while it can. The kernel's end is a description of its own that never waits, whatever a guest does
 * to the pipe.
 */
export class Readiness {
  readonly #binding: Pick<FileBinding, 'read' | 'write' | 'close'>;
  /** Reads and writes the pipe. */
  readonly #pipe: number;
  #isReady = false;

  private constructor(binding: Pick<FileBinding, 'read' | 'write' | 'close'>, pipe: number) {
    this.#binding = binding;
    this.#pipe = pipe;
  }

  /**
   * Makes one, and the descriptor for the guest, which belongs to the caller.
   *
   * @returns A negative error number where the host has no descriptors left.
   */
  static open(binding: Pick<FileBinding, 'pipe' | 'reopen' | 'read' | 'write' | 'close'>): { readonly readiness: Readiness; readonly hostFd: number } | number {
    const ends = new Int32Array(2);
    const result = binding.pipe(ends, OpenFlags.O_CLOEXEC);
    if (result < 0) return result;
    const [hostFd = -1, writer = -1] = ends;
    const pipe = binding.reopen(hostFd, OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK);
    binding.close(writer);
    if (pipe >= 0) return { readiness: new Readiness(binding, pipe), hostFd };
    binding.close(hostFd);
    return pipe;
  }

  /** Shows whether there is something to read. */
  show(isReady: boolean): void {
    if (isReady === this.#isReady) return;
    this.#isReady = isReady;
    if (isReady) this.#binding.write(this.#pipe, Uint8Array.of(1));
    else this.#binding.read(this.#pipe, new Uint8Array(1));
  }

  close(): void {
    this.#binding.close(this.#pipe);
  }
}
