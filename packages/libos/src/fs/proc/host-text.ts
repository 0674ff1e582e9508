import { AT_FDCWD, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import { cString, textOf } from '../byte-string.js';

const CHUNK = 65536;
/** More of a file is not read. */
const MAX_BYTES = 1 << 22;

/** Host calls to read a file. */
export type TextBinding = Pick<FileBinding, 'openat' | 'openGuestFile' | 'read' | 'close'>;

/**
 * A file of the host's /proc or /sys, whole.
 *
 * @param binding - Host calls.
 * @param path - Made of constants and host process ids that the host vouched for; never of anything a guest said.
 * @returns Its text, or a negative error number.
 */
export function hostText(binding: TextBinding, path: string): string | number {
  return takeText(binding, binding.openat(AT_FDCWD, cString(path), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0, 0));
}

/**
 * A file of the host's /proc about a guest, whole; also one that the host shows to the guest's own user only.
 *
 * @param binding - Host calls.
 * @param hostPid - Process id of the guest on the host, 0 for none.
 * @param name - Constant name in its directory.
 * @returns Its text, or a negative error number: `EACCES` the host lets not even the guest's user look, as in a release enclave.
 */
export function guestText(binding: TextBinding, hostPid: number, name: string): string | number {
  return takeText(binding, hostPid > 0 ? binding.openGuestFile(hostPid, cString(name)) : -Errno.ESRCH);
}

function takeText(binding: TextBinding, file: number): string | number {
  if (file < 0) return file;
  const chunk = new Uint8Array(CHUNK);
  let text = '';
  let length: number;
  while ((length = binding.read(file, chunk)) > 0 && text.length < MAX_BYTES) text += textOf(chunk.subarray(0, length));
  binding.close(file);
  return length < 0 ? length : text;
}
