import {
  AccessMode, AtFlags, EaccessFlags, FcntlCommand, FlockOperation, InotifyMask, MemfdFlags, O_ACCMODE, OpenFlags, RenameFlags, SeekWhence, StatxMask, XattrFlags,
  direct, flagsOf, flock as flockStruct, inoutput, input, inputBuffer, kernel, missing, oneOf, output, outputBuffer, partial, stat as statStruct, statfs as statfsStruct,
  statx as statxStruct, utimbuf,
} from '@occlum/abi';

import type { KernelTable } from '../kernel/syscall-context.js';
import * as attributes from './sys-attributes.js';
import * as directories from './sys-directory.js';
import { DescriptorSignals } from '../signal/descriptor-signals.js';
import { fcntl } from './sys-fcntl.js';
import * as fileSystems from './sys-file-system.js';
import * as watches from './sys-inotify.js';
import { ioctl } from './sys-ioctl.js';
import type { OtherIoctl } from './sys-ioctl.js';
import * as links from './sys-link-text.js';
import { flock } from './sys-lock.js';
import * as make from './sys-make.js';
import { memfdCreate } from './sys-memfd.js';
import { refuseHandle, refuseMount } from './sys-mount.js';
import * as opens from './sys-open.js';
import * as removals from './sys-remove.js';
import * as renames from './sys-rename.js';
import * as stats from './sys-stat.js';
import * as times from './sys-times.js';
import * as xattrs from './sys-xattr.js';
import type { Vfs } from './vfs.js';

/** Longest path with its NUL; most bytes of directory entries and of an attribute's value at once. */
const PATH_BYTES = 4096;
const ENTRIES_BYTES = 32768;
const VALUE_BYTES = 32768;
/** Most bytes of `struct open_how`; a page, as Linux has it. */
const HOW_BYTES = 4096;

const open = flagsOf(OpenFlags, O_ACCMODE);
const at = flagsOf(AtFlags);
const access = flagsOf(AccessMode);
const stat = output(statStruct);

/** What {@link fileSystemSyscalls} joins to. */
export interface FileSystemSyscallOptions {
  /** Answers requests of `ioctl(2)` on what is no terminal, such as those of sockets. */
  readonly otherIoctl?: OtherIoctl;
  /** Keeps whom descriptions signal. */
  readonly descriptors?: DescriptorSignals;
}

/**
 * The rows of files and file systems.
 *
 * @param vfs - The file systems.
 * @param options - What other families answer.
 */
export function fileSystemSyscalls(vfs: Vfs, options: FileSystemSyscallOptions = {}): KernelTable {
  return {
    ...openSyscalls(vfs, options),
    ...nameSyscalls(vfs),
    ...attributeSyscalls(vfs),
    ...xattrSyscalls(vfs),
    ...watchSyscalls(vfs),
    ...mountSyscalls(vfs),
  };
}

function openSyscalls(vfs: Vfs, { otherIoctl, descriptors = new DescriptorSignals() }: FileSystemSyscallOptions): KernelTable {
  return {
    open: kernel(2, ['path', open, 'mode'], opens.open(vfs)),
    openat: kernel(257, ['fd', 'path', open, 'mode'], opens.openat(vfs)),
    openat2: kernel(437, ['fd', 'path', inputBuffer(3, HOW_BYTES), 'size'], opens.openat2(vfs)),
    creat: kernel(85, ['path', 'mode'], opens.creat(vfs)),
    memfd_create: partial(kernel(319, ['path', flagsOf(MemfdFlags)], memfdCreate(vfs)), 'No huge pages.'),
    lseek: direct(8, ['fd', 'offset', oneOf(SeekWhence)], { kernel: directories.seekDirectory() }),
    getdents: kernel(78, ['fd', outputBuffer(2, ENTRIES_BYTES), 'uint'], directories.getdents(vfs, 'old')),
    getdents64: kernel(217, ['fd', outputBuffer(2, ENTRIES_BYTES), 'uint'], directories.getdents(vfs, 'new')),
    flock: kernel(73, ['fd', flagsOf(FlockOperation)], flock(vfs)),
    fcntl: partial(direct(72, ['fd', oneOf(FcntlCommand), inoutput(flockStruct)], { custom: true, kernel: fcntl(vfs, descriptors) }), 'No leases, no F_NOTIFY; no owner and no signal of eventfd, timerfd and epoll, which send none.'),
    ioctl: partial(direct(16, ['fd', 'uint', inoutput(0)], { custom: true, kernel: ioctl(vfs, otherIoctl) }), 'A list of requests.'),
  };
}

function nameSyscalls(vfs: Vfs): KernelTable {
  return {
    mkdir: kernel(83, ['path', 'mode'], make.mkdir(vfs)),
    mkdirat: kernel(258, ['fd', 'path', 'mode'], make.mkdirat(vfs)),
    mknod: partial(kernel(133, ['path', 'mode', 'uint'], make.mknod(vfs)), 'No device nodes.'),
    mknodat: partial(kernel(259, ['fd', 'path', 'mode', 'uint'], make.mknodat(vfs)), 'No device nodes.'),
    link: kernel(86, ['path', 'path'], make.link(vfs)),
    linkat: kernel(265, ['fd', 'path', 'fd', 'path', at], make.linkat(vfs)),
    symlink: kernel(88, ['path', 'path'], make.symlink(vfs)),
    symlinkat: kernel(266, ['path', 'fd', 'path'], make.symlinkat(vfs)),
    unlink: kernel(87, ['path'], removals.unlink(vfs)),
    unlinkat: kernel(263, ['fd', 'path', at], removals.unlinkat(vfs)),
    rmdir: kernel(84, ['path'], removals.rmdir(vfs)),
    rename: kernel(82, ['path', 'path'], renames.rename(vfs)),
    renameat: kernel(264, ['fd', 'path', 'fd', 'path'], renames.renameat(vfs)),
    renameat2: partial(kernel(316, ['fd', 'path', 'fd', 'path', flagsOf(RenameFlags)], renames.renameat2(vfs)), 'No RENAME_WHITEOUT.'),
    readlink: kernel(89, ['path', outputBuffer(2, PATH_BYTES), 'int'], links.readlink(vfs)),
    readlinkat: kernel(267, ['fd', 'path', outputBuffer(3, PATH_BYTES), 'int'], links.readlinkat(vfs)),
    getcwd: kernel(79, [outputBuffer(1, PATH_BYTES), 'size'], directories.getcwd()),
    chdir: kernel(80, ['path'], directories.chdir(vfs)),
    fchdir: kernel(81, ['fd'], directories.fchdir()),
    chroot: kernel(161, ['path'], directories.chroot(vfs)),
    umask: kernel(95, ['mode'], directories.umask()),
  };
}

function attributeSyscalls(vfs: Vfs): KernelTable {
  const pair = input(times.timespecPair);
  const microPair = input(times.timevalPair);
  return {
    stat: kernel(4, ['path', stat], stats.stat(vfs, 'follow')),
    lstat: kernel(6, ['path', stat], stats.stat(vfs, 'nofollow')),
    fstat: kernel(5, ['fd', stat], stats.fstat(vfs), { sendsFd: true }),
    newfstatat: kernel(262, ['fd', 'path', stat, at], stats.newfstatat(vfs)),
    statx: kernel(332, ['fd', 'path', at, flagsOf(StatxMask), output(statxStruct)], stats.statx(vfs)),
    access: kernel(21, ['path', access], stats.access(vfs)),
    faccessat: kernel(269, ['fd', 'path', access], stats.faccessat(vfs)),
    faccessat2: kernel(439, ['fd', 'path', access, flagsOf(EaccessFlags)], stats.faccessat2(vfs)),
    chmod: kernel(90, ['path', 'mode'], attributes.chmod(vfs)),
    fchmod: kernel(91, ['fd', 'mode'], attributes.fchmod(vfs)),
    fchmodat: kernel(268, ['fd', 'path', 'mode'], attributes.fchmodat(vfs)),
    fchmodat2: kernel(452, ['fd', 'path', 'mode', at], attributes.fchmodat2(vfs)),
    chown: kernel(92, ['path', 'uint', 'uint'], attributes.chown(vfs, 'follow')),
    lchown: kernel(94, ['path', 'uint', 'uint'], attributes.chown(vfs, 'nofollow')),
    fchown: kernel(93, ['fd', 'uint', 'uint'], attributes.fchown(vfs)),
    fchownat: kernel(260, ['fd', 'path', 'uint', 'uint', at], attributes.fchownat(vfs)),
    truncate: kernel(76, ['path', 'offset'], times.truncate(vfs)),
    utime: kernel(132, ['path', input(utimbuf)], times.utime(vfs)),
    utimes: kernel(235, ['path', microPair], times.utimes(vfs)),
    futimesat: kernel(261, ['fd', 'path', microPair], times.futimesat(vfs)),
    utimensat: kernel(280, ['fd', 'path', pair, at], times.utimensat(vfs)),
  };
}

function xattrSyscalls(vfs: Vfs): KernelTable {
  const set = flagsOf(XattrFlags);
  const given = inputBuffer(3, VALUE_BYTES);
  const wanted = outputBuffer(3, VALUE_BYTES);
  const list = outputBuffer(2, VALUE_BYTES);
  const note = 'Values are at most 32768 bytes.';
  return {
    setxattr: partial(kernel(188, ['path', 'path', given, 'size', set], xattrs.setxattr(vfs, 'follow')), note),
    lsetxattr: partial(kernel(189, ['path', 'path', given, 'size', set], xattrs.setxattr(vfs, 'nofollow')), note),
    fsetxattr: partial(kernel(190, ['fd', 'path', given, 'size', set], xattrs.fsetxattr(vfs)), note),
    getxattr: partial(kernel(191, ['path', 'path', wanted, 'size'], xattrs.getxattr(vfs, 'follow')), note),
    lgetxattr: partial(kernel(192, ['path', 'path', wanted, 'size'], xattrs.getxattr(vfs, 'nofollow')), note),
    fgetxattr: partial(kernel(193, ['fd', 'path', wanted, 'size'], xattrs.fgetxattr()), note),
    listxattr: kernel(194, ['path', list, 'size'], xattrs.listxattr(vfs, 'follow')),
    llistxattr: kernel(195, ['path', list, 'size'], xattrs.listxattr(vfs, 'nofollow')),
    flistxattr: kernel(196, ['fd', list, 'size'], xattrs.flistxattr()),
    removexattr: kernel(197, ['path', 'path'], xattrs.removexattr(vfs, 'follow')),
    lremovexattr: kernel(198, ['path', 'path'], xattrs.removexattr(vfs, 'nofollow')),
    fremovexattr: kernel(199, ['fd', 'path'], xattrs.fremovexattr(vfs)),
  };
}

function watchSyscalls(vfs: Vfs): KernelTable {
  const note = 'Of directories of the host, names that come and go by the host alone are not seen.';
  return {
    inotify_init: kernel(253, [], watches.inotifyInit(vfs)),
    inotify_init1: kernel(294, [open], watches.inotifyInit1(vfs)),
    inotify_add_watch: partial(kernel(254, ['fd', 'path', flagsOf(InotifyMask)], watches.inotifyAddWatch(vfs)), note),
    inotify_rm_watch: kernel(255, ['fd', 'int'], watches.inotifyRemoveWatch()),
    fanotify_init: missing(300),
    fanotify_mark: missing(301),
  };
}

function mountSyscalls(vfs: Vfs): KernelTable {
  const outside = 'Mounts are decided outside.';
  return {
    statfs: kernel(137, ['path', output(statfsStruct)], fileSystems.statfs(vfs)),
    fstatfs: kernel(138, ['fd', output(statfsStruct)], fileSystems.fstatfs()),
    sync: kernel(162, [], fileSystems.sync(vfs)),
    syncfs: kernel(306, ['fd'], fileSystems.syncfs()),
    mount: partial(kernel(165, [], refuseMount()), outside),
    umount2: partial(kernel(166, [], refuseMount()), outside),
    pivot_root: partial(kernel(155, [], refuseMount()), outside),
    name_to_handle_at: partial(kernel(303, [], refuseHandle()), 'A handle would name a file past its path.'),
    quotactl: missing(179),
  };
}

