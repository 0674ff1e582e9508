import type { SyscallContext } from '../kernel/syscall-context.js';
import type { FileCredentials } from './permissions.js';

/** How a guest opens an inode. */
export interface OpenRequest {
  /** `O_*` as the guest gave them. */
  readonly flags: number;
  readonly credentials: FileCredentials;
  /** The call that opens; `undefined` where the kernel itself does, which never waits. */
  readonly context: SyscallContext | undefined;
}
