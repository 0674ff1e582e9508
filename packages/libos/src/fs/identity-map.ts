/**
 * Objects by device and inode number, for as long as somebody else holds them. One inode is one object, whatever name
 * led to it; what nobody holds costs nothing.
 */
export class IdentityMap<T extends object> {
  readonly #byDevice = new Map<number, Map<number, WeakRef<T>>>();
  readonly #gone = new FinalizationRegistry<{ dev: number; ino: number }>(({ dev, ino }) => {
    const inodes = this.#byDevice.get(dev);
    if (inodes?.get(ino)?.deref() === undefined) inodes?.delete(ino);
  });

  get(dev: number, ino: number): T | undefined {
    return this.#byDevice.get(dev)?.get(ino)?.deref();
  }

  set(dev: number, ino: number, object: T): void {
    let inodes = this.#byDevice.get(dev);
    if (inodes === undefined) {
      inodes = new Map();
      this.#byDevice.set(dev, inodes);
    }
    inodes.set(ino, new WeakRef(object));
    this.#gone.register(object, { dev, ino });
  }

  delete(dev: number, ino: number): void {
    this.#byDevice.get(dev)?.delete(ino);
  }

  /** Every object that somebody holds. */
  *values(): Generator<T> {
    for (const inodes of this.#byDevice.values()) {
      for (const reference of inodes.values()) {
        const object = reference.deref();
        if (object !== undefined) yield object;
      }
    }
  }
}
