import { InotifyMask, OpenFlags } from '@occlum/abi';
import type { Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { usableDescription } from './descriptor-target.js';
import { FileDescription } from './file-description.js';
import { InotifyInstance } from './inotify/inotify-instance.js';
import { lookupArgument } from './path-argument.js';
import { READ, checkAccess } from './permissions.js';
import { isError } from './result.js';
import type { Vfs } from './vfs.js';

/** Every bit that a watch may ask for. Source: linux/include/linux/inotify.h, `ALL_INOTIFY_BITS`. */
const ALL_EVENTS = 0xfff;

/** `inotify_init(2)`. */
export function inotifyInit(vfs: Vfs): Handler<SyscallContext, []> {
  return (context) => open(vfs, context, 0);
}

/** `inotify_init1(2)`. Errors, in the order Linux checks them: `EINVAL` for unknown flags; `EMFILE`. */
export function inotifyInit1(vfs: Vfs): Handler<SyscallContext, [NamedScalar]> {
  return (context, flags) => ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) === 0 ? open(vfs, context, flags) : -Errno.EINVAL);
}

/**
 * `inotify_add_watch(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` for a mask without events, or both `IN_MASK_ADD` and `IN_MASK_CREATE`;
 * `EBADF`; `EINVAL` for what is no inotify descriptor; those of the look-up; `ENOTDIR` with `IN_ONLYDIR`; `EACCES`; `EEXIST`; `ENOSPC`.
 *
 * Source: linux/fs/notify/inotify/inotify_user.c, `SYSCALL_DEFINE3(inotify_add_watch)`.
 */
export function inotifyAddWatch(vfs: Vfs): Handler<SyscallContext, ['fd', 'path', NamedScalar]> {
  return (context, _fd, path, mask) => {
    const both = InotifyMask.IN_MASK_ADD | InotifyMask.IN_MASK_CREATE;
    if ((mask & ALL_EVENTS) === 0 || (mask & both) === both) return -Errno.EINVAL;
    const instance = instanceOf(context);
    if (isError(instance)) return instance;
    const location = lookupArgument(vfs, context, path, { follow: (mask & InotifyMask.IN_DONT_FOLLOW) === 0 });
    if (isError(location)) return location;
    if ((mask & InotifyMask.IN_ONLYDIR) !== 0 && location.inode.type !== 'directory') return -Errno.ENOTDIR;
    const denied = checkAccess(location.inode, READ, context.process.credentials);
    if (denied !== 0) return denied;
    if (!instance.watches(location.inode) && !vfs.inotify.hasRoom) return -Errno.ENOSPC;
    return instance.add(location.inode, mask);
  };
}

/** `inotify_rm_watch(2)`. Errors, in the order Linux checks them: `EBADF`; `EINVAL` for what is no inotify descriptor or watch. */
export function inotifyRemoveWatch(): Handler<SyscallContext, ['fd', 'int']> {
  return (context, _fd, wd) => {
    const instance = instanceOf(context);
    return isError(instance) ? instance : instance.removeNumber(wd);
  };
}

function open(vfs: Vfs, context: SyscallContext, flags: number): number {
  const opened = vfs.inotify.open((hostFd, events, ready) => context.kernel.watch(hostFd, events, ready));
  if (isError(opened)) return opened;
  const { instance, hostFd } = opened;
  const description = new FileDescription({
    kind: FdKind.mediated,
    flags,
    object: instance,
    label: 'anon_inode:inotify',
    closed: () => {
      vfs.inotify.close(instance);
    },
  });
  return context.install(hostFd, description, FdKind.mediated, { cloexec: (flags & OpenFlags.O_CLOEXEC) !== 0 });
}

function instanceOf(context: SyscallContext): InotifyInstance | number {
  const description = usableDescription(context, 0);
  if (isError(description)) return description;
  const object = description?.object;
  return object instanceof InotifyInstance ? object : -Errno.EINVAL;
}
