import { statfs } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import type { FileSystemStatus } from '../file-system.js';

/** What the host's `statfs(2)` says of a descriptor's file system. */
export function readStatus(binding: Pick<FileBinding, 'statfs'>, descriptor: number): FileSystemStatus | number {
  const bytes = new Uint8Array(statfs.size);
  const result = binding.statfs(descriptor, bytes);
  if (result < 0) return result;
  const status = statfs.decode(bytes);
  return {
    type: Number(status.f_type),
    blockSize: Number(status.f_bsize),
    blocks: Number(status.f_blocks),
    blocksFree: Number(status.f_bavail),
    files: Number(status.f_files),
    filesFree: Number(status.f_ffree),
    nameMax: Number(status.f_namelen),
  };
}
