import { XattrFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { bytesOf, textOf } from '../byte-string.js';
import type { ExtendedAttributes } from '../inode.js';
import { isError } from '../result.js';
import type { LayeredAttributes } from './layered-attributes.js';

/** Bytes of names and values that one inode may have. Source: linux/include/uapi/linux/limits.h, `XATTR_LIST_MAX`. */
const TOTAL_BYTES = 65536;

/** Extended attributes in memory, over those of the lower layer. */
export class LayeredXattrs implements ExtendedAttributes {
  readonly #attributes: LayeredAttributes;
  /** All of them, once one was changed. */
  #values: Map<string, Uint8Array> | undefined;

  constructor(attributes: LayeredAttributes) {
    this.#attributes = attributes;
  }

  /** Those that are not the lower layer's any more, values as byte strings; `undefined` where all still are. */
  get own(): [name: string, value: string][] | undefined {
    return this.#values && Array.from(this.#values, ([name, value]) => [name, textOf(value)]);
  }

  /** Takes over what {@link own} gave. */
  restore(values: readonly (readonly [name: string, value: string])[]): void {
    this.#values = new Map(values.map(([name, value]) => [name, bytesOf(value)]));
  }

  get(name: string): Uint8Array | number {
    if (this.#values !== undefined) return this.#values.get(name) ?? -Errno.ENODATA;
    return this.#lower((handle, tree) => tree.getXattr(handle, name)) ?? -Errno.ENODATA;
  }

  list(): string[] | number {
    if (this.#values !== undefined) return [...this.#values.keys()];
    return this.#lower((handle, tree) => tree.listXattr(handle)) ?? [];
  }

  set(name: string, value: Uint8Array, flags: number): number {
    if (name.startsWith('system.')) return -Errno.EOPNOTSUPP;
    const values = this.#own();
    const known = values.has(name);
    if (known && (flags & XattrFlags.XATTR_CREATE) !== 0) return -Errno.EEXIST;
    if (!known && (flags & XattrFlags.XATTR_REPLACE) !== 0) return -Errno.ENODATA;
    let bytes = name.length + value.length;
    for (const [other, { length }] of values) if (other !== name) bytes += other.length + length;
    if (bytes > TOTAL_BYTES) return -Errno.ENOSPC;
    values.set(name, value.slice());
    this.#attributes.touchStatus();
    return 0;
  }

  remove(name: string): number {
    if (!this.#own().delete(name)) return -Errno.ENODATA;
    this.#attributes.touchStatus();
    return 0;
  }

  /** All of them in memory, so that they no longer depend on the lower layer. */
  #own(): Map<string, Uint8Array> {
    if (this.#values !== undefined) return this.#values;
    const values = new Map<string, Uint8Array>();
    const names = this.list();
    for (const name of isError(names) ? [] : names) {
      const value = this.get(name);
      if (!isError(value)) values.set(name, value);
    }
    this.#values = values;
    return values;
  }

  #lower<T>(action: (handle: number, tree: LayeredAttributes['fileSystem']['lowerTree']) => T | number): T | number | undefined {
    const { fileSystem, lower } = this.#attributes;
    if (lower === undefined) return undefined;
    const result = fileSystem.lowerTree.with(lower, (handle) => action(handle, fileSystem.lowerTree));
    return result === -Errno.EOPNOTSUPP ? undefined : result;
  }
}
