import { AT_FDCWD, OpenFlags, latin1 } from '@occlum/abi';
import type { FileBinding } from '@occlum/native';

/** Bytes read of a file; those of /proc that are read here are shorter. */
const FILE_MAX = 8192;

/** Host functions that reading a small file needs. */
export type FileHost = Pick<FileBinding, 'openat' | 'read' | 'close'>;

/**
 * A small file of the host's /proc or /sys, whole.
 *
 * @param host - Host functions.
 * @param path - Absolute path, made of numbers and constants only.
 * @returns `undefined` when it is not there.
 */
export function readHostFile(host: FileHost, path: string): string | undefined {
  const fd = host.openat(AT_FDCWD, Buffer.from(`${path}\0`, 'latin1'), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0, 0);
  if (fd < 0) return undefined;
  const out = new Uint8Array(FILE_MAX);
  const length = host.read(fd, out);
  host.close(fd);
  return length < 0 ? undefined : latin1(out.subarray(0, length));
}
