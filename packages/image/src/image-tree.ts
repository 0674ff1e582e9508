import { ErrnoError } from '@occlum/errno';

import type { ImageEntries, NodeReference } from './image-entry.js';
import { decodeNode, sha256 } from './node-codec.js';

/** Reads bytes of a tree's file; fewer where it is shorter. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** Longer than a list of a million names: what a file says of itself must not take all memory. */
const LONGEST_NODE = 256 * 2 ** 20;

/**
 * The tree that `writeImageTree` wrote, read list by list as they are asked for, each checked by the hash that the
 * list above has of it: so the hash of the root vouches for all.
 */
export class ImageTree {
  readonly #readAt: ReadAt;
  readonly #root: NodeReference;
  readonly #lists = new Map<string, ImageEntries>();

  /** @param root - As it was measured. */
  constructor(readAt: ReadAt, root: NodeReference) {
    this.#readAt = readAt;
    this.#root = root;
  }

  /**
   * The entries of a directory.
   *
   * @param node - As the directory above has it; the root when left out.
   * @throws {@link ErrnoError} `EIO` when the tree was changed.
   */
  entries(node: NodeReference = this.#root): ImageEntries {
    const known = this.#lists.get(node.hash);
    if (known !== undefined) return known;
    if (node.length > LONGEST_NODE) throw changed(node);
    const bytes = this.#readAt(node.offset, node.length);
    if (bytes.length !== node.length || sha256(bytes) !== node.hash) throw changed(node);
    const entries = decodeNode(bytes);
    this.#lists.set(node.hash, entries);
    return entries;
  }
}

function changed({ offset, length }: NodeReference): ErrnoError {
  return new ErrnoError('EIO', { detail: `the image's hash tree was changed: ${length} bytes at ${offset} are not those that were measured` });
}
