import { dirent64 } from '@occlum/abi';

import { bytesOf } from './byte-string.js';
import type { DirectoryEntry } from './inode.js';
import { entryType } from './stat.js';

const at = dirent64.offsets;

/** Record of `getdents64(2)`, or of the older `getdents(2)`, whose type is its last byte. */
export type EntryFormat = 'new' | 'old';

/** What fits, and the number of the first entry that does not. */
export interface EncodedEntries {
  readonly bytes: Uint8Array;
  readonly next: number;
}

/**
 * Turns directory entries into records.
 *
 * Source: linux/fs/readdir.c, `filldir64` and `filldir`.
 *
 * @param entries - All entries.
 * @param first - Number of the first one wanted.
 * @param room - Bytes there are.
 * @param format - Which records.
 */
export function encodeEntries(entries: readonly DirectoryEntry[], first: number, room: number, format: EntryFormat): EncodedEntries {
  const bytes = new Uint8Array(room);
  const view = new DataView(bytes.buffer);
  // Without the type byte the name comes one earlier, and the type goes to the end.
  const nameAt = format === 'new' ? at.d_name : at.d_type;
  let used = 0;
  let next = first;
  for (; next < entries.length; next++) {
    const entry = entries[next];
    if (entry === undefined) break;
    const { name, ino } = entry;
    const type = entry.type === undefined ? 0 : entryType(entry.type);
    const size = Math.ceil((nameAt + name.length + (format === 'new' ? 1 : 2)) / 8) * 8;
    if (used + size > room) break;
    setWide(view, used + at.d_ino, ino);
    setWide(view, used + at.d_off, next + 1);
    view.setUint16(used + at.d_reclen, size, true);
    bytes.set(bytesOf(name), used + nameAt);
    bytes[format === 'new' ? used + at.d_type : used + size - 1] = type;
    used += size;
  }
  return { bytes: bytes.subarray(0, used), next };
}

function setWide(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 2 ** 32), true);
}
