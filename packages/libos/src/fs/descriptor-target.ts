import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import type { FileDescription } from './file-description.js';
import { openDescription } from './path-argument.js';
import { isError } from './result.js';

/**
 * What stands behind a descriptor argument of a call that does not take `O_PATH`.
 *
 * @returns `-EBADF`; `undefined` for what the kernel does not know.
 */
export function usableDescription(context: SyscallContext, index: number): FileDescription | undefined | number {
  const description = openDescription(context, index);
  if (isError(description)) return description;
  return description !== undefined && (description.flags & OpenFlags.O_PATH) !== 0 ? -Errno.EBADF : description;
}
