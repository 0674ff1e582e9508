import { AT_FDCWD, AtFlags, unknownFlags } from '@occlum/abi';
import type { PathArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { lookupArgument } from '../fs/path-argument.js';
import type { PathOptions } from '../fs/path-argument.js';
import { isError } from '../fs/result.js';
import type { EnclaveKernel } from '../kernel/enclave-kernel.js';
import type { SyscallContext } from '../kernel/syscall-context.js';
import { prepareExec } from './exec.js';

/** Flags that `execveat(2)` knows. Source: linux/fs/exec.c, `do_open_execat`. */
const EXECVEAT_FLAGS = { AT_EMPTY_PATH: AtFlags.AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW: AtFlags.AT_SYMLINK_NOFOLLOW };

/**
 * `execve(2)`. Arguments and environment never come here: the runtime gives them to the host.
 *
 * Errors, in the order Linux checks them: those of the path's look-up; those of {@link ProgramLoader.load}; `E2BIG` and
 * `ENOMEM` come from the host.
 */
export function execve(kernel: EnclaveKernel) {
  return (context: SyscallContext, path: PathArgument): Promise<number> => execute(kernel, context, path, { follow: true });
}

/**
 * `execveat(2)`. Errors as {@link execve}, before them `EINVAL` an unknown flag; `ELOOP` a symbolic link with
 * `AT_SYMLINK_NOFOLLOW`.
 */
export function execveat(kernel: EnclaveKernel) {
  return (context: SyscallContext, dirfd: number, path: PathArgument, _argv: number, _envp: number, flags: number): number | Promise<number> => {
    if (unknownFlags(flags, EXECVEAT_FLAGS) !== 0) return -Errno.EINVAL;
    return execute(kernel, context, path, {
      base: { dirfd, index: 0 },
      follow: (flags & AtFlags.AT_SYMLINK_NOFOLLOW) === 0,
      emptyPath: (flags & AtFlags.AT_EMPTY_PATH) !== 0,
    });
  };
}

async function execute(kernel: EnclaveKernel, context: SyscallContext, path: PathArgument, options: PathOptions): Promise<number> {
  const { process, thread } = context;
  if (process.preparedExec !== undefined) return -Errno.EAGAIN;
  const location = lookupArgument(kernel.vfs, context, path, options);
  if (isError(location)) return location;
  if (location.inode.type === 'symlink') return -Errno.ELOOP;
  const name = scriptPath(path, options);
  const program = await kernel.programs.load(process, location, name);
  if (typeof program === 'number') return program;
  const prepared = prepareExec(kernel, { process, program, path: name, tid: thread.tid, isFirst: false });
  if (prepared < 0) return prepared;
  return context.replaceImage(program.scriptArguments);
}

/** Path that a script's interpreter gets. Source: linux/fs/exec.c, `alloc_bprm`. */
function scriptPath(path: PathArgument, { base }: PathOptions): string {
  const text = path.read();
  if (typeof text === 'number') return '';
  const isPlain = base === undefined || text.startsWith('/') || base.dirfd === AT_FDCWD;
  if (isPlain) return text;
  return text === '' ? `/dev/fd/${base.dirfd}` : `/dev/fd/${base.dirfd}/${text}`;
}
