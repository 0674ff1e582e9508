import { AtFlags, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { cString } from '../byte-string.js';
import type { AttributeChange, ExtendedAttributes, InodeAttributes } from '../inode.js';
import type { InodeType, Stat, Time } from '../stat.js';
import type { HostFileSystem } from './host-file-system.js';
import type { HostInode } from './host-inode.js';
import { stale } from './host-tree.js';
import type { HostPath } from './host-tree.js';

/** `tv_nsec` of a time that stays. Source: linux/include/uapi/linux/stat.h. */
const UTIME_OMIT = 0x3ffffffe;
const OMIT: Time = { sec: 0, nsec: UTIME_OMIT };
const EMPTY = cString('');

/** An inode of a host directory that is passed through. */
export class HostNode implements InodeAttributes {
  readonly fileSystem: HostFileSystem;
  readonly dev: number;
  readonly ino: number;
  readonly type: InodeType;
  /** When it was made, in seconds: a number that was used again is another inode. */
  readonly birth: number;
  readonly extended: ExtendedAttributes;
  /** The inode that has these attributes. Whoever keeps a handle of them keeps it known, so that no second one is made. */
  inode: HostInode | undefined;
  /** Where it was last seen. */
  path: HostPath;
  mode = 0;
  uid = 0;
  gid = 0;
  /** Descriptions that are open. */
  #openCount = 0;
  /** Handle that is kept because no path leads here any more. */
  #unnamed: number | undefined;

  constructor(fileSystem: HostFileSystem, path: HostPath) {
    const { seen } = fileSystem.tree;
    this.fileSystem = fileSystem;
    this.dev = fileSystem.devices.of(seen.device);
    this.ino = seen.ino;
    this.type = seen.type;
    this.birth = seen.birth;
    this.path = path;
    this.refresh();
    this.extended = {
      get: (name) => this.withHandle((handle) => fileSystem.tree.getXattr(handle, name)),
      set: (name, value, flags) => this.withHandle((handle) => fileSystem.tree.setXattr(handle, name, value, flags)),
      list: () => this.withHandle((handle) => fileSystem.tree.listXattr(handle)),
      remove: (name) => this.withHandle((handle) => fileSystem.binding.fremovexattr(handle, cString(name))),
    };
  }

  /** Takes over mode and owner from what the tree has just seen. */
  refresh(): void {
    const { seen } = this.fileSystem.tree;
    this.mode = seen.mode;
    this.uid = this.fileSystem.owners.toGuestUid(seen.uid);
    this.gid = this.fileSystem.owners.toGuestGid(seen.gid);
  }

  /** Attributes from what the tree has just seen. */
  seenStat(): Stat {
    const stat = this.fileSystem.tree.seen.toStat(this.dev);
    return stat.uid === this.uid && stat.gid === this.gid ? stat : { ...stat, uid: this.uid, gid: this.gid };
  }

  stat(): Stat | number {
    return this.withHandle((handle) => {
      const result = this.fileSystem.tree.look(handle);
      if (result < 0) return result;
      this.refresh();
      return this.seenStat();
    });
  }

  /**
   * Does something with a handle of this inode.
   *
   * @returns `-ESTALE` where its path leads elsewhere by now.
   */
  withHandle<T>(action: (handle: number) => T | number): T | number {
    const { fileSystem } = this;
    const open = this.#unnamed ?? fileSystem.handles.get(this);
    if (open !== undefined) return action(open);
    const handle = fileSystem.tree.find(this.path);
    if (handle < 0) return handle === -Errno.ENOENT ? -Errno.ESTALE : stale(handle);
    if (!fileSystem.isSeen(this)) {
      fileSystem.binding.close(handle);
      return -Errno.ESTALE;
    }
    fileSystem.handles.keep(this, handle);
    return action(handle);
  }

  change(change: AttributeChange): number {
    return this.withHandle((handle) => {
      for (const step of [this.#resize, this.#changeOwner, this.#changeMode, this.#changeTimes]) {
        const result = step.call(this, handle, change);
        if (result < 0) return result;
      }
      if (change.mode !== undefined) this.mode = (this.mode & ~0o7777) | change.mode;
      return 0;
    });
  }

  /** A description of it was opened. */
  opened(): void {
    this.#openCount++;
  }

  /** A description of it was closed. */
  closed(): void {
    if (--this.#openCount === 0) this.#forget();
  }

  /** Its last name is about to go: keeps a handle while it is open. */
  keepUnnamed(): void {
    if (this.#openCount === 0 || this.#unnamed !== undefined) return;
    this.withHandle(() => 0);
    this.#unnamed = this.fileSystem.handles.take(this);
  }

  /** It was made without a name; the handle is handed over. */
  adoptUnnamed(handle: number): void {
    this.#unnamed = handle;
  }

  #forget(): void {
    if (this.#unnamed === undefined) return;
    this.fileSystem.binding.close(this.#unnamed);
    this.#unnamed = undefined;
  }

  #resize(handle: number, { size }: AttributeChange): number {
    if (size === undefined) return 0;
    const { binding, tree } = this.fileSystem;
    const file = tree.open(handle, OpenFlags.O_WRONLY);
    if (file < 0) return file;
    const result = binding.ftruncate(file, size);
    binding.close(file);
    return result;
  }

  #changeOwner(handle: number, { uid, gid }: AttributeChange): number {
    if (uid === undefined && gid === undefined) return 0;
    const { binding, owners } = this.fileSystem;
    const result = binding.fchownat(
      handle,
      EMPTY,
      uid === undefined ? 0xffffffff : owners.toHostUid(uid),
      gid === undefined ? 0xffffffff : owners.toHostGid(gid),
      AtFlags.AT_EMPTY_PATH,
    );
    if (result < 0) return result;
    this.uid = uid ?? this.uid;
    this.gid = gid ?? this.gid;
    return 0;
  }

  #changeMode(handle: number, { mode }: AttributeChange): number {
    return mode === undefined ? 0 : this.fileSystem.binding.fchmod(handle, mode);
  }

  #changeTimes(handle: number, { atime = OMIT, mtime = OMIT }: AttributeChange): number {
    if (atime === OMIT && mtime === OMIT) return 0;
    return this.fileSystem.binding.utimensat(handle, EMPTY, atime.sec, atime.nsec, mtime.sec, mtime.nsec, 0);
  }
}
