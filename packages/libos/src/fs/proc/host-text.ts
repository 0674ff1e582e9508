import { AT_FDCWD, OpenFlags } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

import { cString, textOf } from '../byte-string.js';

const CHUNK = 65536;
/** More of a file is not read. */
const MAX_BYTES = 1 << 22;

/** Host calls to read a file. */
export type TextBinding = Pick<FileBinding, 'openat' | 'read' | 'close'>;

/**
 * A file of the host's /proc or /sys, whole.
 *
 * @param binding - Host calls.
 * @param path - Made of constants and host process ids that the host vouched for; never of anything a guest said.
 * @returns Its text, or a negative error number.
 */
export function hostText(binding: TextBinding, path: string): string | number {
  const file = binding.openat(AT_FDCWD, cString(path), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0, 0);
  if (file < 0) return file;
  const chunk = new Uint8Array(CHUNK);
  let text = '';
  let length: number;
  while ((length = binding.read(file, chunk)) > 0 && text.length < MAX_BYTES) text += textOf(chunk.subarray(0, length));
  binding.close(file);
  return length < 0 ? length : text;
}
