import { Capability, FileMode } from '@occlum/abi';

import type { Inode, NewInode } from './inode.js';
import { inGroup } from './permissions.js';
import type { PathCaller } from './path-caller.js';

/**
 * Owner and mode of what a process makes in a directory: a set-group-id directory passes its group on, and directories the
 * bit too. Source: linux/fs/inode.c, `inode_init_owner` and `mode_strip_sgid`.
 *
 * @param caller - Who makes it.
 * @param directory - Where.
 * @param mode - Permission bits, umask applied.
 * @param kind - What is made.
 */
export function newInode(caller: PathCaller, directory: Inode, mode: number, kind: 'directory' | 'other' = 'other'): NewInode {
  const { credentials } = caller;
  const inherits = (directory.mode & FileMode.S_ISGID) !== 0;
  const gid = inherits ? directory.gid : credentials.fsgid;
  let bits = mode;
  if (inherits && kind === 'directory') bits |= FileMode.S_ISGID;
  else if (inherits && kind === 'other' && (bits & (FileMode.S_ISGID | FileMode.S_IXGRP)) === (FileMode.S_ISGID | FileMode.S_IXGRP)) {
    if (!inGroup(gid, credentials) && !credentials.hasCapability(Capability.CAP_FSETID)) bits &= ~FileMode.S_ISGID;
  }
  return { mode: bits, uid: credentials.fsuid, gid };
}
