import { FileMode } from '@occlum/abi';

/** A point in time, as file systems keep it. */
export interface Time {
  readonly sec: number;
  /** 0 to 999 999 999. */
  readonly nsec: number;
}

/** What `stat(2)` and `statx(2)` say of an inode. */
export interface Stat {
  readonly dev: number;
  readonly ino: number;
  /** Type and permission bits. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** What device a device node stands for, as `makedev` gives it. */
  readonly rdev: number;
  /** Bytes. */
  readonly size: number;
  readonly blksize: number;
  /** Units of 512 bytes. */
  readonly blocks: number;
  readonly atime: Time;
  readonly mtime: Time;
  readonly ctime: Time;
  readonly btime?: Time | undefined;
}

/** What an inode is. */
export type InodeType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'char' | 'block';

/** Type bits of each type, and the `d_type` of its directory entries. Source: dirent.h, `DT_*`. */
const TYPES: Readonly<Record<InodeType, number>> = {
  file: FileMode.S_IFREG,
  directory: FileMode.S_IFDIR,
  symlink: FileMode.S_IFLNK,
  fifo: FileMode.S_IFIFO,
  socket: FileMode.S_IFSOCK,
  char: FileMode.S_IFCHR,
  block: FileMode.S_IFBLK,
};

/** Type bits of a mode for a type. */
export function typeBits(type: InodeType): number {
  return TYPES[type];
}

/** `d_type` of a directory entry: the type bits moved down. Source: glibc dirent.h, `IFTODT`. */
export function entryType(type: InodeType): number {
  return TYPES[type] >> 12;
}

/** What the type bits of a mode say; `undefined` for bits that no type has. */
export function typeOfMode(mode: number): InodeType | undefined {
  switch (mode & FileMode.S_IFMT) {
    case FileMode.S_IFREG: return 'file';
    case FileMode.S_IFDIR: return 'directory';
    case FileMode.S_IFLNK: return 'symlink';
    case FileMode.S_IFIFO: return 'fifo';
    case FileMode.S_IFSOCK: return 'socket';
    case FileMode.S_IFCHR: return 'char';
    case FileMode.S_IFBLK: return 'block';
    default: return undefined;
  }
}

/** Which of two times is later. */
export function later(a: Time, b: Time): Time {
  return a.sec > b.sec || (a.sec === b.sec && a.nsec >= b.nsec) ? a : b;
}

/**
 * Device number of two parts. Source: glibc sys/sysmacros.h, `gnu_dev_makedev`, for parts below 2^20.
 *
 * @param major - Below 4096.
 * @param minor - Below 2^20.
 */
export function makedev(major: number, minor: number): number {
  return ((major & 0xfff) << 8) + (minor & 0xff) + (minor & ~0xff) * 2 ** 12;
}
