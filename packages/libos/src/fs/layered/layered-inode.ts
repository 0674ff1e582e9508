import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import { Inode, SymbolicLink } from '../inode.js';
import type { Later, Opened } from '../inode.js';
import type { OpenRequest } from '../open-request.js';
import { after, isError } from '../result.js';
import type { InodeType } from '../stat.js';
import { hostFlags } from '../host/host-flags.js';
import { LinkText } from '../host/link-text.js';
import type { LayeredAttributes } from './layered-attributes.js';
import type { LayeredDirectory } from './layered-directory.js';

/** Any inode of a layered file system. */
export type LayeredInode = LayeredFile | LayeredSymlink | LayeredSpecial | LayeredDirectory;

/** A regular file: in the lower layer until it is written, then in the store. */
export class LayeredFile extends Inode {
  declare readonly attributes: LayeredAttributes;
  readonly type = 'file';
  #openCount = 0;
  /** A copy that is being made. */
  #copying: Promise<number> | undefined;

  constructor(attributes: LayeredAttributes) {
    super(attributes);
    attributes.copyUp = (empty) => this.#copyUp(empty);
  }

  override open(request: OpenRequest): Later<Opened> {
    const writes = (request.flags & 3) !== OpenFlags.O_RDONLY;
    const truncates = (request.flags & OpenFlags.O_TRUNC) !== 0;
    if (writes || truncates) {
      return after(this.#copyUp(truncates), (result) => (result < 0 ? result : this.#openStored(request.flags, writes)));
    }
    return this.#isLower() ? this.#openLower(request.flags) : this.#openStored(request.flags, false);
  }

  override withHostFile(action: (descriptor: number) => number): number {
    const { attributes } = this;
    const { fileSystem, lower = '' } = attributes;
    if (this.#isLower()) return fileSystem.withLower(attributes, lower, action);
    const { store } = fileSystem;
    const descriptor = store.open(attributes.ownFile(), OpenFlags.O_RDONLY);
    if (descriptor < 0) return descriptor;
    const result = action(descriptor);
    store.binding.close(descriptor);
    return result;
  }

  /** A name was taken away: without any, and without descriptions, the bytes go too. */
  nameRemoved(): void {
    const { attributes } = this;
    if (attributes.nlink > 0 || this.#openCount > 0) return;
    attributes.fileSystem.forget(this);
    if (attributes.stored === undefined) return;
    const { changes, store } = attributes.fileSystem;
    if (changes === undefined) store.remove(attributes.stored);
    else changes.removed(attributes.stored);
  }

  #isLower(): boolean {
    return this.attributes.stored === undefined && this.attributes.lower !== undefined;
  }

  #openLower(flags: number): Later<Opened> {
    const { attributes } = this;
    return after(this.#lowerDescriptor(hostFlags(flags)), (hostFd) => {
      if (hostFd < 0) return hostFd;
      // It may have been copied up while its bytes were checked.
      if (this.#isLower()) return { ...this.#opened(hostFd, () => undefined), ...this.#hostInode(hostFd) };
      attributes.fileSystem.store.binding.close(hostFd);
      return this.#openStored(flags, false);
    });
  }

  /** A descriptor of it in the lower layer. */
  #lowerDescriptor(flags: number): number | Promise<number> {
    const { attributes } = this;
    const { fileSystem, lower = '' } = attributes;
    return fileSystem.withLower(attributes, lower, (handle) => fileSystem.lowerTree.openFile(handle, flags, lower));
  }

  #hostInode(hostFd: number): { hostIno?: number } {
    const { lowerTree } = this.attributes.fileSystem;
    return lowerTree.hidesInodes && lowerTree.look(hostFd) === 0 ? { hostIno: lowerTree.seen.ino } : {};
  }

  #openStored(flags: number, writes: boolean): Opened | number {
    const { attributes } = this;
    const { store } = attributes.fileSystem;
    const file = attributes.ownFile();
    const hostFd = store.open(file, hostFlags(flags));
    if (hostFd < 0) return hostFd;
    if (!writes) return this.#opened(hostFd, () => undefined);
    store.writerOpened(file);
    return this.#opened(hostFd, () => {
      store.writerClosed(file);
    });
  }

  #opened(hostFd: number, closed: () => void): Opened {
    this.#openCount++;
    return {
      hostFd,
      kind: FdKind.file,
      closed: () => {
        this.#openCount--;
        closed();
        this.nameRemoved();
      },
    };
  }

  /** Makes sure that the bytes are in the store. */
  #copyUp(empty: boolean): number | Promise<number> {
    if (this.#copying !== undefined) return this.#copying;
    if (!this.#isLower()) return 0;
    const { attributes } = this;
    const { fileSystem, lower } = attributes;
    fileSystem.keep(this);
    if (empty) {
      attributes.touchContent();
      attributes.ownFile();
      return 0;
    }
    const from = fileSystem.statLower(lower ?? '');
    if (isError(from)) return from;
    const finish = (file: number): number => {
      this.#copying = undefined;
      if (file < 0) return file;
      attributes.copied(file, from);
      return 0;
    };
    const copying = after(
      after(this.#lowerDescriptor(OpenFlags.O_RDONLY), (source) => (source < 0 ? source : fileSystem.store.copy(source, from.size))),
      finish,
    );
    if (copying instanceof Promise) this.#copying = copying;
    return copying;
  }
}

/** A symbolic link. */
export class LayeredSymlink extends SymbolicLink {
  declare readonly attributes: LayeredAttributes;
  readonly #text = new LinkText();

  readlink(): string | number {
    const { fileSystem, lower = '', linkChanged, linkTarget } = this.attributes;
    return linkTarget ?? this.#text.read(fileSystem.lowerTree, lower, linkChanged, fileSystem.now);
  }

  follow(): undefined {
    return undefined;
  }
}

/** A FIFO, a socket's name, or a device node. Devices are never opened. */
export class LayeredSpecial extends Inode {
  declare readonly attributes: LayeredAttributes;
  readonly type: InodeType;

  constructor(attributes: LayeredAttributes) {
    super(attributes);
    this.type = attributes.type;
  }

  override open(request: OpenRequest): Later<Opened> {
    if (this.type === 'fifo') return this.attributes.fileSystem.fifos.open(this, request);
    return this.type === 'socket' ? -Errno.ENXIO : -Errno.EACCES;
  }
}
