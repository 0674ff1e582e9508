import type { FileBinding } from '@occlum/native';

/**
 * Keeps a few `O_PATH` handles of the host open, the latest used ones: Node may have few descriptors, and an inode that
 * is not in use needs none.
 */
export class HandleCache<T extends object> {
  readonly #binding: Pick<FileBinding, 'close'>;
  readonly #capacity: number;
  /** In the order of use, the oldest first. */
  readonly #handles = new Map<T, number>();

  /**
   * @param binding - Host calls.
   * @param capacity - Handles kept.
   */
  constructor(binding: Pick<FileBinding, 'close'>, capacity: number) {
    this.#binding = binding;
    this.#capacity = capacity;
  }

  /** The handle of an owner, if it is still open. It belongs to the cache, and is sure to be open only until the next {@link keep}. */
  get(owner: T): number | undefined {
    const handle = this.#handles.get(owner);
    if (handle === undefined) return undefined;
    this.#handles.delete(owner);
    this.#handles.set(owner, handle);
    return handle;
  }

  has(owner: T): boolean {
    return this.#handles.has(owner);
  }

  /** Hands a handle over to the cache, in place of an earlier one of the owner. */
  keep(owner: T, handle: number): void {
    this.drop(owner);
    this.#handles.set(owner, handle);
    if (this.#handles.size <= this.#capacity) return;
    for (const oldest of this.#handles.keys()) {
      this.drop(oldest);
      return;
    }
  }

  drop(owner: T): void {
    const handle = this.#handles.get(owner);
    if (handle === undefined) return;
    this.#handles.delete(owner);
    this.#binding.close(handle);
  }

  /** Takes a handle out; it belongs to the caller now. */
  take(owner: T): number | undefined {
    const handle = this.#handles.get(owner);
    this.#handles.delete(owner);
    return handle;
  }

  clear(): void {
    for (const owner of [...this.#handles.keys()]) this.drop(owner);
  }
}
