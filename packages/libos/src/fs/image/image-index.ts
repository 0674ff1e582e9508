import { ImageTree } from '@occlum/image';
import type { ImageDirectory, ImageEntry, NodeReference, ReadAt } from '@occlum/image';
import { Errno } from '@occlum/errno';

import type { HostPath } from '../host/host-tree.js';

/** What an image has at a path. */
export interface Indexed<Entry extends ImageEntry = ImageEntry> {
  readonly entry: Entry;
  /** Inode number: the same in every run, and no other name's. */
  readonly ino: number;
}

/** Names of one directory. */
export interface IndexedNames {
  readonly byName: ReadonlyMap<string, Indexed>;
  /** How many of them are directories. */
  readonly directories: number;
}

const ROOT_INO = 1;
/** What comes before the numbers of the entries of the list at offset 0. */
const FIRST_INO = 2;

/** The entries of an image by path, read from its hash tree as they are asked for. */
export class ImageIndex {
  readonly #tree: ImageTree;
  readonly #root: Indexed<ImageDirectory>;
  /** By the offset of their list. */
  readonly #directories = new Map<number, IndexedNames>();

  /** @param reference - Of the root, as it was measured. */
  constructor(readAt: ReadAt, reference: NodeReference) {
    this.#tree = new ImageTree(readAt, reference);
    this.#root = { entry: { kind: 'directory', mode: 0o755, node: reference }, ino: ROOT_INO };
  }

  /**
   * What a path names.
   *
   * @returns As the host's look-up without links answers: `-ENOENT`, `-ENOTDIR`, or `-ELOOP` for a link on the way.
   * @throws {@link ErrnoError} `EIO` when the tree was changed.
   */
  find(path: HostPath): Indexed | number {
    let found: Indexed = this.#root;
    if (path === '') return found;
    for (const name of path.split('/')) {
      if (found.entry.kind === 'link') return -Errno.ELOOP;
      if (found.entry.kind === 'file') return -Errno.ENOTDIR;
      const next = this.names(found.entry).byName.get(name);
      if (next === undefined) return -Errno.ENOENT;
      found = next;
    }
    return found;
  }

  /**
   * The names of a directory.
   *
   * @throws {@link ErrnoError} `EIO` when the tree was changed.
   */
  names({ node }: ImageDirectory): IndexedNames {
    const known = this.#directories.get(node.offset);
    if (known !== undefined) return known;
    // A list has more bytes than entries, so no two lists give the same number.
    let ino = FIRST_INO + node.offset;
    let directories = 0;
    const byName = new Map<string, Indexed>();
    for (const [name, entry] of this.#tree.entries(node)) {
      byName.set(name, { entry, ino: ino++ });
      if (entry.kind === 'directory') directories++;
    }
    const names = { byName, directories };
    this.#directories.set(node.offset, names);
    return names;
  }
}
