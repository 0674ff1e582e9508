import { createHash } from 'node:crypto';

import { ErrnoError } from '@occlum/errno';

import type { ImageEntries, ImageEntry } from './image-entry.js';

/** One entry as it is written: JSON without blanks, members in this order. */
type Row = [name: string, 'file', mode: number, size: number, hash: string] | [name: string, 'directory', mode: number, offset: number, length: number, hash: string] | [name: string, 'link', target: string];

/** SHA-256 in 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A directory's list as bytes: the same for the same entries, in whatever order they come. */
export function encodeNode(entries: ImageEntries): Uint8Array {
  const rows = Array.from(entries, ([name, entry]) => toRow(name, entry)).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(rows), 'latin1');
}

/** What {@link encodeNode} wrote. Only bytes whose hash was checked may come here. */
export function decodeNode(bytes: Uint8Array): ImageEntries {
  try {
    const rows = JSON.parse(Buffer.from(bytes).toString('latin1')) as Row[];
    return new Map(rows.map((row) => [row[0], fromRow(row)]));
  } catch (cause) {
    throw new ErrnoError('EIO', { detail: 'a directory of the image is no list of entries', cause });
  }
}

function toRow(name: string, entry: ImageEntry): Row {
  if (entry.kind === 'file') return [name, 'file', entry.mode, entry.size, entry.hash];
  if (entry.kind === 'link') return [name, 'link', entry.target];
  return [name, 'directory', entry.mode, entry.node.offset, entry.node.length, entry.node.hash];
}

function fromRow(row: Row): ImageEntry {
  if (row[1] === 'file') return { kind: 'file', mode: row[2], size: row[3], hash: row[4] };
  if (row[1] === 'link') return { kind: 'link', target: row[2] };
  return { kind: 'directory', mode: row[2], node: { offset: row[3], length: row[4], hash: row[5] } };
}
