import type { Inode, Later } from '../fs/inode.js';
import { newInode } from '../fs/new-inode.js';
import { WRITE, checkAccess } from '../fs/permissions.js';
import { after, isError } from '../fs/result.js';
import { newNameAlong } from '../fs/sys-make.js';
import type { NewName } from '../fs/sys-make.js';
import type { Vfs } from '../fs/vfs.js';
import type { SocketCaller } from './socket-caller.js';
import type { SocketFiles } from './socket-files.js';

/** Permissions of a socket's inode before the umask. Source: linux/net/unix/af_unix.c, `unix_bind_bsd`. */
const SOCKET_MODE = 0o777;

/** Names of sockets in the file systems of an enclave. */
export class VfsSocketFiles implements SocketFiles {
  readonly #vfs: Vfs;
  /** Names whose socket is not bound yet. */
  readonly #made = new WeakMap<Inode, NewName>();

  constructor(vfs: Vfs) {
    this.#vfs = vfs;
  }

  create({ process }: SocketCaller, path: string): Later<Inode> {
    const place = newNameAlong({ walk: this.#vfs.walk(process, { follow: false }), path }, process, 'other');
    if (isError(place)) return place;
    const owner = newInode(process, place.directory, SOCKET_MODE & ~process.files.umask);
    return after(place.directory.create(place.name, 'socket', owner), (inode) => {
      if (!isError(inode)) this.#made.set(inode, place);
      return inode;
    });
  }

  remove(inode: Inode): number | Promise<number> {
    const place = this.#made.get(inode);
    return place === undefined ? 0 : place.directory.unlink(place.name, inode);
  }

  lookup({ process }: SocketCaller, path: string): Inode | number {
    const location = this.#vfs.lookup(process, path, { follow: true });
    if (isError(location)) return location;
    const denied = checkAccess(location.inode, WRITE, process.credentials);
    return denied === 0 ? location.inode : denied;
  }
}
