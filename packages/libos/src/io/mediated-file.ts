import type { Handler, BufferArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import type { WaitQueue } from '../kernel/wait-queue.js';

/** A file whose reads and writes are answered here: the `object` of a description of kind `mediated`. */
export interface MediatedFile {
  /**
   * Bytes for a read.
   *
   * @param length - Most that are wanted.
   * @returns None at the end of the file; a negative error number.
   */
  read(context: SyscallContext, length: number): Uint8Array | number | Promise<Uint8Array | number>;
  /**
   * Takes bytes of a write.
   *
   * @returns How many were taken; a negative error number.
   */
  write(context: SyscallContext, bytes: Uint8Array): number | Promise<number>;
  /** Woken for each thing that comes to be read, where a program can have itself signalled for it; else left out. */
  readonly arrived?: WaitQueue;
}

/** `read(2)` of such a file. Errors: `EBADF` no such descriptor; `EINVAL` none of this kind; what the file says; `EFAULT`. */
export const readMediated: Handler<SyscallContext, ['fd', BufferArgument<'outputBuffer'>, 'size']> = async (context, _fd, out) => {
  const file = fileOf(context);
  if (typeof file === 'number') return file;
  const bytes = await file.read(context, out.room);
  if (typeof bytes === 'number') return bytes;
  return bytes.length === 0 || out.write(bytes) ? bytes.length : -Errno.EFAULT;
};

/** `write(2)` to such a file. Errors: `EBADF` no such descriptor; `EINVAL` none of this kind; `EFAULT`; what the file says. */
export const writeMediated: Handler<SyscallContext, ['fd', BufferArgument<'inputBuffer'>, 'size']> = (context, _fd, input) => {
  const file = fileOf(context);
  if (typeof file === 'number') return file;
  const bytes = input.read();
  return bytes === undefined ? -Errno.EFAULT : file.write(context, bytes);
};

/** `fsync(2)` of a directory: its names are in the LibOS, nothing of them is on its way to a disk. Errors: `EBADF`; `EINVAL` no directory. */
export const syncDirectory: Handler<SyscallContext, ['fd']> = (context) => {
  const description = context.object(0);
  if (description === undefined) return -Errno.EBADF;
  return description.kind === FdKind.directory ? 0 : -Errno.EINVAL;
};

/** Answers calls that no such file has. */
export function refuseMediated(error: number): () => number {
  return () => -error;
}

function fileOf(context: SyscallContext): MediatedFile | number {
  const description = context.object(0);
  if (description === undefined) return -Errno.EBADF;
  const { object } = description;
  return isMediatedFile(object) ? object : -Errno.EINVAL;
}

/** Whether an object of a description is such a file. */
export function isMediatedFile(object: unknown): object is MediatedFile {
  return typeof object === 'object' && object !== null && 'read' in object && 'write' in object;
}
