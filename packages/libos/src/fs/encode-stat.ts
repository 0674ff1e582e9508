import { StatxMask, stat as statCodec, statx as statxCodec } from '@occlum/abi';

import type { Stat, Time } from './stat.js';

const HIGH = 2 ** 32;
const plain = statCodec.offsets;
const extended = statxCodec.offsets;

/**
 * Turns attributes into the bytes of `struct stat` and `struct statx`. The bytes are written in place, without the codecs'
 * bigint: `stat(2)` is what programs call most. What is returned is overwritten by the next call.
 */
export class StatEncoder {
  readonly #plain = new Uint8Array(statCodec.size);
  readonly #plainView = new DataView(this.#plain.buffer);
  readonly #extended = new Uint8Array(statxCodec.size);
  readonly #extendedView = new DataView(this.#extended.buffer);

  /** As `stat(2)` has it. */
  plain(stat: Stat): Uint8Array {
    const view = this.#plainView;
    setWide(view, plain.st_dev, stat.dev);
    setWide(view, plain.st_ino, stat.ino);
    setWide(view, plain.st_nlink, stat.nlink);
    view.setUint32(plain.st_mode, stat.mode, true);
    view.setUint32(plain.st_uid, stat.uid, true);
    view.setUint32(plain.st_gid, stat.gid, true);
    setWide(view, plain.st_rdev, stat.rdev);
    setWide(view, plain.st_size, stat.size);
    setWide(view, plain.st_blksize, stat.blksize);
    setWide(view, plain.st_blocks, stat.blocks);
    setTime(view, plain.st_atim, stat.atime);
    setTime(view, plain.st_mtim, stat.mtime);
    setTime(view, plain.st_ctim, stat.ctime);
    return this.#plain;
  }

  /** As `statx(2)` has it. */
  extended(stat: Stat): Uint8Array {
    const view = this.#extendedView;
    const hasBirth = stat.btime !== undefined;
    view.setUint32(extended.stx_mask, StatxMask.STATX_BASIC_STATS | (hasBirth ? StatxMask.STATX_BTIME : 0), true);
    view.setUint32(extended.stx_blksize, stat.blksize, true);
    view.setUint32(extended.stx_nlink, stat.nlink, true);
    view.setUint32(extended.stx_uid, stat.uid, true);
    view.setUint32(extended.stx_gid, stat.gid, true);
    view.setUint16(extended.stx_mode, stat.mode, true);
    setWide(view, extended.stx_ino, stat.ino);
    setWide(view, extended.stx_size, stat.size);
    setWide(view, extended.stx_blocks, stat.blocks);
    setTime(view, extended.stx_atime, stat.atime);
    setTime(view, extended.stx_mtime, stat.mtime);
    setTime(view, extended.stx_ctime, stat.ctime);
    setTime(view, extended.stx_btime, stat.btime ?? ZERO);
    setDevice(view, extended.stx_rdev_major, stat.rdev);
    setDevice(view, extended.stx_dev_major, stat.dev);
    return this.#extended;
  }
}

const ZERO: Time = { sec: 0, nsec: 0 };

function setWide(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / HIGH), true);
}

function setTime(view: DataView, at: number, { sec, nsec }: Time): void {
  setWide(view, at, sec);
  view.setUint32(at + 8, nsec, true);
}

/** Both parts of a device number. Source: glibc sys/sysmacros.h, `gnu_dev_major` and `gnu_dev_minor`. */
function setDevice(view: DataView, at: number, device: number): void {
  const high = Math.floor(device / 2 ** 12);
  view.setUint32(at, (device >>> 8) & 0xfff, true);
  view.setUint32(at + 4, (device & 0xff) | (high & 0xfff00), true);
}
