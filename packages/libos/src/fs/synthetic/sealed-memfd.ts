import { FcntlCommand, MemfdFlags, OpenFlags, SealFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import { cString } from '../byte-string.js';

/** Source: linux/mm/memfd.c, `MFD_NAME_MAX_LEN`. */
const NAME_MAX = 249;
const SEALS = SealFlags.F_SEAL_SEAL | SealFlags.F_SEAL_SHRINK | SealFlags.F_SEAL_GROW | SealFlags.F_SEAL_WRITE;

/**
 * Makes a file that nobody can change any more.
 *
 * @param binding - Host calls.
 * @param content - Its bytes.
 * @param name - As the host's /proc shows it; cut where it is longer than the host allows.
 * @returns A read-only descriptor, or a negative error number.
 */
export function sealedMemfd(binding: FileBinding, content: Uint8Array, name = 'occlum'): number {
  const memory = binding.memfdCreate(cString(name.slice(0, NAME_MAX)), MemfdFlags.MFD_CLOEXEC | MemfdFlags.MFD_ALLOW_SEALING);
  if (memory < 0) return memory;
  let result = 0;
  for (let at = 0; at < content.length && result >= 0; at += result) result = binding.pwrite(memory, content.subarray(at), at);
  if (result >= 0) result = binding.fcntl(memory, FcntlCommand.F_ADD_SEALS, SEALS);
  if (result >= 0) result = binding.reopen(memory, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC);
  binding.close(memory);
  return result;
}
