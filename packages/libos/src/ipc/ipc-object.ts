import { Capability } from '@occlum/abi';
import type { ipc64Perm } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { inGroup } from '../fs/permissions.js';
import type { Credentials } from '../process/credentials.js';

/** Permission bits of a mode. Source: linux/include/linux/stat.h, `S_IRWXUGO`. */
export const PERMISSIONS = 0o777;
/** Read permission of everybody: what looking at an object asks for. Source: linux/include/linux/stat.h, `S_IRUGO`. */
export const READ_ALL = 0o444;
/** Write permission of everybody. Source: linux/include/linux/stat.h, `S_IWUGO`. */
export const WRITE_ALL = 0o222;
/** An id that stands for none. */
const NO_ID = 0xffff_ffff;

/** Seconds of the wall clock. */
export type Clock = () => number;

/** Owner and permissions as a guest gives or gets them. */
export type IpcPermission = ReturnType<(typeof ipc64Perm)['decode']>;

/** What segments, sets of semaphores and queues have in common: an id, a key, an owner and a mode. */
export abstract class IpcObject {
  /** Set by the table that holds it. */
  id = -1;
  key: number;
  uid: number;
  gid: number;
  readonly cuid: number;
  readonly cgid: number;
  mode: number;
  /** Seconds; when it was made or its owner or mode changed. */
  ctime: number;
  /** It is removed: who waits for it gets `EIDRM`. */
  isRemoved = false;

  constructor(key: number, mode: number, { euid, egid }: Credentials, ctime: number) {
    this.key = key;
    this.uid = this.cuid = euid;
    this.gid = this.cgid = egid;
    this.mode = mode & PERMISSIONS;
    this.ctime = ctime;
  }

  /**
   * Whether a process has permissions on it: 0 or `-EACCES`.
   *
   * Source: linux/ipc/util.c, `ipcperms`.
   *
   * @param wanted - Bits of a mode; those of owner, group and others mean the same.
   */
  checkAccess(credentials: Credentials, wanted: number): number {
    const requested = (wanted >> 6) | (wanted >> 3) | wanted;
    const isOwner = credentials.euid === this.cuid || credentials.euid === this.uid;
    const isInGroup = inGroup(this.cgid, credentials) || inGroup(this.gid, credentials);
    const granted = isOwner ? this.mode >> 6 : isInGroup ? this.mode >> 3 : this.mode;
    return (requested & ~granted & 7) === 0 || credentials.hasCapability(Capability.CAP_IPC_OWNER) ? 0 : -Errno.EACCES;
  }

  /** Whether a process may change or remove it: 0 or `-EPERM`. Source: linux/ipc/util.c, `ipcctl_obtain_check`. */
  checkOwner(credentials: Credentials): number {
    const isOwner = credentials.euid === this.cuid || credentials.euid === this.uid;
    return isOwner || credentials.hasCapability(Capability.CAP_SYS_ADMIN) ? 0 : -Errno.EPERM;
  }

  /** Takes owner and permissions from a guest: 0, or `-EINVAL` for ids that are none. Source: linux/ipc/util.c, `ipc_update_perm`. */
  change({ uid, gid, mode }: Pick<IpcPermission, 'uid' | 'gid' | 'mode'>): number {
    if (uid === NO_ID || gid === NO_ID) return -Errno.EINVAL;
    this.uid = uid;
    this.gid = gid;
    this.mode = (this.mode & ~PERMISSIONS) | (mode & PERMISSIONS);
    return 0;
  }

  /** As a guest is told. */
  permission(): IpcPermission {
    const { key, uid, gid, cuid, cgid, mode, id } = this;
    return { key, uid, gid, cuid, cgid, mode, seq: id >> 15, __pad2: 0, __unused1: 0n, __unused2: 0n };
  }
}
