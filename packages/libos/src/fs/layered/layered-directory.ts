import { Errno } from '@occlum/errno';

import { below, lastName, stale } from '../host/host-tree.js';
import type { HostPath } from '../host/host-tree.js';
import { Directory } from '../inode.js';
import type { DirectoryEntry, Found, Inode, NewInode, RenameMode, Want } from '../inode.js';
import { isError } from '../result.js';
import type { InodeType } from '../stat.js';
import type { LayeredAttributes } from './layered-attributes.js';
import { LayeredFile } from './layered-inode.js';
import type { LayeredInode } from './layered-inode.js';

/** Where a directory is, once that is not simply its place in the lower layer. */
interface Place {
  parent: LayeredDirectory | undefined;
  name: string;
}

/**
 * A directory of a layered file system: names in memory over those of one lower directory. A directory that nobody changed
 * has no names in memory; one that was changed is in the names of its parent, up to the root, so that a look-up of many
 * components in the lower layer never passes it by.
 */
export class LayeredDirectory extends Directory {
  declare readonly attributes: LayeredAttributes;
  /** Directory of the lower layer whose names show through; `undefined` for none (opaque). It stays when this is renamed. */
  readonly lower: HostPath | undefined;
  /** Names made, moved in, or changed; `null` is a whiteout. */
  readonly #names = new Map<string, LayeredInode | null>();
  #place: Place | undefined;

  constructor(attributes: LayeredAttributes, place?: Place) {
    super(attributes);
    this.lower = attributes.lower;
    this.#place = place;
    attributes.onChange = () => {
      this.pin();
    };
  }

  get parent(): LayeredDirectory | undefined {
    return this.#place === undefined ? this.attributes.fileSystem.directoryAboveLower(this.lower ?? '') : this.#place.parent;
  }

  get name(): string {
    return this.#place?.name ?? lastName(this.lower ?? '');
  }

  /** Names that are not just the lower layer's; `null` hides one of those. */
  get ownNames(): ReadonlyMap<string, LayeredInode | null> {
    return this.#names;
  }

  /** Takes over a name that was kept. */
  restoreName(name: string, inode: LayeredInode | null): void {
    if (inode instanceof LayeredDirectory) inode.#place = { parent: this, name };
    this.#names.set(name, inode);
  }

  /** Puts it into the names of its parent, and so on up to the root. */
  override pin(): void {
    this.attributes.changed = true;
    if (this.#place !== undefined) return;
    this.attributes.fileSystem.changes?.touched(this.attributes);
    const { parent, name } = this;
    this.#place = { parent, name };
    if (parent === undefined) return;
    parent.pin();
    parent.#setName(name, this);
  }

  lookup(name: string, want?: Want): Found<LayeredInode> | number {
    const known = this.#names.get(name);
    if (known === null || this.deleted) return -Errno.ENOENT;
    if (known !== undefined) return { inode: known };
    if (this.lower === undefined) return -Errno.ENOENT;
    const found = this.attributes.fileSystem.lookupLower(below(this.lower, name), want);
    return isError(found) ? stale(found) : found;
  }

  walk(path: string, want?: Want): Found | number | undefined {
    if (this.lower === undefined || this.deleted || this.#names.has(path.slice(0, path.indexOf('/')))) return undefined;
    const found = this.attributes.fileSystem.lookupLower(below(this.lower, path), want);
    return found === -Errno.ELOOP || found === -Errno.ENOTDIR ? undefined : found;
  }

  list(): DirectoryEntry[] | number {
    const entries: DirectoryEntry[] = [];
    for (const [name, inode] of this.#names) {
      if (inode !== null) entries.push({ name, ino: inode.ino, type: inode.type });
    }
    if (this.lower === undefined) return entries;
    const lower = this.attributes.fileSystem.lowerTree.list(this.lower);
    if (isError(lower)) return lower;
    for (const entry of lower) if (!this.#names.has(entry.name)) entries.push(entry);
    return entries;
  }

  create(name: string, type: InodeType, created: NewInode, rdev = 0): Inode | number {
    if (type === 'char' || type === 'block') return -Errno.EPERM;
    return this.#add(name, this.attributes.fileSystem.make(type, created, rdev));
  }

  makeDirectory(name: string, created: NewInode): Directory | number {
    const made = this.attributes.fileSystem.makeDirectory(created, { parent: this, name });
    this.attributes.nlink++;
    this.#add(name, made);
    return made;
  }

  makeSymlink(name: string, target: string, created: NewInode): Inode | number {
    return this.#add(name, this.attributes.fileSystem.makeSymlink(created, target));
  }

  createUnnamed(created: NewInode): Inode | number {
    const made = this.attributes.fileSystem.make('file', created, 0);
    made.attributes.nlink = 0;
    return made;
  }

  link(name: string, inode: Inode): number {
    // Both are of this file system: the caller has checked the mounts.
    const linked = inode as LayeredInode;
    this.attributes.fileSystem.keep(linked);
    linked.attributes.nlink++;
    linked.attributes.touchStatus();
    this.#add(name, linked);
    return 0;
  }

  unlink(name: string, inode: Inode): number {
    this.#remove(name);
    this.#nameRemoved(inode as LayeredInode);
    return 0;
  }

  removeDirectory(name: string, directory: Directory): number {
    const names = directory.list();
    if (isError(names)) return names;
    if (names.length > 0) return -Errno.ENOTEMPTY;
    // Its place is kept: it is shown as deleted.
    directory.pin();
    this.#remove(name);
    if (directory instanceof LayeredDirectory) this.#directoryRemoved(directory);
    return 0;
  }

  rename(name: string, target: Directory, targetName: string, mode: RenameMode): number {
    const to = target;
    if (!(to instanceof LayeredDirectory)) return -Errno.EXDEV;
    const source = this.lookup(name);
    if (isError(source)) return source;
    const moved = source.inode;
    const found = to.lookup(targetName);
    if (mode === 'exchange') {
      if (isError(found)) return found;
      this.#move(name, moved, to, targetName);
      to.#move(targetName, found.inode, this, name);
      to.#put(targetName, moved);
      return 0;
    }
    if (!isError(found)) {
      if (mode === 'noreplace') return -Errno.EEXIST;
      if (found.inode === moved) return 0;
      const removed = to.#replace(targetName, found.inode);
      if (removed < 0) return removed;
    }
    this.#move(name, moved, to, targetName);
    return 0;
  }

  #replace(name: string, inode: LayeredInode): number {
    return inode instanceof LayeredDirectory ? this.removeDirectory(name, inode) : this.unlink(name, inode);
  }

  /** Takes a name from here and puts it elsewhere. */
  #move(name: string, inode: LayeredInode, to: LayeredDirectory, targetName: string): void {
    if (inode instanceof LayeredDirectory) {
      inode.pin();
      this.attributes.nlink--;
      to.attributes.nlink++;
    }
    this.attributes.fileSystem.keep(inode);
    this.#remove(name);
    to.#put(targetName, inode);
    to.attributes.touchContent();
    inode.attributes.touchStatus();
  }

  #put(name: string, inode: LayeredInode): void {
    if (inode instanceof LayeredDirectory) inode.#place = { parent: this, name };
    this.pin();
    this.#setName(name, inode);
  }

  #setName(name: string, inode: LayeredInode | null): void {
    this.#names.set(name, inode);
    this.attributes.fileSystem.changes?.named(this.attributes, name, inode === null ? null : inode.attributes);
  }

  #add(name: string, inode: LayeredInode): LayeredInode {
    this.attributes.touchContent();
    this.pin();
    this.#setName(name, inode);
    return inode;
  }

  /** Takes a name away, also from the lower directory's. */
  #remove(name: string): void {
    this.attributes.touchContent();
    this.pin();
    if (this.lower !== undefined && this.attributes.fileSystem.isInLower(below(this.lower, name))) {
      this.#setName(name, null);
      return;
    }
    this.#names.delete(name);
    this.attributes.fileSystem.changes?.named(this.attributes, name, undefined);
  }

  #nameRemoved(inode: LayeredInode): void {
    this.attributes.fileSystem.keep(inode);
    inode.attributes.nlink--;
    inode.attributes.touchStatus();
    if (inode instanceof LayeredFile) inode.nameRemoved();
    else if (inode.attributes.nlink === 0) this.attributes.fileSystem.forget(inode);
  }

  #directoryRemoved(directory: LayeredDirectory): void {
    directory.deleted = true;
    directory.attributes.nlink = 0;
    this.attributes.nlink--;
    this.attributes.fileSystem.forget(directory);
  }
}
