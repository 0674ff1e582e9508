import type { Location } from './location.js';

/** What `CLONE_FS` shares and fork copies: root directory, current directory, and the mask of new files' modes. */
export class FileSystemContext {
  root: Location;
  cwd: Location;
  /** Permission bits that new files do not get. */
  umask: number;

  constructor(root: Location, cwd: Location = root, umask = 0o022) {
    this.root = root;
    this.cwd = cwd;
    this.umask = umask;
  }

  /** A copy, for a child that does not share. */
  copy(): FileSystemContext {
    return new FileSystemContext(this.root, this.cwd, this.umask);
  }
}
