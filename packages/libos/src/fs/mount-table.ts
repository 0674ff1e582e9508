import { Errno } from '@occlum/errno';

import type { FileSystem } from './file-system.js';
import { Directory } from './inode.js';
import type { Inode } from './inode.js';
import { Location } from './location.js';
import type { Mount } from './mount.js';

/** Which file system is where. Made at boot; a guest cannot change it. */
export class MountTable {
  readonly #mounts: Mount[] = [];
  /** Mounts by the directory they cover: the last one made there wins. */
  readonly #byPoint = new Map<Directory, Mount[]>();
  /** Mounts of single files, by the directory and name they cover: another name of the same file is not covered. */
  readonly #byName = new Map<Directory, Map<string, Mount[]>>();

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
   * @param point - What to cover; `undefined` for the first one, the root.
   * @param readOnly - Refuse changes, whatever the file system allows.
   * @returns `-ENOTDIR` where one of the two is a directory and the other is not.
   */
  mount(fileSystem: FileSystem, point: Location | undefined, readOnly = fileSystem.readOnly): Mount | number {
    const mount: Mount = { id: this.#mounts.length + 1, fileSystem, root: fileSystem.root, point, readOnly };
    if (point !== undefined) {
      const stack = this.#stack(point);
      if (stack === undefined || (point.inode instanceof Directory) !== (mount.root instanceof Directory)) return -Errno.ENOTDIR;
      stack.push(mount);
    }
    this.#mounts.push(mount);
    return mount;
  }

  /** Whether anything is mounted on a directory of a mount; such a directory cannot be renamed or removed. */
  isPoint(directory: Directory): boolean {
    return this.#byPoint.has(directory);
  }

  /** The mount that covers what a look-up led to, if any. */
  covering({ mount, inode, directory, name }: Location): Mount | undefined {
    const stack = inode instanceof Directory ? this.#byPoint.get(inode) : directory && this.#byName.get(directory)?.get(name);
    return stack?.findLast((candidate) => candidate.point?.mount === mount);
  }

  /** What an inode that stands in a directory of a mount is when nothing is mounted on it. */
  uncovered(location: Location, mount: Mount): Inode {
    let { mount: at, inode } = location;
    while (at !== mount && at.point !== undefined) ({ mount: at, inode } = at.point);
    return inode;
  }

  /** The mounts on a point, made when it is the first one. `undefined` for the root of a mount of a single file. */
  #stack({ inode, directory, name }: Location): Mount[] | undefined {
    if (inode instanceof Directory) {
      inode.pin();
      return added(this.#byPoint, inode, (): Mount[] => []);
    }
    directory?.pin();
    return directory && added(added(this.#byName, directory, () => new Map<string, Mount[]>()), name, () => []);
  }
}

function added<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
