import type { AttributeChange, InodeAttributes } from '../inode.js';
import { rowOf, timeOf } from '../kept/time-row.js';
import type { InodeRow } from '../kept/layer-rows.js';
import { after, isError } from '../result.js';
import { later, typeBits } from '../stat.js';
import type { InodeType, Stat, Time } from '../stat.js';
import type { HostPath } from '../host/host-tree.js';
import type { LayeredFileSystem } from './layered-file-system.js';
import { LayeredXattrs } from './layered-xattrs.js';

/** Size of a directory that is only in memory, and the block size of all. */
const DIRECTORY_BYTES = 4096;
const BLKSIZE = 4096;

/** What makes {@link LayeredAttributes}. */
export interface LayeredAttributeFields {
  readonly dev: number;
  readonly ino: number;
  readonly type: InodeType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly rdev: number;
  /** Where it is in the lower layer. */
  readonly lower?: HostPath;
}

/**
 * Attributes of an inode of a layered file system. Type, mode, owner and links are here; size and times come from where the
 * bytes are: the lower layer, the store, or memory. What a guest changed on a lower inode lies here over the lower ones.
 */
export class LayeredAttributes implements InodeAttributes {
  readonly fileSystem: LayeredFileSystem;
  readonly dev: number;
  readonly ino: number;
  readonly type: InodeType;
  readonly rdev: number;
  readonly extended: LayeredXattrs;
  mode: number;
  uid: number;
  gid: number;
  nlink: number;
  /** Where size and times come from while there is no copy. */
  lower: HostPath | undefined;
  /** When a symbolic link of the lower layer was changed last, as the last look-up saw it. */
  linkChanged: Time | undefined;
  /** File in the store that has the bytes. */
  stored: number | undefined;
  /** Something here differs from the lower layer: the inode must not be forgotten. */
  changed: boolean;
  /** Text of a symbolic link that is not in the lower layer. */
  linkTarget: string | undefined;
  #atime: Time | undefined;
  #mtime: Time | undefined;
  #ctime: Time | undefined;
  #btime: Time | undefined;
  /** Makes a private copy of the bytes before they change; of files only. */
  copyUp: ((empty: boolean) => number | Promise<number>) | undefined;
  /** Called before the first change. */
  onChange: (() => void) | undefined;

  constructor(fileSystem: LayeredFileSystem, fields: LayeredAttributeFields) {
    this.fileSystem = fileSystem;
    this.dev = fields.dev;
    this.ino = fields.ino;
    this.type = fields.type;
    this.mode = typeBits(fields.type) | (fields.mode & 0o7777);
    this.uid = fields.uid;
    this.gid = fields.gid;
    this.nlink = fields.nlink;
    this.rdev = fields.rdev;
    this.lower = fields.lower;
    this.changed = fields.lower === undefined;
    this.extended = new LayeredXattrs(this);
    if (fields.lower === undefined) {
      const now = fileSystem.now();
      this.#atime = now;
      this.#mtime = now;
      this.#ctime = now;
      this.#btime = now;
    }
  }

  /** Takes over what the lower tree has just seen, unless a guest changed it. */
  refresh(): void {
    const { fileSystem } = this;
    const { seen } = fileSystem.lowerTree;
    if (this.type === 'symlink') this.linkChanged = seen.ctime;
    if (this.changed) return;
    this.mode = seen.mode;
    this.uid = fileSystem.owners.toGuestUid(seen.uid);
    this.gid = fileSystem.owners.toGuestGid(seen.gid);
    this.nlink = seen.nlink;
  }

  stat(): Stat | number {
    if (this.stored !== undefined) {
      const { store } = this.fileSystem;
      return store.look(this.stored) < 0 ? this.over(this.#memory()) : this.over(store.seen.toStat(this.dev));
    }
    if (this.lower === undefined) return this.#memory();
    const found = this.fileSystem.statLower(this.lower);
    return isError(found) ? found : this.over(found);
  }

  /** What the LibOS knows better than the layer below. */
  over(base: Stat): Stat {
    if (!this.changed && this.fileSystem.owners.isPlain) return base;
    return {
      ...base,
      dev: this.dev,
      ino: this.ino,
      mode: this.mode,
      uid: this.uid,
      gid: this.gid,
      nlink: this.nlink,
      rdev: this.rdev,
      atime: this.#atime ?? base.atime,
      mtime: this.#mtime ?? base.mtime,
      ctime: this.#ctime === undefined ? base.ctime : later(this.#ctime, base.ctime),
      btime: this.#btime ?? base.btime,
    };
  }

  change(change: AttributeChange): number | Promise<number> {
    if (change.size === undefined) return this.#apply(change);
    const { size } = change;
    return after(this.copyUp?.(size === 0) ?? 0, (copied) => {
      if (copied < 0) return copied;
      const result = this.fileSystem.store.resize(this.ownFile(), size);
      return result < 0 ? result : this.#apply(change);
    });
  }

  /** Number of the file in the store, given now if it has none. */
  ownFile(): number {
    if (this.stored !== undefined) return this.stored;
    this.stored = this.fileSystem.store.allocate();
    // The host's file knows its own times from here on.
    this.#atime = undefined;
    this.#mtime = undefined;
    this.fileSystem.changes?.touched(this);
    return this.stored;
  }

  /** The bytes were copied to the store: times go with them. */
  copied(file: number, from: Stat): void {
    this.touchStatus();
    this.fileSystem.store.setTimes(file, this.#atime ?? from.atime, this.#mtime ?? from.mtime);
    this.#atime = undefined;
    this.#mtime = undefined;
    this.stored = file;
    this.fileSystem.changes?.touched(this);
  }

  /** Size and times come from the host's file of its own; its attributes are these. */
  toRow(): Omit<InodeRow, 'id'> {
    const { type, mode, uid, gid, nlink, rdev, ino, lower, stored, linkTarget: target } = this;
    const xattrs = this.extended.own;
    return {
      type, mode, uid, gid, nlink, rdev, ino,
      ...(lower === undefined ? {} : { lower }),
      ...(stored === undefined ? {} : { stored }),
      ...(target === undefined ? {} : { target }),
      times: [rowOf(this.#atime), rowOf(this.#mtime), rowOf(this.#ctime), rowOf(this.#btime)],
      ...(xattrs === undefined ? {} : { xattrs }),
    };
  }

  /** Takes over what was kept of it. */
  restore({ mode, uid, gid, nlink, stored, target, times, xattrs }: InodeRow): void {
    Object.assign(this, { mode, uid, gid, nlink, stored, linkTarget: target });
    [this.#atime, this.#mtime, this.#ctime, this.#btime] = [timeOf(times[0]), timeOf(times[1]), timeOf(times[2]), timeOf(times[3])];
    if (xattrs !== undefined) this.extended.restore(xattrs);
    this.markChanged();
  }

  /** Names in a directory changed. */
  touchContent(): void {
    this.markChanged();
    this.#mtime = this.fileSystem.now();
    this.#ctime = this.#mtime;
    this.fileSystem.changes?.touched(this);
  }

  /** Attributes or names of the inode changed. */
  touchStatus(): void {
    this.markChanged();
    this.#ctime = this.fileSystem.now();
    this.fileSystem.changes?.touched(this);
  }

  markChanged(): void {
    if (this.changed) return;
    this.changed = true;
    this.fileSystem.changes?.touched(this);
    this.onChange?.();
  }

  #apply({ mode, uid, gid, atime, mtime }: AttributeChange): number {
    this.touchStatus();
    if (mode !== undefined) this.mode = (this.mode & ~0o7777) | mode;
    this.uid = uid ?? this.uid;
    this.gid = gid ?? this.gid;
    if (atime === undefined && mtime === undefined) return 0;
    if (this.stored === undefined) {
      this.#atime = atime ?? this.#atime;
      this.#mtime = mtime ?? this.#mtime;
      return 0;
    }
    const { store } = this.fileSystem;
    if (store.look(this.stored) < 0) return 0;
    return store.setTimes(this.stored, atime ?? store.seen.atime, mtime ?? store.seen.mtime);
  }

  #memory(): Stat {
    const now = this.#ctime ?? this.fileSystem.now();
    return {
      dev: this.dev,
      ino: this.ino,
      mode: this.mode,
      nlink: this.nlink,
      uid: this.uid,
      gid: this.gid,
      rdev: this.rdev,
      size: this.type === 'directory' ? DIRECTORY_BYTES : (this.linkTarget?.length ?? 0),
      blksize: BLKSIZE,
      blocks: this.type === 'directory' ? DIRECTORY_BYTES / 512 : 0,
      atime: this.#atime ?? now,
      mtime: this.#mtime ?? now,
      ctime: now,
      btime: this.#btime,
    };
  }
}
