import type { LayeredAttributes } from './layered-attributes.js';

/** Hears of every change of a layered file system that is kept for later runs; it looks at what was changed when the call is over. */
export interface LayerChanges {
  /** Something of an inode changed. */
  touched(inode: LayeredAttributes): void;
  /** A name of a directory stands for something else now: `null` hides a name of the lower layer, `undefined` lets it be seen or is none. */
  named(directory: LayeredAttributes, name: string, inode: LayeredAttributes | null | undefined): void;
  /** An inode has no name any more. */
  forgot(inode: LayeredAttributes): void;
  /** The bytes of a file that nobody has any more can go, once nothing that is kept speaks of them. */
  removed(file: number): void;
  /** Writes all to the host's disk: 0 or a negative error number. */
  sync(): number;
  close(): void;
}
