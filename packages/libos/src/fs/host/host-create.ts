import { AtFlags, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { cString } from '../byte-string.js';
import type { Inode, NewInode } from '../inode.js';
import { isError } from '../result.js';
import { typeBits } from '../stat.js';
import type { InodeType } from '../stat.js';
import type { HostFileSystem } from './host-file-system.js';
import type { HostNode } from './host-node.js';
import type { HostPath } from './host-tree.js';

const EMPTY = cString('');
const HERE = cString('.');

/** Makes a regular file. It is opened for reading only and not kept: a guest's own open comes after it. */
export function createHostFile(fileSystem: HostFileSystem, path: HostPath, created: NewInode): Inode | number {
  const { binding, tree } = fileSystem;
  const flags = OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
  const file = tree.withParent(path, (directory, name) => binding.openat(directory, name, flags, created.mode, 0));
  if (file < 0) return file;
  binding.close(file);
  return settle(fileSystem, path, created);
}

/** Makes a directory, symbolic link, FIFO or socket. */
export function createHostNode(
  fileSystem: HostFileSystem,
  path: HostPath,
  type: Exclude<InodeType, 'file' | 'char' | 'block'>,
  created: NewInode,
  target = '',
): Inode | number {
  const { binding, tree } = fileSystem;
  const result = tree.withParent(path, (directory, name) => {
    if (type === 'directory') return binding.mkdirat(directory, name, created.mode);
    if (type === 'symlink') return binding.symlinkat(cString(target), directory, name);
    return binding.mknodat(directory, name, typeBits(type) | created.mode);
  });
  return result < 0 ? result : settle(fileSystem, path, created);
}

/** Makes a file without a name; its handle is kept until its descriptions are closed. */
export function createUnnamedFile(fileSystem: HostFileSystem, directory: HostPath, created: NewInode): Inode | number {
  const { binding, tree } = fileSystem;
  const file = tree.with(directory, (handle) => {
    const flags = OpenFlags.O_TMPFILE | OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC;
    return binding.openat(handle, HERE, flags, created.mode, 0);
  });
  if (file < 0) return file;
  const handle = binding.reopen(file, OpenFlags.O_PATH | OpenFlags.O_CLOEXEC);
  const kept = binding.reopen(file, OpenFlags.O_PATH | OpenFlags.O_CLOEXEC);
  const result = handle < 0 ? handle : kept < 0 ? kept : tree.look(handle);
  binding.close(file);
  if (result < 0) {
    for (const open of [handle, kept]) if (open >= 0) binding.close(open);
    return result;
  }
  const { inode } = fileSystem.adopt(directory, handle);
  inode.attributes.adoptUnnamed(kept);
  return inode;
}

/** Gives an inode one more name. */
export function linkHostFile(fileSystem: HostFileSystem, node: HostNode, path: HostPath): number {
  const { binding, tree } = fileSystem;
  return node.withHandle((handle) =>
    tree.withParent(path, (directory, name) => binding.linkat(handle, EMPTY, directory, name, 0)),
  );
}

/** Gives a new inode the owner and mode it is to have, whatever Node's user and umask made of it. */
function settle(fileSystem: HostFileSystem, path: HostPath, created: NewInode): Inode | number {
  const found = fileSystem.lookup(path);
  if (isError(found)) return found;
  const { inode } = found;
  const { owners, binding } = fileSystem;
  const node = inode.attributes;
  if (inode.uid !== created.uid || inode.gid !== created.gid) {
    const result = node.withHandle((handle) =>
      binding.fchownat(handle, EMPTY, owners.toHostUid(created.uid), owners.toHostGid(created.gid), AtFlags.AT_EMPTY_PATH),
    );
    if (result === 0) {
      node.uid = created.uid;
      node.gid = created.gid;
    } else if (result !== -Errno.EPERM) return result;
  }
  if (inode.type !== 'symlink' && (inode.mode & 0o7777) !== created.mode) {
    const result = node.change({ mode: created.mode });
    if (result < 0) return result;
  }
  return inode;
}
