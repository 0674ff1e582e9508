import { Capability, FileMode } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Inode } from './inode.js';

/** The part of a process's credentials that file systems look at. */
export interface FileCredentials {
  readonly fsuid: number;
  readonly fsgid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** Whether an effective capability is there, by its Linux number. */
  hasCapability(capability: number): boolean;
}

/** Rights asked of an inode, as in the last three bits of a mode. */
export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

/**
 * Whether a process may read, write, or execute or search an inode.
 *
 * Source: linux/fs/namei.c, `generic_permission`.
 *
 * @param inode - Its mode and owner are looked at as they were last seen.
 * @param wanted - {@link READ}, {@link WRITE}, {@link EXECUTE}, any of them.
 * @param credentials - Who asks.
 * @returns 0 or `-EACCES`.
 */
export function checkAccess(inode: Inode, wanted: number, credentials: FileCredentials): number {
  const { mode } = inode;
  const isOwner = inode.uid === credentials.fsuid;
  const shift = isOwner ? 6 : inGroup(inode.gid, credentials) ? 3 : 0;
  if ((wanted & ~(mode >> shift) & 7) === 0) return 0;

  if (inode.type === 'directory') {
    if ((wanted & WRITE) === 0 && credentials.hasCapability(Capability.CAP_DAC_READ_SEARCH)) return 0;
    return credentials.hasCapability(Capability.CAP_DAC_OVERRIDE) ? 0 : -Errno.EACCES;
  }
  if (wanted === READ && credentials.hasCapability(Capability.CAP_DAC_READ_SEARCH)) return 0;
  const executable = (wanted & EXECUTE) === 0 || (mode & 0o111) !== 0;
  return executable && credentials.hasCapability(Capability.CAP_DAC_OVERRIDE) ? 0 : -Errno.EACCES;
}

/** Whether a group is the process's own or one of its supplementary ones. */
export function inGroup(gid: number, credentials: FileCredentials): boolean {
  return gid === credentials.fsgid || credentials.groups.includes(gid);
}

/** Whether a process may change what only the owner of an inode may. */
export function isOwnerOrCapable(inode: Inode, credentials: FileCredentials): boolean {
  return inode.uid === credentials.fsuid || credentials.hasCapability(Capability.CAP_FOWNER);
}

/**
 * Whether a process may take a name out of a directory.
 *
 * Source: linux/fs/namei.c, `may_delete`: write and search first (`EACCES`), then the sticky bit (`EPERM`).
 *
 * @param directory - Where the name is.
 * @param victim - What it names.
 * @param credentials - Who asks.
 * @returns 0, `-EACCES` or `-EPERM`.
 */
export function checkDelete(directory: Inode, victim: Inode, credentials: FileCredentials): number {
  const denied = checkAccess(directory, WRITE | EXECUTE, credentials);
  if (denied !== 0) return denied;
  if ((directory.mode & FileMode.S_ISVTX) === 0) return 0;
  if (victim.uid === credentials.fsuid || directory.uid === credentials.fsuid) return 0;
  return credentials.hasCapability(Capability.CAP_FOWNER) ? 0 : -Errno.EPERM;
}
