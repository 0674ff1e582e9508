import type { FileSystem } from './file-system.js';
import type { Inode } from './inode.js';
import type { Location } from './location.js';

/** A file system at its place in the tree. */
export interface Mount {
  /** Number in /proc/N/mountinfo. */
  readonly id: number;
  readonly fileSystem: FileSystem;
  /** A directory, or the one file that is mounted. */
  readonly root: Inode;
  /** What it covers; `undefined` for the root of all. */
  readonly point: Location | undefined;
  readonly readOnly: boolean;
}
