import { crc32 } from 'node:zlib';

import type { InodeType } from '../stat.js';
import type { TimeRow } from './time-row.js';

/** First line of a file of changes; the number rises with every change of what follows. */
export const HEADER = 'occlum-layer 1\n';

/** An inode, all of it: the last row of a number counts. */
export interface InodeRow {
  readonly id: number;
  readonly type: InodeType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly rdev: number;
  readonly ino: number;
  /** Path in the lower layer that it comes from. */
  readonly lower?: string;
  /** Number of the file that has its bytes. */
  readonly stored?: number;
  /** Text of a symbolic link. */
  readonly target?: string;
  /** Of access, content, status and birth. */
  readonly times: readonly [TimeRow, TimeRow, TimeRow, TimeRow];
  /** Extended attributes, values as byte strings; left out where they are the lower layer's. */
  readonly xattrs?: readonly (readonly [name: string, value: string])[];
}

/** A name in a directory: the number of an inode, 0 for a whiteout, -1 for none. */
export type NameRow = readonly [directory: number, name: string, inode: number];

/** What one or more calls changed: all of it is there, or nothing. */
export interface Transaction {
  readonly inodes: readonly InodeRow[];
  readonly names: readonly NameRow[];
  /** Inodes that are gone. */
  readonly gone: readonly number[];
}

/** The number of the root directory. */
export const ROOT_ID = 1;
export const WHITEOUT = 0;
export const NO_NAME = -1;

/** A transaction as one line, which tells whether it is whole. */
export function encodeLine(transaction: Transaction): Uint8Array {
  const text = JSON.stringify(transaction);
  return Buffer.from(`${checksum(text)} ${text}\n`, 'latin1');
}

/**
 * What a file of changes holds.
 *
 * @returns The transactions, and how many bytes of it are whole: a line at the end that is not was being written when its writer was
 *   killed. `undefined` where the header or a line that others follow is not what was written.
 */
export function decodeLines(bytes: Uint8Array): { readonly transactions: readonly Transaction[]; readonly whole: number } | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!text.startsWith(HEADER)) return undefined;
  const transactions: Transaction[] = [];
  let at = HEADER.length;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const line = end < 0 ? undefined : text.slice(at, end);
    if (line?.slice(0, 8) !== checksum(line?.slice(9) ?? '')) return end < 0 || end === text.length - 1 ? { transactions, whole: at } : undefined;
    transactions.push(JSON.parse(line.slice(9)) as Transaction);
    at = end + 1;
  }
  return { transactions, whole: at };
}

function checksum(text: string): string {
  return crc32(Buffer.from(text, 'latin1')).toString(16).padStart(8, '0');
}
