import type { FileDescription } from '../file-description.js';
import { Directory } from '../inode.js';
import type { Inode } from '../inode.js';
import type { Location } from '../location.js';

/** The name by which a file is open. Events of the file carry it to who watches the directory. */
export interface OpenName {
  readonly directory: Directory;
  readonly name: string;
  /** It was taken away since. */
  readonly isUnlinked: boolean;
}

/** Which files are open, and by which names: those move with the file. */
export class OpenFiles {
  readonly #byInode = new Map<Inode, Set<FileDescription>>();
  /** Names of locations, once they were asked for. */
  readonly #names = new WeakMap<Location, OpenName>();

  add(inode: Inode, description: FileDescription): void {
    const known = this.#byInode.get(inode);
    if (known === undefined) this.#byInode.set(inode, new Set([description]));
    else known.add(description);
  }

  /** A description was closed; whether it was the last one. */
  remove(inode: Inode, description: FileDescription): boolean {
    const known = this.#byInode.get(inode);
    known?.delete(description);
    if (known?.size === 0) this.#byInode.delete(inode);
    return !this.#byInode.has(inode);
  }

  isOpen(inode: Inode): boolean {
    return this.#byInode.has(inode);
  }

  of(inode: Inode): Iterable<FileDescription> {
    return this.#byInode.get(inode) ?? [];
  }

  /** Inodes that are open by a name in a directory. */
  *within(directory: Directory): Generator<Inode> {
    for (const [inode, descriptions] of this.#byInode) {
      for (const { location } of descriptions) {
        if (location === undefined || this.nameOf(location)?.directory !== directory) continue;
        yield inode;
        break;
      }
    }
  }

  /** Name of a location in its directory; `undefined` for a root, and for what no path led to. */
  nameOf(location: Location): OpenName | undefined {
    const { inode } = location;
    if (inode instanceof Directory) return inode.parent === undefined ? undefined : { directory: inode.parent, name: inode.name, isUnlinked: inode.deleted };
    const known = this.#names.get(location);
    if (known !== undefined) return known;
    const found = lastName(location);
    if (found !== undefined) this.#names.set(location, found);
    return found;
  }

  /** A name moved, or was taken away: those who have the file open by it have it by the new one. */
  renamed(inode: Inode, from: Directory, fromName: string, to?: { readonly directory: Directory; readonly name: string }): void {
    for (const { location } of this.of(inode)) {
      const had = location === undefined ? undefined : this.nameOf(location);
      if (location === undefined || had?.directory !== from || had.name !== fromName || had.isUnlinked) continue;
      this.#names.set(location, to === undefined ? { ...had, isUnlinked: true } : { ...to, isUnlinked: false });
    }
  }
}

/** The directory that has the last name: a look-up may have gone through several names at once. */
function lastName({ directory, name }: Location): OpenName | undefined {
  const names = name.split('/');
  const last = names.pop() ?? '';
  let at = directory;
  for (const one of names) {
    const found = at?.lookup(one);
    at = typeof found === 'object' && found.inode instanceof Directory ? found.inode : undefined;
  }
  return at === undefined ? undefined : { directory: at, name: last, isUnlinked: false };
}
