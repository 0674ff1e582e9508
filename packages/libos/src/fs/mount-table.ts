import { Errno } from '@occlum/errno';

import type { FileSystem } from './file-system.js';
import { Directory } from './inode.js';
import { Location } from './location.js';
import type { Mount } from './mount.js';

/** Which file system is where. Made at boot; a guest cannot change it. */
export class MountTable {
  readonly #mounts: Mount[] = [];
  /** Mounts by the directory they cover: the last one made there wins. */
  readonly #byPoint = new Map<Directory, Mount[]>();

  /** Every mount, in the order they were made. */
  get mounts(): readonly Mount[] {
    return this.#mounts;
  }

  /** Root of all; there is one once something was mounted. */
  get root(): Location {
    const mount = this.#mounts[0];
    if (mount === undefined) throw new RangeError('mounts are 0, must be at least the root');
    return new Location(mount, mount.root);
  }

  /**
   * Mounts a file system.
   *
   * @param fileSystem - What to mount.
   * @param point - The directory to cover; `undefined` for the first one, the root.
   * @param readOnly - Refuse changes, whatever the file system allows.
   * @returns `-ENOTDIR` for a point that is no directory.
   */
  mount(fileSystem: FileSystem, point: Location | undefined, readOnly = fileSystem.readOnly): Mount | number {
    const mount: Mount = { id: this.#mounts.length + 1, fileSystem, root: fileSystem.root, point, readOnly };
    if (point !== undefined) {
      const covered = point.inode;
      if (!(covered instanceof Directory)) return -Errno.ENOTDIR;
      const stack = this.#byPoint.get(covered) ?? [];
      stack.push(mount);
      this.#byPoint.set(covered, stack);
      covered.pin();
    }
    this.#mounts.push(mount);
    return mount;
  }

  /** Whether anything is mounted on a directory of a mount; such a directory cannot be renamed or removed. */
  isPoint(directory: Directory): boolean {
    return this.#byPoint.has(directory);
  }

  /** The mount that covers a directory of another mount, if any. */
  covering(mount: Mount, directory: Directory): Mount | undefined {
    return this.#byPoint.get(directory)?.findLast((candidate) => candidate.point?.mount === mount);
  }
}
