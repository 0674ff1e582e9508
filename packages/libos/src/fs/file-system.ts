import type { Inode } from './inode.js';
import type { FileCredentials } from './permissions.js';

/** What `statfs(2)` says. */
export interface FileSystemStatus {
  /** Magic number of the type. Source: linux/include/uapi/linux/magic.h. */
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  readonly files: number;
  readonly filesFree: number;
  readonly nameMax: number;
}

/** A tree of inodes that can be mounted. */
export interface FileSystem {
  /** Type as /proc/mounts shows it, for example `overlay`. */
  readonly name: string;
  /** What was mounted, as /proc/mounts shows it. */
  readonly source: string;
  /** A directory, or the one file that it has. */
  readonly root: Inode;
  readonly readOnly: boolean;
  /** A name that is not there is ENOENT also where it is to be made, before anything else is looked at, as in /proc. */
  readonly hasAllNames?: boolean;
  status(): FileSystemStatus | number;
  /**
   * Whether the file system's own look-up of many components denies a process exactly what the LibOS would deny it, so that
   * {@link Directory.walk} may be used.
   */
  trusts(credentials: FileCredentials): boolean;
  /** Writes everything to the host's disk. */
  sync(): number | Promise<number>;
  close(): void;
}

/** {@link FileSystemStatus} of a file system that has no blocks. */
export function emptyStatus(type: number): FileSystemStatus {
  return { type, blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0, nameMax: 255 };
}
