import { statfs as statfsCodec } from '@occlum/abi';
import type { DataArgument, Handler, StructOutput } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { usableDescription } from './descriptor-target.js';
import { emptyStatus } from './file-system.js';
import type { Location } from './location.js';
import { lookupArgument, openDescription } from './path-argument.js';
import { isError } from './result.js';
import type { Vfs } from './vfs.js';

type StatfsValue = Parameters<typeof statfsCodec.encode>[0];
type StatfsOutput = DataArgument<'output', StatfsValue>;

/** What `f_flags` says. Source: linux/include/linux/statfs.h. */
const ST_RDONLY = 1;
const ST_VALID = 0x20;
/** Type of what is in no file system: pipes and the like. Source: linux/include/uapi/linux/magic.h, `ANON_INODE_FS_MAGIC`. */
const ANON_INODE_FS_MAGIC = 0x09041934;

/** `statfs(2)`. Errors, in the order Linux checks them: those of the look-up; `EFAULT`. */
export function statfs(vfs: Vfs): Handler<SyscallContext, ['path', StatfsOutput]> {
  return (context, path, out) => {
    const location = lookupArgument(vfs, context, path, { follow: true });
    return isError(location) ? location : putStatus(location, out);
  };
}

/** `fstatfs(2)`. Errors, in the order Linux checks them: `EBADF`; `EFAULT`. */
export function fstatfs(): Handler<SyscallContext, ['fd', StatfsOutput]> {
  return (context, _fd, out) => {
    const description = openDescription(context, 0);
    return isError(description) ? description : putStatus(description?.location, out);
  };
}

/** `syncfs(2)`. Errors: `EBADF`. What guests write is in the host's cache; it is the host's to keep. */
export function syncfs(): Handler<SyscallContext, ['fd']> {
  return (context) => {
    const description = usableDescription(context, 0);
    return isError(description) ? description : (description?.location?.mount.fileSystem.sync() ?? 0);
  };
}

/** `sync(2)`. */
export function sync(vfs: Vfs): Handler<SyscallContext, []> {
  return async () => {
    for (const { fileSystem } of vfs.mounts.mounts) await fileSystem.sync();
    return 0;
  };
}

function putStatus(location: Location | undefined, out: StructOutput<StatfsValue>): number {
  const status = location === undefined ? emptyStatus(ANON_INODE_FS_MAGIC) : location.mount.fileSystem.status();
  if (isError(status)) return status;
  const bytes = statfsCodec.encode({
    f_type: BigInt(status.type),
    f_bsize: BigInt(status.blockSize),
    f_blocks: BigInt(status.blocks),
    f_bfree: BigInt(status.blocksFree),
    f_bavail: BigInt(status.blocksFree),
    f_files: BigInt(status.files),
    f_ffree: BigInt(status.filesFree),
    f_fsid: [location?.mount.id ?? 0, 0],
    f_namelen: BigInt(status.nameMax),
    f_frsize: BigInt(status.blockSize),
    f_flags: BigInt(ST_VALID | (location?.mount.readOnly === true ? ST_RDONLY : 0)),
    f_spare: [0n, 0n, 0n, 0n],
  });
  return out.write(bytes) ? 0 : -Errno.EFAULT;
}
