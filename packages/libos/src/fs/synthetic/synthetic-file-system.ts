import type { FileBinding } from '@occlum/native';

import { emptyStatus } from '../file-system.js';
import type { FileSystem, FileSystemStatus } from '../file-system.js';
import type { Directory } from '../inode.js';
import type { Time } from '../stat.js';

/** What makes a {@link SyntheticFileSystem}. */
export interface SyntheticFileSystemOptions {
  readonly name: string;
  readonly binding: FileBinding;
  /** `st_dev` of all in it. */
  readonly dev: number;
  /** Magic number of `statfs(2)`. */
  readonly magic: number;
  readonly now: () => Time;
  /** As of {@link FileSystem.hasAllNames}. */
  readonly hasAllNames?: boolean;
}

/** A tree whose files are made when they are looked up or opened. */
export class SyntheticFileSystem implements FileSystem {
  readonly name: string;
  readonly source: string;
  readonly readOnly = false;
  readonly hasAllNames: boolean;
  readonly binding: FileBinding;
  readonly dev: number;
  /** When it was made: the times of all in it. */
  readonly made: Time;
  readonly #magic: number;
  #root: Directory | undefined;
  #nextIno = 1;

  constructor(options: SyntheticFileSystemOptions) {
    this.name = options.name;
    this.source = options.name;
    this.binding = options.binding;
    this.dev = options.dev;
    this.#magic = options.magic;
    this.hasAllNames = options.hasAllNames ?? false;
    this.made = options.now();
  }

  /** @throws RangeError when no root was set. */
  get root(): Directory {
    if (this.#root === undefined) throw new RangeError('root is undefined, must be set before the mount');
    return this.#root;
  }

  /** The root is made after its file system, since each inode names the latter. */
  setRoot(root: Directory): void {
    this.#root = root;
  }

  /** Number of a new inode. */
  allocateIno(): number {
    return this.#nextIno++;
  }

  status(): FileSystemStatus {
    return emptyStatus(this.#magic);
  }

  trusts(): boolean {
    return false;
  }

  sync(): number {
    return 0;
  }

  close(): void {
    return;
  }
}
