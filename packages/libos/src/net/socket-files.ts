import type { Inode, Later } from '../fs/inode.js';
import type { SocketCaller } from './socket-caller.js';

/** Names of sockets in the file systems of the LibOS. */
export interface SocketFiles {
  /**
   * Makes an inode of type `socket` with mode 0777 less the caller's umask.
   *
   * @returns `-EEXIST` when there is something of that name; else as `mknod(2)`.
   */
  create(caller: SocketCaller, path: string): Later<Inode>;
  /** Takes away the name of an inode that {@link create} just made. */
  remove(inode: Inode): number | Promise<number>;
  /**
   * Looks up a path to connect to, through symbolic links.
   *
   * @returns Also `-EACCES` for what the caller may not write.
   */
  lookup(caller: SocketCaller, path: string): Inode | number;
}
