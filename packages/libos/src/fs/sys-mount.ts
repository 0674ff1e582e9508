import type { Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';

/**
 * `mount(2)`, `umount2(2)` and `pivot_root(2)`: mounts are decided outside, so nobody inside has the right.
 *
 * Errors: `EPERM`, which Linux checks first of all.
 */
export function refuseMount(): Handler<SyscallContext, []> {
  return () => -Errno.EPERM;
}

/** `name_to_handle_at(2)`: a handle would name a file past its path. Errors: `EOPNOTSUPP`. */
export function refuseHandle(): Handler<SyscallContext, []> {
  return () => -Errno.EOPNOTSUPP;
}
