import { array, bytes } from '../codec.js';
import { struct } from '../struct.js';
import { timespec } from './time.js';

/** What `stat(2)` tells. Source: linux/arch/x86/include/uapi/asm/stat.h. */
export const stat = struct('stat', {
  st_dev: 'u64',
  st_ino: 'u64',
  st_nlink: 'u64',
  st_mode: 'u32',
  st_uid: 'u32',
  st_gid: 'u32',
  __pad0: 'u32',
  st_rdev: 'u64',
  st_size: 'i64',
  st_blksize: 'i64',
  st_blocks: 'i64',
  st_atim: timespec,
  st_mtim: timespec,
  st_ctim: timespec,
  __glibc_reserved: array('i64', 3),
});

/** A time of `statx(2)`. Source: linux/include/uapi/linux/stat.h. */
export const statxTimestamp = struct('statx_timestamp', { tv_sec: 'i64', tv_nsec: 'u32', __reserved: 'i32' });

/** What `statx(2)` tells. Source: linux/include/uapi/linux/stat.h. */
export const statx = struct('statx', {
  stx_mask: 'u32',
  stx_blksize: 'u32',
  stx_attributes: 'u64',
  stx_nlink: 'u32',
  stx_uid: 'u32',
  stx_gid: 'u32',
  stx_mode: 'u16',
  __statx_pad1: array('u16', 1),
  stx_ino: 'u64',
  stx_size: 'u64',
  stx_blocks: 'u64',
  stx_attributes_mask: 'u64',
  stx_atime: statxTimestamp,
  stx_btime: statxTimestamp,
  stx_ctime: statxTimestamp,
  stx_mtime: statxTimestamp,
  stx_rdev_major: 'u32',
  stx_rdev_minor: 'u32',
  stx_dev_major: 'u32',
  stx_dev_minor: 'u32',
  __statx_pad2: array('u64', 14),
});

/** What `statfs(2)` tells. Source: linux/include/uapi/asm-generic/statfs.h. */
export const statfs = struct('statfs', {
  f_type: 'i64',
  f_bsize: 'i64',
  f_blocks: 'u64',
  f_bfree: 'u64',
  f_bavail: 'u64',
  f_files: 'u64',
  f_ffree: 'u64',
  f_fsid: array('i32', 2),
  f_namelen: 'i64',
  f_frsize: 'i64',
  f_flags: 'i64',
  f_spare: array('i64', 4),
});

/** Head of a record of `getdents64(2)`; the name follows, NUL-terminated. Source: linux/include/linux/dirent.h. */
export const dirent64 = struct('dirent64', { d_ino: 'u64', d_off: 'i64', d_reclen: 'u16', d_type: 'u8', d_name: bytes(5) });

/** Bytes of a {@link dirent64} before its name. */
export const DIRENT64_NAME = dirent64.offsets.d_name;
