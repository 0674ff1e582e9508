import { MemfdFlags, OpenFlags } from '@occlum/abi';
import type { Handler, NamedScalar } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';

import type { SyscallContext } from '../kernel/syscall-context.js';
import { cString } from './byte-string.js';
import { FileDescription } from './file-description.js';
import type { Vfs } from './vfs.js';

const KNOWN = MemfdFlags.MFD_CLOEXEC | MemfdFlags.MFD_ALLOW_SEALING | MemfdFlags.MFD_NOEXEC_SEAL | MemfdFlags.MFD_EXEC;
/** `MFD_HUGETLB` and the size of its pages. Source: linux/include/uapi/linux/memfd.h, `MFD_HUGE_MASK`. */
const HUGE = MemfdFlags.MFD_HUGETLB | (0x3f << 26);
/** Longest name. Source: linux/mm/memfd.c, `MFD_NAME_MAX_LEN`. */
const NAME_MAX = 249;

/**
 * `memfd_create(2)`: a file of the host's memory, which the process holds by itself.
 *
 * Errors, in the order Linux checks them: `EINVAL` for unknown flags or both of `MFD_EXEC` and `MFD_NOEXEC_SEAL`;
 * `EFAULT`, `EINVAL` for a long name; `EMFILE`. `MFD_HUGETLB` is `ENODEV`, as where the host has no huge pages.
 */
export function memfdCreate(vfs: Vfs): Handler<SyscallContext, ['path', NamedScalar]> {
  return (context, name, flags) => {
    const both = MemfdFlags.MFD_EXEC | MemfdFlags.MFD_NOEXEC_SEAL;
    const isHuge = (flags & MemfdFlags.MFD_HUGETLB) !== 0;
    if ((flags & ~(isHuge ? KNOWN | HUGE : KNOWN)) !== 0 || (flags & both) === both) return -Errno.EINVAL;
    const text = name.read();
    if (typeof text === 'number') return text === -Errno.EFAULT ? text : -Errno.EINVAL;
    if (text.length > NAME_MAX) return -Errno.EINVAL;
    if (isHuge) return -Errno.ENODEV;
    const hostFd = vfs.binding.memfdCreate(cString(text), flags | MemfdFlags.MFD_CLOEXEC);
    if (hostFd < 0) return hostFd;
    const description = new FileDescription({ kind: FdKind.anonymous, flags: OpenFlags.O_RDWR, label: `/memfd:${text} (deleted)` });
    return context.install(hostFd, description, FdKind.anonymous, { cloexec: (flags & MemfdFlags.MFD_CLOEXEC) !== 0 });
  };
}
