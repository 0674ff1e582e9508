import { dirent64 } from '@occlum/abi';

import { textOf } from '../byte-string.js';
import type { DirectoryEntry } from '../inode.js';
import { typeOfMode } from '../stat.js';

const at = dirent64.offsets;

/**
 * Reads the records of one host `getdents64(2)`.
 *
 * @param bytes - Whole records.
 * @param entries - Each name but `.` and `..` is added. The host need not tell a type.
 */
export function parseEntries(bytes: Uint8Array, entries: DirectoryEntry[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length;) {
    const length = view.getUint16(offset + at.d_reclen, true);
    const start = offset + at.d_name;
    const name = textOf(bytes.subarray(start, bytes.indexOf(0, start)));
    if (name !== '.' && name !== '..') {
      const ino = view.getUint32(offset + at.d_ino + 4, true) * 2 ** 32 + view.getUint32(offset + at.d_ino, true);
      entries.push({ name, ino, type: typeOfMode(view.getUint8(offset + at.d_type) << 12) });
    }
    offset += length;
  }
}
