import { AtFlags, RenameFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { Directory, Inode, SymbolicLink } from '../inode.js';
import type { DirectoryEntry, Found, Later, NewInode, Opened, RenameMode, Want } from '../inode.js';
import type { OpenRequest } from '../open-request.js';
import { isError } from '../result.js';
import type { InodeType } from '../stat.js';
import { hostFlags } from './host-flags.js';
import { createHostFile, createHostNode, createUnnamedFile, linkHostFile } from './host-create.js';
import type { HostNode } from './host-node.js';
import { below, lastName, stale } from './host-tree.js';
import type { HostPath } from './host-tree.js';

/** Flags of `renameat2(2)`. */
const RENAME: Readonly<Record<RenameMode, number>> = { replace: 0, noreplace: RenameFlags.RENAME_NOREPLACE, exchange: RenameFlags.RENAME_EXCHANGE };

/** Any inode of a passed-through directory. */
export type HostInode = HostFile | HostDirectory | HostSymlink;

/** A file, FIFO, socket or device of the host. Only files are ever opened there. */
export class HostFile extends Inode {
  declare readonly attributes: HostNode;
  readonly type: InodeType;

  constructor(node: HostNode) {
    super(node);
    this.type = node.type;
  }

  override open(request: OpenRequest): Later<Opened> {
    const node = this.attributes;
    if (this.type === 'fifo') return node.fileSystem.fifos.open(this, request);
    if (this.type !== 'file') return this.type === 'socket' ? -Errno.ENXIO : -Errno.EACCES;
    const hostFd = node.withHandle((handle) => node.fileSystem.tree.open(handle, hostFlags(request.flags)));
    if (hostFd < 0) return hostFd;
    node.opened();
    return {
      hostFd,
      kind: FdKind.file,
      closed: () => {
        node.closed();
      },
    };
  }

  override withHostFile(action: (descriptor: number) => number): number {
    return this.attributes.withHandle(action);
  }
}

/** A symbolic link of the host. Its text is looked up by the LibOS. */
export class HostSymlink extends SymbolicLink {
  declare readonly attributes: HostNode;

  readlink(): string | number {
    return this.attributes.fileSystem.tree.readlink(this.attributes.path);
  }

  follow(): undefined {
    return undefined;
  }
}

/** A directory of the host. */
export class HostDirectory extends Directory {
  declare readonly attributes: HostNode;

  get parent(): HostDirectory | undefined {
    return this.attributes.fileSystem.directoryAbove(this.attributes.path);
  }

  get name(): string {
    return lastName(this.attributes.path);
  }

  lookup(name: string, want?: Want): Found | number {
    if (this.deleted) return -Errno.ENOENT;
    const found = this.attributes.fileSystem.lookup(this.#path(name), want);
    return isError(found) ? stale(found) : found;
  }

  override pin(): void {
    this.attributes.fileSystem.addPoint(this);
  }

  walk(path: string, want?: Want): Found | number | undefined {
    const found = this.attributes.fileSystem.lookup(this.#path(path), want);
    return found === -Errno.ELOOP || found === -Errno.ENOTDIR ? undefined : found;
  }

  list(): DirectoryEntry[] | number {
    return this.deleted ? [] : this.attributes.fileSystem.tree.list(this.attributes.path);
  }

  create(name: string, type: InodeType, created: NewInode): Later<Inode> {
    const path = this.#path(name);
    if (type === 'file') return createHostFile(this.attributes.fileSystem, path, created);
    return type === 'fifo' || type === 'socket' ? createHostNode(this.attributes.fileSystem, path, type, created) : -Errno.EPERM;
  }

  makeDirectory(name: string, created: NewInode): Later<Directory> {
    // A directory is what the host makes for this type.
    return createHostNode(this.attributes.fileSystem, this.#path(name), 'directory', created) as Directory | number;
  }

  makeSymlink(name: string, target: string, created: NewInode): Later<Inode> {
    return createHostNode(this.attributes.fileSystem, this.#path(name), 'symlink', created, target);
  }

  createUnnamed(created: NewInode): Later<Inode> {
    return createUnnamedFile(this.attributes.fileSystem, this.attributes.path, created);
  }

  link(name: string, inode: Inode): number {
    return linkHostFile(this.attributes.fileSystem, (inode as HostInode).attributes, this.#path(name));
  }

  unlink(name: string, inode: Inode): number {
    (inode as HostInode).attributes.keepUnnamed();
    return this.#remove(name, 0);
  }

  removeDirectory(name: string, directory: Directory): number {
    const result = this.#remove(name, AtFlags.AT_REMOVEDIR);
    if (result === 0) directory.deleted = true;
    return result;
  }

  rename(name: string, target: Directory, targetName: string, mode: RenameMode): number {
    const { fileSystem } = this.attributes;
    const from = this.#path(name);
    if (!(target instanceof HostDirectory)) return -Errno.EXDEV;
    const to = below(target.attributes.path, targetName);
    const replaced = mode === 'replace' ? fileSystem.lookup(to) : undefined;
    if (replaced !== undefined && !isError(replaced)) replaced.inode.attributes.keepUnnamed();
    const result = fileSystem.tree.withParent(from, (fromDirectory, fromName) =>
      fileSystem.tree.withParent(to, (toDirectory, toName) =>
        fileSystem.binding.renameat2(fromDirectory, fromName, toDirectory, toName, RENAME[mode]),
      ),
    );
    if (result < 0) return result;
    if (mode === 'exchange') fileSystem.exchanged(from, to);
    else fileSystem.moved(from, to);
    if (replaced !== undefined && !isError(replaced) && replaced.inode instanceof HostDirectory) replaced.inode.deleted = true;
    return 0;
  }

  #path(name: string): HostPath {
    return below(this.attributes.path, name);
  }

  #remove(name: string, flags: number): number {
    const { binding, tree } = this.attributes.fileSystem;
    return tree.withParent(this.#path(name), (directory, last) => binding.unlinkat(directory, last, flags));
  }
}
