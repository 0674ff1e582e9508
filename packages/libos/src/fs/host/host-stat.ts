import { StatxMask, statx } from '@occlum/abi';

import { makedev, typeOfMode } from '../stat.js';
import type { InodeType, Stat, Time } from '../stat.js';

const at = statx.offsets;
const HIGH = 2 ** 32;

/** What is asked of the host. */
export const STATX_WANTED = StatxMask.STATX_BASIC_STATS | StatxMask.STATX_BTIME;

/**
 * The bytes of one host `statx(2)` and what they say. One object is filled again and again; {@link HostStat.toStat} makes a copy to keep.
 */
export class HostStat {
  /** Where the host call writes. */
  readonly bytes = new Uint8Array(statx.size);
  readonly #view = new DataView(this.bytes.buffer);

  /** Type and permission bits. */
  get mode(): number {
    return this.#view.getUint16(at.stx_mode, true);
  }

  /** A type that Linux does not know is treated as a device: it is never opened. */
  get type(): InodeType {
    return typeOfMode(this.mode) ?? 'block';
  }

  get uid(): number {
    return this.#view.getUint32(at.stx_uid, true);
  }

  get gid(): number {
    return this.#view.getUint32(at.stx_gid, true);
  }

  get nlink(): number {
    return this.#view.getUint32(at.stx_nlink, true);
  }

  get ino(): number {
    return this.#wide(at.stx_ino);
  }

  get size(): number {
    return this.#wide(at.stx_size);
  }

  /** Units of 512 bytes. */
  get blocks(): number {
    return this.#wide(at.stx_blocks);
  }

  /** The host's device number, one number of its two parts. */
  get device(): number {
    return this.#view.getUint32(at.stx_dev_major, true) * HIGH + this.#view.getUint32(at.stx_dev_minor, true);
  }

  /** What device a device node stands for. */
  get rdev(): number {
    return makedev(this.#view.getUint32(at.stx_rdev_major, true), this.#view.getUint32(at.stx_rdev_minor, true));
  }

  get atime(): Time {
    return this.#time(at.stx_atime);
  }

  get mtime(): Time {
    return this.#time(at.stx_mtime);
  }

  get ctime(): Time {
    return this.#time(at.stx_ctime);
  }

  /** When it was made, in seconds; 0 where the host does not know. */
  get birth(): number {
    if ((this.#view.getUint32(at.stx_mask, true) & StatxMask.STATX_BTIME) === 0) return 0;
    const { sec, nsec } = this.#time(at.stx_btime);
    return sec + nsec / 1e9;
  }

  /** All of it, with the device number that the LibOS shows. */
  toStat(dev: number): Stat {
    const view = this.#view;
    const born = (view.getUint32(at.stx_mask, true) & StatxMask.STATX_BTIME) !== 0;
    return {
      dev,
      ino: this.ino,
      mode: this.mode,
      nlink: this.nlink,
      uid: this.uid,
      gid: this.gid,
      rdev: this.rdev,
      size: this.size,
      blksize: view.getUint32(at.stx_blksize, true),
      blocks: this.blocks,
      atime: this.atime,
      mtime: this.mtime,
      ctime: this.ctime,
      btime: born ? this.#time(at.stx_btime) : undefined,
    };
  }

  /** Puts what is known better over what the host said. */
  overlay(known: { readonly mode: number; readonly ino: number; readonly uid: number; readonly gid: number; readonly nlink: number; readonly size: number }): void {
    const view = this.#view;
    view.setUint16(at.stx_mode, known.mode, true);
    for (const name of ['uid', 'gid', 'nlink'] as const) view.setUint32(at[`stx_${name}`], known[name], true);
    for (const name of ['ino', 'size'] as const) {
      view.setUint32(at[`stx_${name}`], known[name] % HIGH, true);
      view.setUint32(at[`stx_${name}`] + 4, Math.floor(known[name] / HIGH), true);
    }
  }

  #wide(offset: number): number {
    return this.#view.getUint32(offset + 4, true) * HIGH + this.#view.getUint32(offset, true);
  }

  #time(offset: number): Time {
    const sec = this.#view.getInt32(offset + 4, true) * HIGH + this.#view.getUint32(offset, true);
    return { sec, nsec: this.#view.getUint32(offset + 8, true) };
  }
}
