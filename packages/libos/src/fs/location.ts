import { Directory } from './inode.js';
import type { Inode } from './inode.js';
import type { Mount } from './mount.js';
import type { Stat } from './stat.js';

/** An inode as a path led to it: where it is mounted, and the name it was found under. */
export class Location {
  readonly mount: Mount;
  readonly inode: Inode;
  /** Directory that the look-up of the name began in; `undefined` for the root of a mount. A directory knows its own place better. */
  readonly directory: Directory | undefined;
  /** Name in there; may have several components, where the file system looked them up at once. */
  readonly name: string;
  /** Attributes that the look-up saw. Of this moment only: {@link Inode.stat} has the present ones. */
  readonly found: Stat | undefined;

  constructor(mount: Mount, inode: Inode, directory?: Directory, name = '', found?: Stat) {
    this.mount = mount;
    this.inode = inode;
    this.directory = directory;
    this.name = name;
    this.found = found;
  }

  /** Attributes, for a call that just looked it up. */
  stat(): Stat | number {
    return this.found ?? this.inode.stat();
  }

  /** Whether it is the same inode of the same mount. */
  is(other: Location): boolean {
    return this.inode === other.inode && this.mount === other.mount;
  }
}

/** What a path is made from. */
export type Place = Pick<Location, 'mount' | 'inode' | 'directory' | 'name'>;

/** A path as `getcwd(2)` and the links of /proc show it. */
export interface ShownPath {
  readonly text: string;
  /** It lies below the root it was asked for. */
  readonly reachable: boolean;
  /** Its last name is gone. */
  readonly deleted: boolean;
}

/**
 * Path of a location, seen from a root.
 *
 * @param location - What to show.
 * @param root - Root directory of who asks.
 */
export function pathOf(location: Place, root: Pick<Location, 'mount' | 'inode'>): ShownPath {
  // A file that is mounted by itself has the name of what it covers.
  let place = location;
  while (place.inode === place.mount.root && asDirectory(place.inode) === undefined && place.mount.point !== undefined) place = place.mount.point;
  let { mount } = place;
  let directory = asDirectory(place.inode) ?? place.directory;
  let text = directory === place.inode ? '' : `/${place.name}`;
  let deleted = false;
  while (directory !== undefined) {
    if (mount === root.mount && directory === root.inode) return { text: text === '' ? '/' : text, reachable: true, deleted };
    deleted ||= directory.deleted;
    if (directory === mount.root) {
      if (mount.point === undefined) break;
      directory = asDirectory(mount.point.inode);
      mount = mount.point.mount;
      continue;
    }
    text = `/${directory.name}${text}`;
    directory = directory.parent;
  }
  return { text: text === '' ? '/' : text, reachable: false, deleted };
}

function asDirectory(inode: Inode): Directory | undefined {
  return inode instanceof Directory ? inode : undefined;
}
