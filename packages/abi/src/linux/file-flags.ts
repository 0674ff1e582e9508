import type { FlagTable } from '../flags.js';

/**
 * Flags of `open(2)`; `O_ACCMODE` is the field of the access mode.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
export const OpenFlags = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_DSYNC: 0o10000,
  O_ASYNC: 0o20000,
  O_DIRECT: 0o40000,
  O_DIRECTORY: 0o200000,
  O_LARGEFILE: 0o100000,
  O_NOFOLLOW: 0o400000,
  O_NOATIME: 0o1000000,
  O_CLOEXEC: 0o2000000,
  O_SYNC: 0o4010000,
  O_PATH: 0o10000000,
  O_TMPFILE: 0o20200000,
} as const satisfies FlagTable;

/**
 * Flags of the `*at(2)` calls.
 *
 * Source: linux/include/uapi/linux/fcntl.h.
 */
export const AtFlags = {
  AT_SYMLINK_NOFOLLOW: 0x100,
  AT_REMOVEDIR: 0x200,
  AT_SYMLINK_FOLLOW: 0x400,
  AT_NO_AUTOMOUNT: 0x800,
  AT_EMPTY_PATH: 0x1000,
  AT_STATX_FORCE_SYNC: 0x2000,
  AT_STATX_DONT_SYNC: 0x4000,
  AT_RECURSIVE: 0x8000,
} as const satisfies FlagTable;

/**
 * Flags of `faccessat2(2)`; one bit has another name there.
 *
 * Source: linux/include/uapi/linux/fcntl.h.
 */
export const EaccessFlags = {
  AT_EACCESS: 0x200,
  AT_SYMLINK_NOFOLLOW: 0x100,
  AT_EMPTY_PATH: 0x1000,
} as const satisfies FlagTable;

/**
 * Mode of `access(2)`.
 *
 * Source: access(2).
 */
export const AccessMode = {
  F_OK: 0,
  X_OK: 1,
  W_OK: 2,
  R_OK: 4,
} as const satisfies FlagTable;

/**
 * Type and permission bits of `st_mode`.
 *
 * Source: linux/include/uapi/linux/stat.h.
 */
export const FileMode = {
  S_IFMT: 0o170000,
  S_IFSOCK: 0o140000,
  S_IFLNK: 0o120000,
  S_IFREG: 0o100000,
  S_IFBLK: 0o60000,
  S_IFDIR: 0o40000,
  S_IFCHR: 0o20000,
  S_IFIFO: 0o10000,
  S_ISUID: 0o4000,
  S_ISGID: 0o2000,
  S_ISVTX: 0o1000,
  S_IRWXU: 0o700,
  S_IRUSR: 0o400,
  S_IWUSR: 0o200,
  S_IXUSR: 0o100,
  S_IRWXG: 0o70,
  S_IRGRP: 0o40,
  S_IWGRP: 0o20,
  S_IXGRP: 0o10,
  S_IRWXO: 7,
  S_IROTH: 4,
  S_IWOTH: 2,
  S_IXOTH: 1,
} as const satisfies FlagTable;

/**
 * `d_type` of a directory entry.
 *
 * Source: linux/include/linux/fs_types.h.
 */
export const DirectoryEntryType = {
  DT_UNKNOWN: 0,
  DT_FIFO: 1,
  DT_CHR: 2,
  DT_DIR: 4,
  DT_BLK: 6,
  DT_REG: 8,
  DT_LNK: 10,
  DT_SOCK: 12,
  DT_WHT: 14,
} as const satisfies FlagTable;

/**
 * Third argument of `lseek(2)`.
 *
 * Source: linux/include/uapi/linux/fs.h.
 */
export const SeekWhence = {
  SEEK_SET: 0,
  SEEK_CUR: 1,
  SEEK_END: 2,
  SEEK_DATA: 3,
  SEEK_HOLE: 4,
} as const satisfies FlagTable;

/**
 * Flags of `renameat2(2)`.
 *
 * Source: linux/include/uapi/linux/fs.h.
 */
export const RenameFlags = {
  RENAME_NOREPLACE: 1,
  RENAME_EXCHANGE: 2,
  RENAME_WHITEOUT: 4,
} as const satisfies FlagTable;

/**
 * Flags of `setxattr(2)`.
 *
 * Source: linux/include/uapi/linux/xattr.h.
 */
export const XattrFlags = {
  XATTR_CREATE: 1,
  XATTR_REPLACE: 2,
} as const satisfies FlagTable;

/**
 * Commands of `fcntl(2)`.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
export const FcntlCommand = {
  F_DUPFD: 0,
  F_GETFD: 1,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  F_GETLK: 5,
  F_SETLK: 6,
  F_SETLKW: 7,
  F_SETOWN: 8,
  F_GETOWN: 9,
  F_SETSIG: 10,
  F_GETSIG: 11,
  F_SETOWN_EX: 15,
  F_GETOWN_EX: 16,
  F_OFD_GETLK: 36,
  F_OFD_SETLK: 37,
  F_OFD_SETLKW: 38,
  F_SETLEASE: 1024,
  F_GETLEASE: 1025,
  F_NOTIFY: 1026,
  F_DUPFD_CLOEXEC: 1030,
  F_SETPIPE_SZ: 1031,
  F_GETPIPE_SZ: 1032,
  F_ADD_SEALS: 1033,
  F_GET_SEALS: 1034,
} as const satisfies FlagTable;

/**
 * `l_type` of a record lock.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
export const LockType = {
  F_RDLCK: 0,
  F_WRLCK: 1,
  F_UNLCK: 2,
} as const satisfies FlagTable;

/**
 * Operation of `flock(2)`.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
export const FlockOperation = {
  LOCK_SH: 1,
  LOCK_EX: 2,
  LOCK_NB: 4,
  LOCK_UN: 8,
} as const satisfies FlagTable;

/**
 * Flags of `memfd_create(2)`.
 *
 * Source: linux/include/uapi/linux/memfd.h.
 */
export const MemfdFlags = {
  MFD_CLOEXEC: 1,
  MFD_ALLOW_SEALING: 2,
  MFD_HUGETLB: 4,
  MFD_NOEXEC_SEAL: 8,
  MFD_EXEC: 0x10,
} as const satisfies FlagTable;

/**
 * Seals of `fcntl(F_ADD_SEALS)`.
 *
 * Source: linux/include/uapi/linux/fcntl.h.
 */
export const SealFlags = {
  F_SEAL_SEAL: 1,
  F_SEAL_SHRINK: 2,
  F_SEAL_GROW: 4,
  F_SEAL_WRITE: 8,
  F_SEAL_FUTURE_WRITE: 0x10,
} as const satisfies FlagTable;

/**
 * Mode of `fallocate(2)`.
 *
 * Source: linux/include/uapi/linux/falloc.h.
 */
export const FallocateMode = {
  FALLOC_FL_KEEP_SIZE: 1,
  FALLOC_FL_PUNCH_HOLE: 2,
  FALLOC_FL_COLLAPSE_RANGE: 8,
  FALLOC_FL_ZERO_RANGE: 0x10,
  FALLOC_FL_INSERT_RANGE: 0x20,
  FALLOC_FL_UNSHARE_RANGE: 0x40,
} as const satisfies FlagTable;

/**
 * Flags of `mount(2)` and of `f_flags`.
 *
 * Source: linux/include/uapi/linux/mount.h.
 */
export const MountFlags = {
  MS_RDONLY: 1,
  MS_NOSUID: 2,
  MS_NODEV: 4,
  MS_NOEXEC: 8,
  MS_SYNCHRONOUS: 0x10,
  MS_REMOUNT: 0x20,
  MS_MANDLOCK: 0x40,
  MS_DIRSYNC: 0x80,
  MS_NOATIME: 0x400,
  MS_NODIRATIME: 0x800,
  MS_BIND: 0x1000,
  MS_MOVE: 0x2000,
  MS_REC: 0x4000,
  MS_SILENT: 0x8000,
  MS_PRIVATE: 0x40000,
  MS_SLAVE: 0x80000,
  MS_SHARED: 0x100000,
  MS_RELATIME: 0x200000,
  MS_STRICTATIME: 0x1000000,
  MS_LAZYTIME: 0x2000000,
} as const satisfies FlagTable;

/**
 * Flags of `umount2(2)`.
 *
 * Source: linux/include/linux/fs.h.
 */
export const UmountFlags = {
  MNT_FORCE: 1,
  MNT_DETACH: 2,
  MNT_EXPIRE: 4,
  UMOUNT_NOFOLLOW: 8,
} as const satisfies FlagTable;

/**
 * Mask of `statx(2)`.
 *
 * Source: linux/include/uapi/linux/stat.h.
 */
export const StatxMask = {
  STATX_TYPE: 1,
  STATX_MODE: 2,
  STATX_NLINK: 4,
  STATX_UID: 8,
  STATX_GID: 0x10,
  STATX_ATIME: 0x20,
  STATX_MTIME: 0x40,
  STATX_CTIME: 0x80,
  STATX_INO: 0x100,
  STATX_SIZE: 0x200,
  STATX_BLOCKS: 0x400,
  STATX_BASIC_STATS: 0x7ff,
  STATX_BTIME: 0x800,
} as const satisfies FlagTable;

/**
 * Events and flags of `inotify_add_watch(2)`.
 *
 * Source: linux/include/uapi/linux/inotify.h.
 */
export const InotifyMask = {
  IN_ACCESS: 1,
  IN_MODIFY: 2,
  IN_ATTRIB: 4,
  IN_CLOSE_WRITE: 8,
  IN_CLOSE_NOWRITE: 0x10,
  IN_OPEN: 0x20,
  IN_MOVED_FROM: 0x40,
  IN_MOVED_TO: 0x80,
  IN_CREATE: 0x100,
  IN_DELETE: 0x200,
  IN_DELETE_SELF: 0x400,
  IN_MOVE_SELF: 0x800,
  IN_UNMOUNT: 0x2000,
  IN_Q_OVERFLOW: 0x4000,
  IN_IGNORED: 0x8000,
  IN_ONLYDIR: 0x1000000,
  IN_DONT_FOLLOW: 0x2000000,
  IN_EXCL_UNLINK: 0x4000000,
  IN_MASK_CREATE: 0x10000000,
  IN_MASK_ADD: 0x20000000,
  IN_ISDIR: 0x40000000,
  IN_ONESHOT: 0x80000000,
} as const satisfies FlagTable;

/** The bits of `open(2)` flags that are one number: `O_RDONLY`, `O_WRONLY` or `O_RDWR`. Source: as above. */
export const O_ACCMODE = 3;

/** Longest path with its NUL. Source: linux/include/uapi/linux/limits.h. */
export const PATH_MAX = 4096;

/** Longest name of a directory entry. Source: linux/include/uapi/linux/limits.h. */
export const NAME_MAX = 255;
