/** Whom something is to wake. It keeps no state: who waits looks at the condition itself. */
export class WaitQueue {
  readonly #waiters = new Set<() => void>();

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /** Has every waiter look again. */
  wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  /**
   * Calls a function at each wake.
   *
   * @returns Ends that.
   */
  subscribe(waiter: () => void): () => void {
    this.#waiters.add(waiter);
    return () => {
      this.#waiters.delete(waiter);
    };
  }
}
